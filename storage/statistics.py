"""What the Stats tab asks; tables leave as pandas frames, with their columns even empty.

Every method takes `owner`, None for everybody's, and passes over deleted generations and those
that were made elsewhere. `days` counts back from today, today included; 0 is all time. Days and
moments are UTC shifted by `utc_offset`.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from storage import counts, series, speeds, trends
from storage.asking import Asked
from storage.measures import ACTIVITIES
from storage.rows import clean, moment
from storage.store import Store

__all__ = ["ACTIVITIES", "Headlines", "Statistics"]

MOST_FORECASTS = 2000


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

    def at(self, utc_offset: float) -> "Statistics":
        """The same statistics by a clock that is *utc_offset* seconds ahead of UTC."""
        return Statistics(self._store, utc_offset=utc_offset, clock=self._clock)

    def per_day(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """Like `per_period` by the day, its first column named day."""
        return self.per_period(owner=owner, days=days).rename(columns={"start": "day"})

    def per_period(self, *, owner: str | None, days: int = 30, unit: str = "day") -> pd.DataFrame:
        """start, generations, finished, cancelled, failed, lost, unfinished, images.

        A row for every day, week (from Monday) or month, the first of them whole. Images count
        when their generation was asked for.
        """
        return self._frame(counts.per_period(unit), owner, days, all=days <= 0)

    def by_hour_of_week(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """Rows of weekday (0 = Monday), hour, generations, failed, seconds_median, 168.

        `failed` counts lost ones too; the median is NaN where none finished.
        """
        return self._frame(counts.BY_HOUR_OF_WEEK, owner, days)

    def speed(
        self,
        *,
        owner: str | None,
        days: int = 30,
        by: Sequence[str] = ("checkpoint", "size"),
    ) -> pd.DataFrame:
        """Seconds and steps per second, median and 95th percentile, of the 200 most used.

        The columns of *by* (any of checkpoint, size, sampler, server), generations,
        seconds_median, seconds_p95 (start to finish on the server), steps_per_second_median,
        steps_per_second_p95 (of the sampling nodes).
        """
        return self._frame(speeds.speed(by), owner, days)

    def outcomes(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """status, generations, share (0…1) of the four final states."""
        return self._frame(counts.OUTCOMES, owner, days)

    def recent_errors(self, *, owner: str | None, days: int = 30, limit: int = 50) -> pd.DataFrame:
        """when, sentence, kind, node, checkpoint, id, detail of what failed or was lost last."""
        return self._frame(counts.ERRORS, owner, days, limit=limit)

    def failures(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """kind, sentence (its latest), generations, last_at: why some failed, or got lost."""
        return self._frame(counts.FAILURES, owner, days)

    def where_time_goes(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """activity, seconds, share (0…1) over all finished generations, in order of ACTIVITIES."""
        found = self._row(speeds.WHERE_TIME_GOES, owner, days)
        total = sum(found)
        shares = [seconds / total if total else 0.0 for seconds in found]
        columns = {"activity": ACTIVITIES, "seconds": [float(s) for s in found], "share": shares}
        return pd.DataFrame(columns)

    def waterfall(self, id: str, *, owner: str | None) -> pd.DataFrame:  # noqa: A002 - as in Store
        """One generation: label, activity, start (seconds since it was asked for), seconds, steps.

        Waiting, every node, fetching; no row for another's generation.
        """
        return self._frame(speeds.WATERFALL, owner, 0, id=clean(id))

    def cold_and_warm(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """What loading costs: medians of the generations that had to load anything, and others.

        checkpoint, server, cold_generations, warm_generations, cold_median, warm_median, costs
        (seconds; NaN where there is only one kind).
        """
        return self._frame(speeds.COLD_AND_WARM, owner, days)

    def trends(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """The series there are: checkpoint, size, server, generations, width, height."""
        return self._frame(trends.TRENDS, owner, days)

    def trend(
        self,
        *,
        owner: str | None,
        days: int = 30,
        checkpoint: str,
        width: int,
        height: int,
        server: str,
    ) -> pd.DataFrame:
        """at, seconds (median), p10, p90, generations: of each hour up to 7 days, else each day."""
        return self._frame(
            trends.trend(days),
            owner,
            days,
            checkpoint=clean(checkpoint),
            width=width,
            height=height,
            server=clean(server),
        )

    def changes(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """Lasting changes of speed, newest first; see `storage.levels`.

        checkpoint, size, server, at, before, after (median seconds), ratio, generations (since),
        sentence.
        """
        points = self._frame(trends.POINTS, owner, days)
        now = moment(self._clock())
        return series.found_changes(points, (now or trends.NEVER) + self._offset)

    def forecast_quality(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """at, forecast, actual, error (forecast over actual, less 1) of the newest 2,000."""
        return self._frame(speeds.FORECAST_QUALITY, owner, days, limit=MOST_FORECASTS)

    def forecast_summary(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """One row: generations, median_error, within_10, within_25 (shares; NaN without any)."""
        return self._frame(speeds.FORECAST_SUMMARY, owner, days)

    def what_if(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """What a step costs: checkpoint, size, server, seconds_per_step, fixed_seconds, basis.

        Of warm generations; `basis` counts them.
        """
        return series.found_slopes(self._frame(trends.WHAT_IF, owner, days))

    def headlines(self, *, owner: str | None, days: int = 30) -> Headlines:
        """The numbers on top of the page; all zero and None in an empty store."""
        return Headlines(*self._row(counts.HEADLINES, owner, days))

    def headline_table(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """The headlines as one row, a column each."""
        return pd.DataFrame([asdict(self.headlines(owner=owner, days=days))])

    def _frame(self, sql: str, owner: str | None, days: int, **others: Any) -> pd.DataFrame:
        values = self._asked(owner, days).values(sql, **others)
        return self._store.read(lambda cursor: cursor.execute(sql, values).df())

    def _row(self, sql: str, owner: str | None, days: int) -> tuple[Any, ...]:
        values = self._asked(owner, days).values(sql)
        return self._store.read(lambda cursor: cursor.execute(sql, values).fetchall())[0]

    def _asked(self, owner: str | None, days: int) -> Asked:
        return Asked(owner, days, self._today(), self._offset)

    def _today(self) -> date:
        now = moment(self._clock())
        return (now + self._offset).date() if now else date(1970, 1, 1)
