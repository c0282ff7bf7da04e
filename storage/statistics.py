"""What the Stats tab asks, in SQL; tables leave as pandas frames, with their columns even empty.

Every method takes `owner`, None for everybody's, and passes deleted generations over. `days`
counts back from today, today included. Days and moments are UTC shifted by `utc_offset`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from storage.rows import clean, moment
from storage.store import Store

ACTIVITIES = (
    "waiting", "loading", "encoding", "sampling", "decoding", "saving", "other", "fetching",
)  # fmt: skip
"""Where time goes, in the order of a generation's life."""
MAX_DAYS = 36_500

_MINE = "deleted_at IS NULL AND (CAST($owner AS VARCHAR) IS NULL OR owner = $owner)"
_RECENT = f"{_MINE} AND created_at >= CAST($since AS TIMESTAMP)"
_LOCAL = "CAST(created_at + to_milliseconds(CAST($offset AS BIGINT)) AS DATE)"

_PER_DAY = f"""
WITH days AS (
    SELECT CAST(unnest(generate_series(CAST($first AS DATE), CAST($today AS DATE),
        INTERVAL 1 DAY)) AS DATE) AS day
), mine AS (
    SELECT status, image_count, {_LOCAL} AS day FROM generations WHERE {_RECENT}
), counts AS (
    SELECT day, count(*) AS generations,
        count(*) FILTER (status = 'finished') AS finished,
        count(*) FILTER (status = 'cancelled') AS cancelled,
        count(*) FILTER (status = 'failed') AS failed,
        count(*) FILTER (status = 'lost') AS lost,
        CAST(sum(image_count) AS BIGINT) AS images
    FROM mine GROUP BY day
)
SELECT days.day, coalesce(generations, 0) AS generations, coalesce(finished, 0) AS finished,
    coalesce(cancelled, 0) AS cancelled, coalesce(failed, 0) AS failed, coalesce(lost, 0) AS lost,
    coalesce(generations - finished - cancelled - failed - lost, 0) AS unfinished,
    coalesce(images, 0) AS images
FROM days LEFT JOIN counts USING (day) ORDER BY day
"""

_TIMED = f"""
mine AS (
    SELECT id, checkpoint, width, height,
        date_diff('microsecond', started_at, finished_at) / 1e6 AS seconds
    FROM generations
    WHERE {_RECENT} AND status = 'finished' AND finished_at >= started_at
), sampled AS (
    SELECT generation AS id, sum(steps)
        / nullif(sum(date_diff('microsecond', started_at, finished_at)) / 1e6, 0) AS rate
    FROM node_runs
    WHERE activity = 'sampling' AND steps > 0
        AND generation IN (SELECT id FROM mine)
    GROUP BY generation
)
"""

_SPEED = f"""
WITH {_TIMED}
SELECT checkpoint, width || ' × ' || height AS size, count(*) AS generations,
    quantile_cont(seconds, 0.5) AS seconds_median, quantile_cont(seconds, 0.95) AS seconds_p95,
    quantile_cont(rate, 0.5) AS steps_per_second_median,
    quantile_cont(rate, 0.95) AS steps_per_second_p95
FROM mine LEFT JOIN sampled USING (id)
GROUP BY checkpoint, width, height
ORDER BY generations DESC, checkpoint, width * CAST(height AS BIGINT), width LIMIT 200
"""

_OUTCOMES = f"""
WITH counts AS (
    SELECT status, count(*) AS generations FROM generations WHERE {_RECENT} GROUP BY status
), finals AS (
    SELECT unnest(['finished', 'cancelled', 'failed', 'lost']) AS status,
        unnest([1, 2, 3, 4]) AS place
)
SELECT status, coalesce(generations, 0) AS generations,
    coalesce(generations / nullif(sum(generations) OVER (), 0), 0) AS share
FROM finals LEFT JOIN counts USING (status) ORDER BY place
"""

_ERRORS = f"""
SELECT created_at + to_milliseconds(CAST($offset AS BIGINT)) AS "when", error AS sentence,
    error_kind AS kind, error_node AS node, checkpoint, id, error_detail AS detail
FROM generations WHERE {_RECENT} AND status IN ('failed', 'lost')
ORDER BY created_at DESC, id DESC LIMIT $limit
"""

_WHERE_TIME_GOES = f"""
WITH mine AS (
    SELECT id, created_at, started_at, finished_at, fetched_at FROM generations
    WHERE {_RECENT} AND status = 'finished'
), spans AS (
    SELECT 'waiting' AS activity, date_diff('microsecond', created_at, started_at) AS micros
    FROM mine
    UNION ALL SELECT 'fetching', date_diff('microsecond', finished_at, fetched_at) FROM mine
    UNION ALL SELECT activity, date_diff('microsecond', started_at, finished_at)
    FROM node_runs WHERE generation IN (SELECT id FROM mine)
)
SELECT activity, sum(greatest(micros, 0)) / 1e6 AS seconds FROM spans
WHERE micros IS NOT NULL GROUP BY activity
"""

_WATERFALL = f"""
WITH mine AS (SELECT * FROM generations WHERE id = $id AND {_MINE}), rows AS (
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

_HEADLINES = f"""
WITH {_TIMED}, everything AS (
    SELECT count(*) AS generations, CAST(sum(image_count) AS BIGINT) AS images,
        count(*) FILTER ({_LOCAL} = CAST($today AS DATE)) AS today
    FROM generations WHERE {_MINE}
)
SELECT (SELECT today FROM everything), (SELECT generations FROM everything),
    (SELECT coalesce(images, 0) FROM everything),
    (SELECT quantile_cont(seconds, 0.5) FROM mine), (SELECT quantile_cont(rate, 0.5) FROM sampled),
    (SELECT count(*) FILTER (status = 'finished')
        / nullif(count(*) FILTER (status IN ('finished', 'failed', 'lost')), 0)
        FROM generations WHERE {_RECENT})
"""


@dataclass(frozen=True, slots=True)
class Headlines:
    """The numbers on top. Medians and the share are of the last days asked for, None without any.

    `success_rate` is finished over finished, failed and lost: whoever cancels has not failed.
    """

    today: int
    total: int
    images: int
    seconds_median: float | None
    steps_per_second_median: float | None
    success_rate: float | None


class Statistics:
    """Answers from a *store*; `utc_offset` in seconds, `clock` tells epoch seconds."""

    def __init__(
        self, store: Store, *, utc_offset: float = 0.0, clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._offset = timedelta(seconds=utc_offset)
        self._clock = clock

    def per_day(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """day, generations, finished, cancelled, failed, lost, unfinished, images; each day a row.

        Images count on the day their generation was asked for.
        """
        return self._frame(_PER_DAY, owner, days, "first", "today", "offset")

    def speed(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """By checkpoint and size: seconds and steps per second, median and 95th percentile.

        checkpoint, size, generations, seconds_median, seconds_p95 (start to finish on the
        server), steps_per_second_median, steps_per_second_p95 (of the sampling nodes). The 200
        most used.
        """
        return self._frame(_SPEED, owner, days)

    def outcomes(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """status, generations, share (0…1) of the four final states."""
        return self._frame(_OUTCOMES, owner, days)

    def recent_errors(self, *, owner: str | None, days: int = 30, limit: int = 50) -> pd.DataFrame:
        """when, sentence, kind, node, checkpoint, id, detail of what failed or was lost last."""
        return self._frame(_ERRORS, owner, days, "offset", limit=limit)

    def where_time_goes(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """activity, seconds, share (0…1) over all finished generations, in order of ACTIVITIES."""
        found = self._frame(_WHERE_TIME_GOES, owner, days).set_index("activity")
        found = found.reindex(list(ACTIVITIES), fill_value=0.0).astype({"seconds": float})
        total = float(found["seconds"].sum())
        found["share"] = found["seconds"] / total if total else 0.0
        return found.reset_index()

    def waterfall(self, id: str, *, owner: str | None) -> pd.DataFrame:  # noqa: A002 - as in Store
        """One generation: label, activity, start (seconds since it was asked for), seconds, steps.

        Waiting, every node, fetching; no row for another's generation.
        """
        values = {"id": clean(id), "owner": owner}
        return self._store.read(lambda cursor: cursor.execute(_WATERFALL, values).df())

    def headlines(self, *, owner: str | None, days: int = 30) -> Headlines:
        """The numbers on top of the page; all zero and None in an empty store."""
        values = self._values(owner, days, ("today", "offset"))
        found = self._store.read(lambda cursor: cursor.execute(_HEADLINES, values).fetchone())
        return Headlines(*found) if found else Headlines(0, 0, 0, None, None, None)

    def _frame(
        self, sql: str, owner: str | None, days: int, *names: str, **values: Any
    ) -> pd.DataFrame:
        values = {**self._values(owner, days, names), **values}
        return self._store.read(lambda cursor: cursor.execute(sql, values).df())

    def _values(self, owner: str | None, days: int, names: tuple[str, ...]) -> dict[str, Any]:
        """The parameters that every statement has, and those of *names*."""
        today = self._today()
        first = today - timedelta(days=max(1, min(days, MAX_DAYS)) - 1)
        known: dict[str, Any] = {
            "first": first,
            "today": today,
            "offset": int(self._offset.total_seconds() * 1000),
        }
        since = datetime(first.year, first.month, first.day) - self._offset  # noqa: DTZ001 - stored naive, in UTC
        common = {"owner": None if owner is None else clean(owner), "since": since}
        return {**common, **{name: known[name] for name in names}}

    def _today(self) -> date:
        now = moment(self._clock())
        return (now + self._offset).date() if now else date(1970, 1, 1)
