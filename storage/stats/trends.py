"""How seconds went over time, by checkpoint, size and server. SQL; see `storage.statistics`."""

from collections.abc import Sequence
from datetime import datetime

from storage.stats.period import LOCAL, SIZE, TIMED

HOURLY_DAYS = 7
"""Up to so many days a trend is told by the hour."""
MOST_TRENDS = 200
MOST_SERIES = 100
"""Series, the most used, that changes are looked for in."""

TRENDS = f"""
SELECT checkpoint, {SIZE} AS size, server, count(*) AS generations, width, height
FROM generations WHERE {TIMED} GROUP BY checkpoint, width, height, server
ORDER BY generations DESC, checkpoint, width, height, server LIMIT {MOST_TRENDS}
"""


def trend(days: int) -> str:
    """Seconds of one checkpoint, size and server by hour or day."""
    unit = "hour" if 0 < days <= HOURLY_DAYS else "day"
    return f"""
SELECT date_trunc('{unit}', {LOCAL}) AS "at", quantile_cont(run_seconds, 0.5) AS seconds,
    quantile_cont(run_seconds, 0.1) AS p10, quantile_cont(run_seconds, 0.9) AS p90,
    count(*) AS generations
FROM generations WHERE {TIMED} AND checkpoint = $checkpoint AND width = $width
    AND height = $height AND server = $server
GROUP BY 1 ORDER BY 1
"""


NEVER = datetime(1970, 1, 1)  # noqa: DTZ001 - stored naive, in UTC

_WARM = f"{TIMED} AND NOT is_cold AND sampled_steps > 0 AND batch > 0"
WINDOWS = (2, 7, 14, 30, 90)
"""Days in which changes are looked for one by one, so that a longer period says no less."""
MANY = 20_000
"""Generations of a window from which on changes are looked for in medians of bins."""
BINS = ((14, 2 * 3600), (90, 8 * 3600), (0, 7 * 86_400))
"""Seconds of a bin in windows up to so many days; weeks in those beyond."""
MONDAY = 3 * 86_400
"""Seconds from a Monday to the beginning of 1970, for weeks to begin with one."""


def windows(days: int) -> list[int]:
    """The windows for a question about *days*, 0 for all time: all up to it, and itself.

    A question about all time has a window of a year, too, which the page also asks for.
    """
    if days <= 0:
        return [*WINDOWS, 365, 0]
    return [*(one for one in WINDOWS if one < days), days]


def bin_seconds(window: int) -> int:
    """How long a bin of a *window* of days is."""
    return next(seconds for most, seconds in BINS if 0 < window <= most or not most)


def how_many(since: Sequence[datetime]) -> str:
    """How many warm generations there are since each of the moments (UTC)."""
    counts = (f"count(*) FILTER (created_at >= TIMESTAMP '{one}')" for one in since)
    return f"SELECT {', '.join(counts)} FROM generations WHERE {_WARM}"


_SERIES = "checkpoint, width, height, server, sampler"

POINTS = f"""
SELECT {_SERIES}, {LOCAL} AS "at", 1 AS generations, sampling_seconds AS sampling,
    run_seconds - sampling_seconds AS rest, sampled_steps * CAST(batch AS BIGINT) AS work,
    batch, coalesce(waiting_seconds, 0) AS waiting, lora
FROM generations WHERE {_WARM} ORDER BY created_at, id
"""
"""Every warm generation: loading is told apart. `work` are its steps times its images.

A sampler is a series of its own, for another one is no change of speed.
"""

BINNED = f"""
WITH warm AS (
    SELECT {_SERIES}, created_at, run_seconds - sampling_seconds AS rest, sampling_seconds,
        sampled_steps * CAST(batch AS BIGINT) AS work, batch, waiting_seconds,
        CAST(floor((epoch(created_at) + $monday) / $bin) AS INTEGER) AS bin
    FROM generations WHERE {_WARM}
), usual AS (
    SELECT {_SERIES}, avg(work) AS work FROM warm GROUP BY ALL ORDER BY count(*) DESC
    LIMIT {MOST_SERIES}
)
SELECT {", ".join(f"warm.{name}" for name in _SERIES.split(", "))}, min({LOCAL}) AS "at",
    count(*) AS generations, avg(batch) AS batch, coalesce(avg(waiting_seconds), 0) AS waiting,
    greatest(quantile_cont(rest + sampling_seconds * usual.work / warm.work, 0.5), 1e-6) AS seconds
FROM warm JOIN usual USING ({_SERIES}) GROUP BY {_SERIES}, bin ORDER BY 6
"""
"""The level of each of the most used series in bins of time, as if all had its usual steps."""


WHAT_IF = f"""
SELECT checkpoint, width, height, server, batch, sampled_steps AS steps,
    count(*) AS generations,
    quantile_cont(sampling_seconds, 0.5) AS sampling,
    quantile_cont(run_seconds - sampling_seconds, 0.5) AS rest
FROM generations WHERE {_WARM} GROUP BY ALL ORDER BY ALL
"""
