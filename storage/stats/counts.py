"""How many generations, when, and what became of them. SQL; see `storage.statistics`."""

from storage.search.image_filter import IMAGES
from storage.stats.period import LOCAL, MINE, RECENT, TIMED

UNITS = ("day", "week", "month")
"""Periods that counts are given by."""


def per_period(unit: str) -> str:
    """Counts by *unit* (of UNITS), every one in the days asked for, the first one whole."""
    if unit not in UNITS:
        raise ValueError(f"{unit!r} is no period: use day, week or month.")
    start = f"CAST(date_trunc('{unit}', {LOCAL}) AS DATE)"
    return f"""
WITH mine AS (
    SELECT {start} AS start, status, {IMAGES} AS images FROM generations
    WHERE {MINE} AND created_at >= CAST(date_trunc('{unit}', CAST($first AS DATE)) AS TIMESTAMP)
        - to_milliseconds(CAST($offset AS BIGINT))
), counts AS (
    SELECT start, count(*) AS generations,
        count(*) FILTER (status = 'finished') AS finished,
        count(*) FILTER (status = 'cancelled') AS cancelled,
        count(*) FILTER (status = 'failed') AS failed,
        count(*) FILTER (status = 'lost') AS lost,
        CAST(sum(images) AS BIGINT) AS images
    FROM mine GROUP BY start
), periods AS (
    SELECT CAST(unnest(generate_series(
        date_trunc('{unit}', CASE WHEN CAST($all AS BOOLEAN)
            THEN coalesce((SELECT min(start) FROM counts), CAST($today AS DATE))
            ELSE CAST($first AS DATE) END),
        date_trunc('{unit}', CAST($today AS DATE)), INTERVAL 1 {unit})) AS DATE) AS start
)
SELECT start, coalesce(generations, 0) AS generations, coalesce(finished, 0) AS finished,
    coalesce(cancelled, 0) AS cancelled, coalesce(failed, 0) AS failed, coalesce(lost, 0) AS lost,
    coalesce(generations - finished - cancelled - failed - lost, 0) AS unfinished,
    coalesce(images, 0) AS images
FROM periods LEFT JOIN counts USING (start) ORDER BY start
"""


BY_HOUR_OF_WEEK = f"""
WITH hours AS (
    SELECT unnest(range(7)) AS weekday, hour FROM (SELECT unnest(range(24)) AS hour)
), counts AS (
    SELECT isodow({LOCAL}) - 1 AS weekday, hour({LOCAL}) AS hour, count(*) AS generations,
        count(*) FILTER (status IN ('failed', 'lost')) AS failed,
        quantile_cont(run_seconds, 0.5) FILTER (status = 'finished') AS seconds_median
    FROM generations WHERE {RECENT} GROUP BY ALL
)
SELECT weekday, hour, coalesce(generations, 0) AS generations, coalesce(failed, 0) AS failed,
    seconds_median
FROM hours LEFT JOIN counts USING (weekday, hour) ORDER BY weekday, hour
"""

OUTCOMES = f"""
WITH counts AS (
    SELECT status, count(*) AS generations FROM generations WHERE {RECENT} GROUP BY status
), finals AS (
    SELECT unnest(['finished', 'cancelled', 'failed', 'lost']) AS status,
        unnest([1, 2, 3, 4]) AS place
)
SELECT status, coalesce(generations, 0) AS generations,
    coalesce(generations / nullif(sum(generations) OVER (), 0), 0) AS share
FROM finals LEFT JOIN counts USING (status) ORDER BY place
"""

ERRORS = f"""
SELECT {LOCAL} AS "when", error AS sentence, error_kind AS kind, error_node AS node, checkpoint,
    id, error_detail AS detail
FROM generations WHERE {RECENT} AND status IN ('failed', 'lost')
ORDER BY created_at DESC, id DESC LIMIT $limit
"""

FAILURES = f"""
WITH kinds AS (
    SELECT error_kind AS kind, count(*) AS generations, max(created_at) AS last_at
    FROM generations WHERE {RECENT} AND status IN ('failed', 'lost') GROUP BY error_kind
    ORDER BY generations DESC, kind LIMIT 100
), examples AS (
    SELECT error_kind AS kind, created_at AS last_at, min(error) AS sentence FROM generations
    WHERE {RECENT} AND status IN ('failed', 'lost')
        AND created_at IN (SELECT last_at FROM kinds)
        AND created_at >= (SELECT min(last_at) FROM kinds)
    GROUP BY error_kind, created_at
)
SELECT kind, sentence, generations,
    last_at + to_milliseconds(CAST($offset AS BIGINT)) AS last_at
FROM kinds JOIN examples USING (kind, last_at) ORDER BY generations DESC, kind
"""

EVERYTHING = f"""
SELECT count(*), coalesce(CAST(sum({IMAGES}) AS BIGINT), 0) FROM generations WHERE {MINE}
"""
"""Generations and images of all time."""

TODAY = f"""
SELECT count(*) FROM generations WHERE {MINE}
    AND created_at >= CAST($today AS TIMESTAMP) - to_milliseconds(CAST($offset AS BIGINT))
"""

MEDIANS = f"""
SELECT quantile_cont(run_seconds, 0.5), quantile_cont(steps_per_second, 0.5)
FROM generations WHERE {TIMED}
"""

SHARE = f"""
SELECT count(*) FILTER (status = 'finished')
    / nullif(count(*) FILTER (status IN ('finished', 'failed', 'lost')), 0)
FROM generations WHERE {RECENT}
"""
"""Of those that nobody stopped, how many finished."""
