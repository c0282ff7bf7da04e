"""The questions of the Stats tab, as SQLite and pandas would answer them too."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.questions import Question, Rig

DAY = 86_400.0
ANN = "user:ann"
SERIES = {"checkpoint": "sdxl_base_1.0.safetensors", "width": 1024, "height": 1024}

_MINE = "deleted_at IS NULL AND created_at >= :since"
_TIMED = f"{_MINE} AND status = 'finished' AND run_seconds IS NOT NULL"
_PARTS = (
    "waiting", "loading", "encoding", "sampling", "decoding", "saving", "other", "fetching",
)  # fmt: skip

_PER_DAY = f"""
SELECT CAST(created_at / 86400 AS INTEGER) AS day, count(*), sum(status = 'finished'),
    sum(status = 'cancelled'), sum(status = 'failed'), sum(status = 'lost'), sum(image_count)
FROM generations WHERE {_MINE} GROUP BY day
"""
_TIME_GOES = f"""
SELECT {", ".join(f"sum({p}_seconds)" for p in _PARTS)} FROM generations
WHERE {_MINE} AND status = 'finished'
"""
_OUTCOMES = f"SELECT status, count(*) FROM generations WHERE {_MINE} GROUP BY status"
_FAILURES = f"""
SELECT error_kind, error, count(*), max(created_at) FROM generations
WHERE {_MINE} AND status IN ('failed', 'lost') GROUP BY error_kind
"""
_TRENDS = f"""
SELECT checkpoint, width, height, server, count(*) FROM generations WHERE {_TIMED}
GROUP BY 1, 2, 3, 4
"""
_QUALITY = f"""
SELECT created_at, forecast_seconds, run_seconds FROM generations
WHERE {_TIMED} AND forecast_seconds > 0 ORDER BY created_at DESC LIMIT 2000
"""
_ERRORS = f"""
SELECT created_at, error, error_kind, checkpoint, id FROM generations
WHERE {_MINE} AND status IN ('failed', 'lost') ORDER BY created_at DESC LIMIT 50
"""


def _quantiles(by: str, measure: str = "run_seconds", more: str = "") -> str:
    """SQLite has no quantiles: rows are numbered within their group."""
    parts = by.split(", ")
    named = ", ".join(f"{part} AS k{n}" for n, part in enumerate(parts))
    keys = ", ".join(f"k{n}" for n in range(len(parts)))
    return f"""
    WITH ranked AS (
        SELECT {named}, {measure} AS value, row_number() OVER (PARTITION BY {by} ORDER BY {measure})
            AS place, count(*) OVER (PARTITION BY {by}) AS n
        FROM generations WHERE {_TIMED} {more}
    )
    SELECT {keys}, n, max(CASE WHEN place = 1 + n / 2 THEN value END),
        max(CASE WHEN place = 1 + n * 95 / 100 THEN value END)
    FROM ranked GROUP BY {keys}
    """


def _lite(rig: Rig, days: int, *statements: str) -> list[Any]:
    since = rig.now - days * DAY if days else 0.0
    return [rig.sqlite.execute(sql, {"since": since}).fetchall() for sql in statements]


def _recent(rig: Rig, days: int, *, timed: bool = False) -> pd.DataFrame:
    table = rig.frame
    chosen = table["deleted_at"].isna()
    if days:
        chosen &= table["created_at"] >= rig.now - days * DAY
    if timed:
        chosen &= (table["status"] == "finished") & table["run_seconds"].notna()
    return table[chosen]


def _pandas_per_day(rig: Rig, days: int) -> Any:
    table = _recent(rig, days)
    day = (table["created_at"] // DAY).astype("int64")
    counts = table.groupby([day, "status"], observed=True).size().unstack()
    return counts, table.groupby(day)["image_count"].sum()


def _pandas_quantiles(rig: Rig, days: int, by: list[str], measures: tuple[str, ...]) -> Any:
    grouped = _recent(rig, days, timed=True).groupby(by, observed=True)
    return [grouped[one].quantile(np.array([0.5, 0.95])) for one in measures]


def _pandas_hours(rig: Rig, days: int) -> Any:
    table = _recent(rig, days)
    hour = ((table["created_at"] // 3600) % 168).astype("int64")
    return table.groupby(hour)["run_seconds"].median(), table.groupby(hour).size()


def _pandas_trend(rig: Rig, days: int) -> Any:
    table = _recent(rig, days, timed=True)
    chosen = (table["checkpoint"] == SERIES["checkpoint"]) & (table["server"] == "gpu-2")
    chosen &= (table["width"] == SERIES["width"]) & (table["height"] == SERIES["height"])
    table = table[chosen]
    return table.groupby((table["created_at"] // DAY).astype("int64"))["run_seconds"].quantile(
        np.array([0.1, 0.5, 0.9])
    )


def _pandas_sums(rig: Rig, days: int) -> Any:
    table = _recent(rig, days, timed=True)
    return [table[f"{part}_seconds"].sum() for part in _PARTS]


def _pandas_counts(rig: Rig, days: int, by: list[str]) -> Any:
    return _recent(rig, days).groupby(by, observed=True).size()


def _pandas_forecasts(rig: Rig, days: int) -> Any:
    table = _recent(rig, days, timed=True)
    error = (table["forecast_seconds"] / table["run_seconds"] - 1).abs()
    return error.median(), (error <= 0.1).mean(), (error <= 0.25).mean()


_BY_NAMES = ("checkpoint", "size", "sampler", "server")
_BY = "checkpoint, width, height, sampler, server"
_SLOPES = "checkpoint, width, height, server, sampled_steps"
_DAILY = "checkpoint, width, height, server, CAST(created_at / 86400 AS INTEGER)"
_ONE = (
    "AND checkpoint = 'sdxl_base_1.0.safetensors' AND width = 1024 AND height = 1024 "
    "AND server = 'gpu-2'"
)

Ours = Callable[[Any, int], Any]
_ASKED: tuple[tuple[str, Ours, tuple[str, ...], Callable[[Rig, int], Any] | None], ...] = (
    ("per day", lambda s, d: s.per_period(owner=None, days=d), (_PER_DAY,), _pandas_per_day),
    (
        "hour of week",
        lambda s, d: s.by_hour_of_week(owner=None, days=d),
        (_quantiles("CAST(created_at / 3600 AS INTEGER) % 168"),),
        _pandas_hours,
    ),
    (
        "speed by 4",
        lambda s, d: s.speed(owner=None, days=d, by=_BY_NAMES),
        (_quantiles(_BY), _quantiles(_BY, "steps_per_second")),
        lambda r, d: _pandas_quantiles(r, d, _BY.split(", "), ("run_seconds", "steps_per_second")),
    ),
    (
        "speed by checkpoint",
        lambda s, d: s.speed(owner=None, days=d, by=("checkpoint",)),
        (_quantiles("checkpoint"), _quantiles("checkpoint", "steps_per_second")),
        lambda r, d: _pandas_quantiles(r, d, ["checkpoint"], ("run_seconds", "steps_per_second")),
    ),
    (
        "where time goes",
        lambda s, d: s.where_time_goes(owner=None, days=d),
        (_TIME_GOES,),
        _pandas_sums,
    ),
    (
        "cold and warm",
        lambda s, d: s.cold_and_warm(owner=None, days=d),
        (_quantiles("checkpoint, server, is_cold"),),
        lambda r, d: _pandas_quantiles(r, d, ["checkpoint", "server", "is_cold"], ("run_seconds",)),
    ),
    ("trends", lambda s, d: s.trends(owner=None, days=d), (_TRENDS,), None),
    (
        "trend",
        lambda s, d: s.trend(owner=None, days=d, server="gpu-2", **SERIES),
        (_quantiles("CAST(created_at / 86400 AS INTEGER)", more=_ONE),),
        _pandas_trend,
    ),
    ("changes", lambda s, d: s.changes(owner=None, days=d), (_quantiles(_DAILY),), None),
    (
        "forecast quality",
        lambda s, d: s.forecast_quality(owner=None, days=d),
        (_QUALITY,),
        None,
    ),
    (
        "forecast summary",
        lambda s, d: s.forecast_summary(owner=None, days=d),
        (_quantiles("batch", "abs(forecast_seconds / run_seconds - 1)"),),
        _pandas_forecasts,
    ),
    (
        "failures",
        lambda s, d: s.failures(owner=None, days=d),
        (_FAILURES,),
        lambda r, d: _pandas_counts(r, d, ["error_kind"]),
    ),
    (
        "what if",
        lambda s, d: s.what_if(owner=None, days=d),
        (_quantiles(_SLOPES, "sampling_seconds"),),
        lambda r, d: _pandas_quantiles(r, d, _SLOPES.split(", "), ("sampling_seconds",)),
    ),
    (
        "outcomes",
        lambda s, d: s.outcomes(owner=None, days=d),
        (_OUTCOMES,),
        lambda r, d: _pandas_counts(r, d, ["status"]),
    ),
    ("recent errors", lambda s, d: s.recent_errors(owner=None, days=d), (_ERRORS,), None),
    (
        "headlines",
        lambda s, d: s.headlines(owner=None, days=d),
        (
            _OUTCOMES,
            "SELECT count(*), sum(image_count) FROM generations WHERE deleted_at IS NULL",
            _quantiles("batch > 0"),
            _quantiles("batch > 0", "steps_per_second"),
        ),
        None,
    ),
)
_MINE_TOO: tuple[tuple[str, Ours], ...] = (
    ("per day", lambda s, d: s.per_period(owner=ANN, days=d)),
    ("speed by 4", lambda s, d: s.speed(owner=ANN, days=d, by=_BY_NAMES)),
    ("hour of week", lambda s, d: s.by_hour_of_week(owner=ANN, days=d)),
    ("where time goes", lambda s, d: s.where_time_goes(owner=ANN, days=d)),
    ("changes", lambda s, d: s.changes(owner=ANN, days=d)),
    ("headlines", lambda s, d: s.headlines(owner=ANN, days=d)),
)


def questions(periods: tuple[int, ...]) -> list[Question]:
    """Every question for each of *periods* in days (0: all time); some for one owner's too."""
    made = []
    for days in periods:
        when = f"{days} days" if days else "all time"
        for name, ours, sqlite, pandas in _ASKED:
            made.append(
                Question(
                    f"{name}, {when}",
                    lambda rig, ask=ours, d=days: ask(rig.statistics, d),  # type: ignore[misc]
                    partial(_asked_lite, days, sqlite),
                    partial(_asked_pandas, days, pandas) if pandas else None,
                )
            )
        for name, ours in _MINE_TOO:
            made.append(
                Question(
                    f"{name}, one owner's, {when}",
                    lambda rig, ask=ours, d=days: ask(rig.statistics, d),  # type: ignore[misc]
                )
            )
    return made


def _asked_lite(days: int, statements: tuple[str, ...], rig: Rig) -> Any:
    return _lite(rig, days, *statements)


def _asked_pandas(days: int, ask: Callable[[Rig, int], Any], rig: Rig) -> Any:
    return ask(rig, days)
