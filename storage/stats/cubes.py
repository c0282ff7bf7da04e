"""What is summed up by month, so that questions about years need not read every generation.

A cube's cells are the same whether they come from its table or are made on the spot for the days
that have none: one SQL text makes both. Durations are counted in buckets, eight to an octave, each
with the sum of what it holds, and the smallest and largest of it. Pure; `storage.stats.rollups`
keeps the tables.
"""

import hashlib
from dataclasses import dataclass

from storage.search import rare_words
from storage.search.image_filter import IMAGES
from storage.search.summed_months import PARTS_DDL

PER_OCTAVE = 8
"""Buckets between a number and twice as much."""
SMALLEST = 1e-6
"""Seconds, steps a second or shares below which all is one bucket."""

COUNTED = "deleted_at IS NULL AND origin = ''"
"""The condition of everything that statistics count."""
_TIMED = f"{COUNTED} AND status = 'finished' AND run_seconds IS NOT NULL"
_WARM = f"{_TIMED} AND NOT is_cold AND sampled_steps > 0 AND batch > 0"
_FORECAST = f"{_TIMED} AND forecast_seconds > 0 AND run_seconds > 0"
_PARTS = ("waiting", "loading", "encoding", "sampling", "decoding", "saving", "other", "fetching")
_STATES = ("finished", "cancelled", "failed", "lost")


def bucket(value: str) -> str:
    """The bucket that the SQL expression *value* falls into."""
    return f"CAST(floor({PER_OCTAVE} * log2(greatest({value}, {SMALLEST}))) AS SMALLINT)"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a cube: its name, SQL type, and how it is made from generations."""

    name: str
    kind: str
    sql: str


@dataclass(frozen=True, slots=True)
class Cube:
    """Cells by `keys`, each with `values`, of the generations (or *source*) under `where`."""

    table: str
    where: str
    keys: tuple[Column, ...]
    values: tuple[Column, ...]
    source: str = "generations"

    @property
    def columns(self) -> str:
        """The names of keys and values."""
        return ", ".join(column.name for column in (*self.keys, *self.values))

    @property
    def ddl(self) -> str:
        """The statement that makes its table."""
        columns = (*self.keys, *self.values)
        kinds = ", ".join(f"{column.name} {column.kind}" for column in columns)
        return f"CREATE TABLE {self.table} (build BIGINT, owner VARCHAR, {kinds})"

    def cells(self, condition: str) -> str:
        """The cells of what fulfils *condition* too, made from generations."""
        return f"{self._select('')} WHERE {self.where} AND {condition} GROUP BY {self._keys}"

    def building(self, condition: str) -> str:
        """The cells of everybody (owner NULL) and of each owner, for its table."""
        keys = self._keys
        return (
            f"{self._select('owner, ')} WHERE {self.where} AND {condition} "
            f"GROUP BY GROUPING SETS ((owner, {keys}), ({keys})) ORDER BY owner NULLS FIRST"
        )

    @property
    def _keys(self) -> str:
        return ", ".join(column.sql for column in self.keys)

    def _select(self, first: str) -> str:
        made = ", ".join(f"{c.sql} AS {c.name}" for c in (*self.keys, *self.values))
        return f"SELECT {first}{made} FROM {self.source}"


def _same(names: str, kind: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind, name) for name in names.split())


_COUNT = Column("generations", "BIGINT", "count(*)")


def _measured(value: str) -> tuple[Column, ...]:
    """How many values a cell has, their sum, and the smallest and largest of them."""
    return (
        _COUNT,
        Column("total", "DOUBLE", f"sum({value})"),
        Column("least", "DOUBLE", f"min({value})"),
        Column("most", "DOUBLE", f"max({value})"),
    )


MEASURED = (
    "sum(generations) AS generations, sum(total) AS total, min(least) AS least, max(most) AS most"
)
"""Cells of several months as one."""
_SERIES = (*_same("checkpoint", "VARCHAR"), *_same("width height", "INTEGER"))
_SERVER = _same("server", "VARCHAR")

HOURS = Cube(
    "rollup_hours",
    COUNTED,
    (Column("hour", "TIMESTAMP", "date_trunc('hour', created_at)"),),
    (
        _COUNT,
        *(Column(s, "BIGINT", f"count(*) FILTER (status = '{s}')") for s in _STATES),
        Column("images", "BIGINT", f"CAST(sum({IMAGES}) AS BIGINT)"),
        *(Column(p, "DOUBLE", f"sum({p}_seconds) FILTER (status = 'finished')") for p in _PARTS),
    ),
)
"""How many, what became of them, where their time went."""

SPEED = Cube(
    "rollup_speed",
    _TIMED,
    (
        *_SERIES,
        *_same("sampler", "VARCHAR"),
        *_SERVER,
        *_same("is_cold", "BOOLEAN"),
        Column("bucket", "SMALLINT", bucket("run_seconds")),
    ),
    _measured("run_seconds"),
)
"""Seconds on the server."""

RATE = Cube(
    "rollup_rate",
    f"{_TIMED} AND steps_per_second IS NOT NULL",
    (
        *_SERIES,
        *_same("sampler", "VARCHAR"),
        *_SERVER,
        Column("bucket", "SMALLINT", bucket("steps_per_second")),
    ),
    _measured("steps_per_second"),
)
"""Steps per second."""

WEEKHOURS = Cube(
    "rollup_weekhours",
    _TIMED,
    (
        Column(
            "weekhour",
            "SMALLINT",
            "CAST((isodow(created_at) - 1) * 24 + hour(created_at) AS SMALLINT)",
        ),
        Column("bucket", "SMALLINT", bucket("run_seconds")),
    ),
    _measured("run_seconds"),
)
"""Seconds on the server by hour of the week, UTC."""

WEEKS = Cube(
    "rollup_weeks",
    _WARM,
    (
        *_SERIES,
        *_SERVER,
        *_same("sampler", "VARCHAR"),
        Column("week", "TIMESTAMP", "time_bucket(INTERVAL 7 DAY, created_at)"),
    ),
    (
        _COUNT,
        Column("middle", "DOUBLE", "avg(epoch(created_at))"),
        Column("work", "DOUBLE", "sum(sampled_steps * CAST(batch AS BIGINT))"),
        Column(
            "pace",
            "DOUBLE",
            "quantile_cont(sampling_seconds / (CAST(sampled_steps AS BIGINT) * batch), 0.5)",
        ),
        Column("rest", "DOUBLE", "quantile_cont(run_seconds - sampling_seconds, 0.5)"),
    ),
)
"""The level of each series week by week: seconds per step (of one picture), and besides."""

_ERROR = "abs(forecast_seconds / run_seconds - 1)"
ERRORS = Cube(
    "rollup_errors",
    _FORECAST,
    (Column("bucket", "SMALLINT", bucket(_ERROR)),),
    (
        *_measured(_ERROR),
        Column("within_10", "BIGINT", f"count(*) FILTER ({_ERROR} <= 0.1)"),
        Column("within_25", "BIGINT", f"count(*) FILTER ({_ERROR} <= 0.25)"),
    ),
)
"""How far forecasts were off."""

CUBES = (HOURS, SPEED, RATE, WEEKHOURS, WEEKS, ERRORS)
DEFINITION = hashlib.sha256(
    "\n".join(
        [
            PARTS_DDL,
            rare_words.DDL + rare_words.BUILD,
            *(cube.ddl + cube.building("true") for cube in CUBES),
        ]
    ).encode()
).hexdigest()
"""Changes with the cubes: tables of another definition are made anew."""
