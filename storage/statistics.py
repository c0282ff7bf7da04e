"""What the Stats tab asks; tables leave as pandas frames, with their columns even empty.

Every method takes `owner`, None for everybody's, and passes over deleted generations and those
that were made elsewhere. `days` counts back from today, today included; 0 is all time. Days and
moments are UTC shifted by `utc_offset`.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import pandas as pd

from storage.mapping.measures import ACTIVITIES
from storage.mapping.rows import clean, moment
from storage.stats import counts, findings, series, speeds, trends
from storage.stats.change_sentences import WEEKS
from storage.stats.long_periods import Rolled
from storage.stats.period import EXACT_DAYS, Asked
from storage.stats.scans import Scan, by_weeks, one_by_one
from storage.store import Store

__all__ = ["ACTIVITIES", "Headlines", "Statistics"]

T = TypeVar("T")
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

    def per_period(self, *, owner: str | None, days: int = 30, unit: str = "day") -> pd.DataFrame:
        """start, generations, finished, cancelled, failed, lost, unfinished, images.

        A row for every day, week (from Monday) or month, the first of them whole. Images count
        when their generation was asked for.
        """
        sql = counts.per_period(unit)
        found = self._rolled(owner, days, lambda rolled: rolled.per_period(unit))
        if found is None:
            return self._frame(sql, owner, days, all=days <= 0)
        return self._filled(found, days, unit)

    def by_hour_of_week(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """Rows of weekday (0 = Monday), hour, generations, failed, seconds_median, 168.

        `failed` counts lost ones too; the median is NaN where none finished.
        """
        rolled = self._rolled(owner, days, Rolled.by_hour_of_week)
        if rolled is None:
            return self._frame(counts.BY_HOUR_OF_WEEK, owner, days)
        hours = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
        found, medians = (table.set_index(["weekday", "hour"]).reindex(hours) for table in rolled)
        found = found.fillna(0).astype("int64")
        return found.assign(seconds_median=medians["seconds_median"]).reset_index()

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
        sql = speeds.speed(by)
        found = self._rolled(owner, days, lambda rolled: rolled.speed(by))
        return self._frame(sql, owner, days) if found is None else found

    def outcomes(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """status, generations, share (0…1) of the four final states."""
        found = self._rolled(owner, days, Rolled.outcomes)
        if found is None:
            return self._frame(counts.OUTCOMES, owner, days)
        total = sum(found.values())
        shares = [count / total if total else 0.0 for count in found.values()]
        return pd.DataFrame(
            {"status": list(found), "generations": list(found.values()), "share": shares}
        )

    def recent_errors(self, *, owner: str | None, days: int = 30, limit: int = 50) -> pd.DataFrame:
        """when, sentence, kind, node, checkpoint, id, detail of what failed or was lost last."""
        return self._frame(counts.ERRORS, owner, days, limit=limit)

    def failures(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """kind, sentence (its latest), generations, last_at: why some failed, or got lost."""
        return self._frame(counts.FAILURES, owner, days)

    def where_time_goes(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """activity, seconds, share (0…1) over all finished generations, in order of ACTIVITIES."""
        rolled = self._rolled(owner, days, Rolled.where_time_goes)
        found = rolled or self._row(speeds.WHERE_TIME_GOES, owner, days)
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
        found = self._rolled(owner, days, Rolled.cold_and_warm)
        return self._frame(speeds.COLD_AND_WARM, owner, days) if found is None else found

    def trends(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """The series there are: checkpoint, size, server, generations, width, height."""
        found = self._rolled(owner, days, Rolled.trends)
        return self._frame(trends.TRENDS, owner, days) if found is None else found

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
        """Lasting changes of speed, newest first; see `storage.stats.change_points`.

        checkpoint, size, server, at, before, after (median seconds), ratio (less than after over
        before where noise exaggerates), generations (since), sentence, kind (step, back or drift),
        meanwhile (sentences about what else changed then).
        """
        now = (moment(self._clock()) or trends.NEVER) + self._offset
        return findings.found_changes(self._scans(owner, days), now)

    def forecast_quality(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """at, forecast, actual, error (forecast over actual, less 1) of the newest 2,000."""
        return self._frame(speeds.FORECAST_QUALITY, owner, days, limit=MOST_FORECASTS)

    def forecast_summary(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """One row: generations, median_error, within_10, within_25 (shares; NaN without any)."""
        found = self._rolled(owner, days, Rolled.forecast_summary)
        return self._frame(speeds.FORECAST_SUMMARY, owner, days) if found is None else found

    def what_if(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """What a step costs, as a line: per step, and besides.

        checkpoint, size, server, seconds_per_step, fixed_seconds, basis, batch.

        Of warm generations, of the last 90 days where there are any; `basis` counts them, each of
        `batch` images at once, the usual number.
        """
        recent = EXACT_DAYS if days <= 0 else min(days, EXACT_DAYS)
        found = self._frame(trends.WHAT_IF, owner, recent)
        if found.empty and recent != days:
            found = self._frame(trends.WHAT_IF, owner, days)
        return series.found_slopes(found)

    def headlines(self, *, owner: str | None, days: int = 30) -> Headlines:
        """The numbers on top of the page; all zero and None in an empty store."""
        totals = self._rolled(owner, 0, Rolled.totals) or self._row(counts.EVERYTHING, owner, 0)
        medians = self._rolled(owner, days, Rolled.medians) or self._row(
            counts.MEDIANS, owner, days
        )
        share = self._success(owner, days)
        today = self._row(counts.TODAY, owner, days)[0]
        return Headlines(today, totals[0], totals[1], medians[0], medians[1], share)

    def headline_table(self, *, owner: str | None, days: int = 30) -> pd.DataFrame:
        """The headlines as one row, a column each."""
        return pd.DataFrame([asdict(self.headlines(owner=owner, days=days))])

    def _success(self, owner: str | None, days: int) -> float | None:
        found = self._rolled(owner, days, Rolled.outcomes)
        if found is None:
            share: float | None = self._row(counts.SHARE, owner, days)[0]
            return share
        settled = found["finished"] + found["failed"] + found["lost"]
        return found["finished"] / settled if settled else None

    def _scans(self, owner: str | None, days: int) -> list[Scan]:
        """What changes are looked for in: of each window up to *days*, the shortest first.

        Every generation where they are few, else medians of bins, of weeks where it is long.
        """
        windows = trends.windows(days)
        counts = self._row(trends.how_many([self._since(one) for one in windows]), owner, days)
        few = [one for one, count in zip(windows, counts, strict=True) if count <= trends.MANY]
        single = self._frame(trends.POINTS, owner, few[-1]) if few else None
        binned: dict[int, Scan] = {}
        scans = []
        for window in windows:
            first = self._asked(owner, window).first
            begins = datetime(first.year, first.month, first.day)  # noqa: DTZ001 - local time
            if single is not None and window in few:
                scans.append(one_by_one(single, begins, trends.MOST_SERIES))
                continue
            seconds = trends.bin_seconds(window)
            if seconds not in binned:
                alike = [one for one in windows if trends.bin_seconds(one) == seconds]
                binned[seconds] = self._binned(owner, alike[-1], seconds)
            scans.append(binned[seconds].since(begins))
        return scans

    def _since(self, days: int) -> datetime:
        return self._asked(None, days).since

    def _binned(self, owner: str | None, days: int, seconds: int) -> Scan:
        """The medians of bins of *seconds*."""
        grain = timedelta(seconds=seconds)
        rolled = self._rolled(owner, days, Rolled.points)
        if rolled is None:
            rolled = self._frame(trends.BINNED, owner, days, bin=seconds, monday=trends.MONDAY)
        return by_weeks(rolled) if grain >= WEEKS else Scan(rolled, grain)

    def _filled(self, found: pd.DataFrame, days: int, unit: str) -> pd.DataFrame:
        """Counts *found* by start of *unit*, with a row for every period in the days asked for."""
        kind = {"day": "D", "week": "W-SUN", "month": "M"}[unit]
        found = found.set_index(pd.DatetimeIndex(found["start"])).drop(columns="start")
        today = self._today()
        known = [one.date() for one in found.index.to_list()]
        first = self._asked(None, days).first if days > 0 else min([*known, today])
        periods = pd.period_range(first, today, freq=kind).to_timestamp(how="start")
        found = found.reindex(periods, fill_value=0).astype("int64")
        final = found[["finished", "cancelled", "failed", "lost"]].sum(axis=1)
        found.insert(5, "unfinished", found["generations"] - final)
        return found.rename_axis("start").reset_index()

    def _rolled(self, owner: str | None, days: int, ask: Callable[[Rolled], T | None]) -> T | None:
        """What *ask* finds in the roll-ups, from one view of them; None for short periods."""
        asked = self._asked(owner, days)
        if not asked.is_long:
            return None
        return self._store.view(lambda cursor: ask(Rolled(cursor, asked)))

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
