"""The questions about long periods, answered from the cubes; see `storage.stats.rollups`.

Each answers None where nothing is summed up yet, and is then asked of the generations themselves.
Counts and sums are exact; quantiles are off by half a bucket (4.4 %) at the most, mostly by far
less, and never beyond the smallest or largest value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import nan

import duckdb
import pandas as pd

from storage.mapping.measures import ACTIVITIES
from storage.stats.cubes import ERRORS, HOURS, MEASURED, RATE, SPEED, WEEKHOURS, WEEKS, Cube
from storage.stats.histograms import quantiles
from storage.stats.period import NO_SIZE, SIZE, Asked
from storage.stats.rollups import cells
from storage.stats.speeds import DIMENSIONS, MOST_GROUPS
from storage.stats.trends import MOST_SERIES, MOST_TRENDS

_SUMMARY = ("generations", "median_error", "within_10", "within_25")
_PANDAS = {"day": "D", "week": "W-SUN", "month": "M"}
"""What pandas calls the periods."""


@dataclass(frozen=True, slots=True)
class Rolled:
    """Answers to *asked* with a *cursor*, which is within a transaction: one view of all tables."""

    cursor: duckdb.DuckDBPyConnection
    asked: Asked

    def per_period(self, unit: str) -> pd.DataFrame | None:
        """Counts by start of *unit*, by the asker's clock; periods without any are not there."""
        local = "hour + to_milliseconds(CAST($offset AS BIGINT))"
        sums = ", ".join(
            f"CAST(sum({n}) AS BIGINT) AS {n}"
            for n in ("generations", "finished", "cancelled", "failed", "lost", "images")
        )
        first = pd.Timestamp(self.asked.first).to_period(_PANDAS[unit]).start_time.to_pydatetime()
        return self._ask(
            HOURS,
            f"SELECT CAST(date_trunc('{unit}', {local}) AS DATE) AS start, {sums} GROUP BY 1",
            since=first - self.asked.offset,
        )

    def totals(self) -> tuple[int, int] | None:
        """Generations and images of all time."""
        found = self._ask(
            HOURS,
            "SELECT coalesce(sum(generations), 0) AS generations, "
            "coalesce(sum(images), 0) AS images",
            since=datetime(1970, 1, 1),  # noqa: DTZ001 - stored naive, in UTC
        )
        if found is None:
            return None
        return int(found["generations"].iloc[0]), int(found["images"].iloc[0])

    def outcomes(self) -> dict[str, int] | None:
        """How many came to each final state."""
        states = ("finished", "cancelled", "failed", "lost")
        sums = ", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in states)
        found = self._ask(HOURS, f"SELECT {sums}")
        return None if found is None else {name: int(found[name].iloc[0]) for name in states}

    def by_hour_of_week(self) -> tuple[pd.DataFrame, pd.DataFrame] | None:
        """Counts by weekday and hour, and the median of seconds by the same."""
        offset = round(self.asked.offset / timedelta(hours=1))
        local = "hour + to_milliseconds(CAST($offset AS BIGINT))"
        counts = self._ask(
            HOURS,
            f"SELECT isodow({local}) - 1 AS weekday, hour({local}) AS hour, "
            "CAST(sum(generations) AS BIGINT) AS generations, "
            "CAST(sum(failed + lost) AS BIGINT) AS failed GROUP BY ALL",
        )
        slot = f"(weekhour + {offset} + 168) % 168"
        found = self._ask(
            WEEKHOURS,
            f"SELECT {slot} AS slot, bucket, {MEASURED} GROUP BY ALL ORDER BY slot, bucket",
        )
        if counts is None or found is None:
            return None
        table = quantiles(found, ["slot"], {"seconds_median": 0.5})
        table["weekday"], table["hour"] = table["slot"] // 24, table["slot"] % 24
        return counts, table[["weekday", "hour", "seconds_median"]]

    def speed(self, by: Sequence[str]) -> pd.DataFrame | None:
        """As `Statistics.speed`."""
        columns = [column for name in by for column in DIMENSIONS[name]]
        seconds = self._histogram(SPEED, columns, {"seconds_median": 0.5, "seconds_p95": 0.95})
        rates = self._histogram(
            RATE, columns, {"steps_per_second_median": 0.5, "steps_per_second_p95": 0.95}
        )
        if seconds is None or rates is None:
            return None
        rates = rates.drop(columns="generations")
        how = {"on": columns} if columns else {"left_index": True, "right_index": True}
        table = seconds.merge(rates, how="left", **how)
        table = table.sort_values(
            ["generations", *columns], ascending=[False, *[True] * len(columns)], ignore_index=True
        ).head(MOST_GROUPS)
        return _sized(table, by)

    def cold_and_warm(self) -> pd.DataFrame | None:
        """As `Statistics.cold_and_warm`."""
        keys = ["checkpoint", "server", "is_cold"]
        found = self._histogram(SPEED, keys, {"median": 0.5}, "WHERE is_cold IS NOT NULL")
        if found is None:
            return None
        cold = found["is_cold"].astype(bool)
        table = found[cold].merge(found[~cold], how="outer", on=keys[:2], suffixes=("_c", "_w"))
        made = table[keys[:2]].copy()
        for one in ("generations", "median"):
            for name, suffix in (("cold", "_c"), ("warm", "_w")):
                made[f"{name}_{one}"] = table[f"{one}{suffix}"]
        counts = ["cold_generations", "warm_generations"]
        made[counts] = made[counts].fillna(0).astype("int64")
        made["costs"] = made["cold_median"] - made["warm_median"]
        order = made[counts].sum(axis=1).sort_values(ascending=False, kind="stable").index
        return made.loc[order].head(MOST_GROUPS).reset_index(drop=True)

    def where_time_goes(self) -> tuple[float, ...] | None:
        """Seconds by ACTIVITIES."""
        sums = ", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in ACTIVITIES)
        found = self._ask(HOURS, f"SELECT {sums}")
        return None if found is None else tuple(float(found[name].iloc[0]) for name in ACTIVITIES)

    def trends(self) -> pd.DataFrame | None:
        """As `Statistics.trends`."""
        return self._ask(
            SPEED,
            f"SELECT checkpoint, {SIZE} AS size, server, CAST(sum(generations) AS BIGINT) "
            "AS generations, width, height GROUP BY checkpoint, width, height, server "
            f"ORDER BY generations DESC, checkpoint, width, height, server LIMIT {MOST_TRENDS}",
        )

    def points(self) -> pd.DataFrame | None:
        """The level of the most used series week by week, for `storage.stats.series`."""
        series = "checkpoint, width, height, server, sampler"
        return self._ask(
            WEEKS,
            f'SELECT {series}, week AS "at", generations, '
            "greatest(rest + pace * usual, 1e-6) AS seconds FROM "
            f"(SELECT *, sum(work) OVER series / sum(generations) OVER series AS usual, "
            "sum(generations) OVER series AS size, FROM cells "
            f"WINDOW series AS (PARTITION BY {series})) "
            f"QUALIFY dense_rank() OVER (ORDER BY size DESC, {series}) <= {MOST_SERIES} "
            "ORDER BY week",
            "",
        )

    def forecast_summary(self) -> pd.DataFrame | None:
        """As `Statistics.forecast_summary`."""
        found = self._ask(
            ERRORS,
            f"SELECT bucket, {MEASURED}, "
            "sum(within_10) AS within_10, sum(within_25) AS within_25 GROUP BY 1 ORDER BY 1",
        )
        if found is None:
            return None
        if found.empty:
            return pd.DataFrame([(0, nan, nan, nan)], columns=pd.Index(_SUMMARY))
        table = quantiles(found, [], {"median_error": 0.5})
        for name in ("within_10", "within_25"):
            table[name] = found[name].sum() / table["generations"]
        return table

    def medians(self) -> tuple[float | None, float | None] | None:
        """Of seconds and of steps per second, over all."""
        found = [self._histogram(cube, [], {"median": 0.5}) for cube in (SPEED, RATE)]
        if any(table is None for table in found):
            return None
        values = [float(t["median"].iloc[0]) if t is not None and len(t) else None for t in found]
        return values[0], values[1]

    def _histogram(
        self, cube: Cube, keys: Sequence[str], names: dict[str, float], where: str = ""
    ) -> pd.DataFrame | None:
        chosen = "".join(f"{key}, " for key in keys)
        found = self._ask(
            cube,
            f"SELECT {chosen}bucket, {MEASURED} FROM cells {where} GROUP BY ALL "
            f"ORDER BY {chosen}bucket",
            "",
        )
        return None if found is None else quantiles(found, keys, names)

    def _ask(
        self, cube: Cube, sql: str, source: str = "FROM cells", since: datetime | None = None
    ) -> pd.DataFrame | None:
        """What *sql* makes of the cells; *source* goes before its GROUP BY, or at its end."""
        made = cells(self.cursor, cube, self.asked.clean_owner, since or self.asked.since)
        if made is None:
            return None
        head, found, tail = sql.partition(" GROUP BY ") if source else (sql, "", "")
        whole = f"WITH cells AS ({made[0]}) {head} {source}{found}{tail}"
        return self.cursor.execute(whole, self.asked.values(whole, **made[1])).df()


def _sized(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """*table* with a size in words in place of width and height."""
    if "size" not in by:
        return table
    place = list(table.columns).index("width")
    sizes = table["width"].astype(str) + " × " + table["height"].astype(str)
    has_one = (table["width"] > 0) & (table["height"] > 0)
    table.insert(place, "size", sizes.where(has_one, NO_SIZE))
    return table.drop(columns=["width", "height"])
