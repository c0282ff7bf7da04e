"""How fast generations were, where their time went, what to expect. SQL; see `statistics`."""

from collections.abc import Sequence

from storage.mapping.measures import ACTIVITIES
from storage.stats.period import LOCAL, MINE, RECENT, SIZE, TIMED

DIMENSIONS = {
    "checkpoint": ("checkpoint",),
    "size": ("width", "height"),
    "sampler": ("sampler",),
    "server": ("server",),
}
"""What speed can be told by, and the columns of each."""
MOST_GROUPS = 200


def speed(by: Sequence[str]) -> str:
    """Quantiles of seconds and of steps per second by each combination of *by*."""
    unknown = [name for name in by if name not in DIMENSIONS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is nothing that speed can be told by.")
    columns = [column for name in by for column in DIMENSIONS[name]]
    shown = [SIZE + " AS size" if name == "size" else name for name in by]
    chosen = "".join(f"{column}, " for column in columns)
    grouped = f"GROUP BY {', '.join(columns)}" if columns else "HAVING count(*) > 0"
    # Both quantiles of a measure at once: its values are sorted once.
    return f"""
WITH found AS (
    SELECT {chosen}count(*) AS generations, quantile_cont(run_seconds, [0.5, 0.95]) AS seconds,
        quantile_cont(steps_per_second, [0.5, 0.95]) AS rates
    FROM generations WHERE {TIMED} {grouped}
)
SELECT {"".join(f"{one}, " for one in shown)}generations,
    seconds[1] AS seconds_median, seconds[2] AS seconds_p95,
    rates[1] AS steps_per_second_median, rates[2] AS steps_per_second_p95
FROM found ORDER BY {", ".join(["generations DESC", *columns])} LIMIT {MOST_GROUPS}
"""


WHERE_TIME_GOES = f"""
SELECT {", ".join(f"coalesce(sum({name}_seconds), 0)" for name in ACTIVITIES)}
FROM generations WHERE {RECENT} AND status = 'finished'
"""

COLD_AND_WARM = f"""
SELECT checkpoint, server,
    count(*) FILTER (is_cold) AS cold_generations,
    count(*) FILTER (NOT is_cold) AS warm_generations,
    quantile_cont(run_seconds, 0.5) FILTER (is_cold) AS cold_median,
    quantile_cont(run_seconds, 0.5) FILTER (NOT is_cold) AS warm_median,
    cold_median - warm_median AS costs
FROM generations WHERE {TIMED} AND is_cold IS NOT NULL
GROUP BY checkpoint, server
ORDER BY cold_generations + warm_generations DESC, checkpoint, server LIMIT {MOST_GROUPS}
"""

WATERFALL = f"""
WITH mine AS (SELECT * FROM generations WHERE id = $id AND {MINE}), rows AS (
    SELECT -1 AS place, 'Waiting' AS label, 'waiting' AS activity, created_at AS begins,
        started_at AS ends, 0 AS steps FROM mine
    UNION ALL
    SELECT r.number, r.title, r.activity, r.started_at, r.finished_at, r.steps
    FROM node_runs r JOIN mine ON r.generation = mine.id
    UNION ALL
    SELECT 2147483647, 'Fetching', 'fetching', finished_at, fetched_at, 0 FROM mine
)
SELECT label, activity,
    greatest(date_diff('microsecond', (SELECT created_at FROM mine), begins) / 1e6, 0) AS start,
    greatest(date_diff('microsecond', begins, ends) / 1e6, 0) AS seconds, steps
FROM rows WHERE begins IS NOT NULL AND ends IS NOT NULL ORDER BY place, begins
"""

FORECAST_QUALITY = f"""
SELECT {LOCAL} AS "at", forecast_seconds AS forecast, run_seconds AS actual,
    forecast_seconds / run_seconds - 1 AS error
FROM generations WHERE {TIMED} AND forecast_seconds > 0 AND run_seconds > 0
ORDER BY created_at DESC, id DESC LIMIT $limit
"""

FORECAST_SUMMARY = f"""
WITH errors AS (
    SELECT abs(forecast_seconds / run_seconds - 1) AS error
    FROM generations WHERE {TIMED} AND forecast_seconds > 0 AND run_seconds > 0
)
SELECT count(*) AS generations, quantile_cont(error, 0.5) AS median_error,
    count(*) FILTER (error <= 0.1) / nullif(count(*), 0) AS within_10,
    count(*) FILTER (error <= 0.25) / nullif(count(*), 0) AS within_25
FROM errors
"""
