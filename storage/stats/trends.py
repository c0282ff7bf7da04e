"""How seconds went over time, by checkpoint, size and server. SQL; see `storage.statistics`."""

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
MANY = 20_000
"""Generations from which on changes are looked for in medians of bins, not in each of them."""
BINS = 90
"""Bins of the days asked for."""

SCANS = (14, 90)
"""Days in which changes are looked for one by one: the shorter, the finer the bins."""


def scans(days: int) -> list[int]:
    """The scans for a question about *days*, 0 for all time: SCANS up to it, or itself."""
    if days <= 0 or days > SCANS[-1]:
        return list(SCANS)
    return [*(one for one in SCANS if one < days), days]


HOW_MANY = f"SELECT count(*) FROM generations WHERE {_WARM}"


def points(*, binned: bool) -> str:
    """The level of each series over time: of every warm generation, or *binned* by time.

    Loading is told apart, hence warm ones only. A sampler is a series of its own, for another one
    is no change of speed. Seconds are as if all of a series had its usual steps.
    """
    series = "checkpoint, width, height, server, sampler"
    seconds = "run_seconds - sampling_seconds + sampling_seconds * usual.work / warm.work"
    shown = f'{LOCAL} AS "at", 1 AS generations, greatest({seconds}, 1e-6) AS seconds'
    grouped = "ORDER BY created_at, id"
    if binned:
        shown = f"""min({LOCAL}) AS "at", count(*) AS generations,
            greatest(quantile_cont({seconds}, 0.5), 1e-6) AS seconds"""
        grouped = f"GROUP BY {series}, bin ORDER BY 6"
    return f"""
WITH warm AS (
    SELECT {series}, created_at, id, run_seconds, sampling_seconds,
        sampled_steps * CAST(batch AS BIGINT) AS work,
        CAST(epoch(created_at - CAST($since AS TIMESTAMP)) / $bin AS INTEGER) AS bin
    FROM generations WHERE {_WARM}
), usual AS (
    SELECT {series}, avg(work) AS work FROM warm GROUP BY ALL ORDER BY count(*) DESC
    LIMIT {MOST_SERIES}
)
SELECT {", ".join(f"warm.{name}" for name in series.split(", "))}, {shown}
FROM warm JOIN usual USING ({series}) {grouped}
"""


WHAT_IF = f"""
SELECT checkpoint, width, height, server, batch, sampled_steps AS steps,
    count(*) AS generations,
    quantile_cont(sampling_seconds, 0.5) AS sampling,
    quantile_cont(run_seconds - sampling_seconds, 0.5) AS rest
FROM generations WHERE {_WARM} GROUP BY ALL ORDER BY ALL
"""
