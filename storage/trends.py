"""How seconds went over time, by checkpoint, size and server. SQL; see `storage.statistics`."""

from datetime import datetime

from storage.asking import LOCAL, SIZE, TIMED

HOURLY_DAYS = 7
"""Up to so many days a trend is told by the hour."""
MOST_TRENDS = 200

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

# Warm generations only: loading is told apart. Seconds are as if all had the usual steps.
POINTS = f"""
WITH warm AS (
    SELECT checkpoint, width, height, server, {LOCAL} AS "at", run_seconds, sampling_seconds,
        sampled_steps * CAST(batch AS BIGINT) AS work, created_at, id
    FROM generations WHERE {TIMED} AND NOT is_cold AND sampled_steps > 0 AND batch > 0
), usual AS (
    SELECT checkpoint, width, height, server, avg(work) AS work FROM warm GROUP BY ALL
)
SELECT checkpoint, width, height, server, "at", 1 AS generations,
    greatest(run_seconds - sampling_seconds + sampling_seconds * usual.work / warm.work, 1e-6)
        AS seconds
FROM warm JOIN usual USING (checkpoint, width, height, server) ORDER BY created_at, id
"""

WHAT_IF = f"""
SELECT checkpoint, width, height, server, sampled_steps AS steps, count(*) AS generations,
    quantile_cont(sampling_seconds, 0.5) AS sampling,
    quantile_cont(run_seconds - sampling_seconds, 0.5) AS rest
FROM generations WHERE {TIMED} AND NOT is_cold AND sampled_steps > 0
GROUP BY ALL ORDER BY ALL
"""
