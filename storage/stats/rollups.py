"""The tables of `storage.stats.cubes`: made in the background, a month at a time, never added to.

A month is summed up as a whole under a build number, from one consistent view of its generations.
Whoever changes a generation of a past month takes that month's row from `rollup_parts` in the same
transaction; from then on the month is read from generations, until it is summed up anew. So no
cell is ever older than what it was made from.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from storage.mapping.rows import moment
from storage.search import rare_words, summed_months
from storage.search.reads import span, within
from storage.search.summed_months import PARTS_DDL, Months, month_of, next_month
from storage.stats.cubes import COUNTED, CUBES, DEFINITION, Cube

MIN_GENERATIONS = 20_000
"""Of a month: fewer are read as fast as they are summed up."""
GRACE_SECONDS = 600.0
"""After the end of a month until it is summed up: longer than any write takes."""
HARMLESS = frozenset(
    {
        "rating", "note", "parent", "relation", "label_count", "block", "favourite", "priority",
        "position", "held", "attempts", "cancel_asked", "retry_on_loss", "warning", "texts",
        "graph", "request", "submitted_at", "accepted_at", "reached", "press", "error",
        "error_node", "error_detail", "mark_count", "typed_prompt", "typed_negative_prompt",
    }
)  # fmt: skip
"""Columns of generations that no cube looks at, nor the words of prompts."""
_TABLES = (rare_words.TABLE, *(cube.table for cube in CUBES))


@dataclass(frozen=True, slots=True)
class Summed:
    """A build of *month* begins, or, where it *is_ready*, may be used from now on."""

    month: datetime
    build: int
    is_ready: bool


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Have empty tables where there are none of this definition. Raises duckdb.Error."""
    connection.execute("CREATE TABLE IF NOT EXISTS rollup_definition (hash VARCHAR)")
    if connection.execute("SELECT hash FROM rollup_definition").fetchall() == [(DEFINITION,)]:
        return
    connection.execute("BEGIN")
    for table in ("rollup_parts", *_TABLES):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for ddl in (PARTS_DDL, rare_words.DDL, *(cube.ddl for cube in CUBES)):
        connection.execute(ddl)
    connection.execute("DELETE FROM rollup_definition")
    connection.execute("INSERT INTO rollup_definition VALUES ($1)", [DEFINITION])
    connection.execute("COMMIT")


def due(cursor: duckdb.DuckDBPyConnection, now: float, least: int = MIN_GENERATIONS) -> Months:
    """Past months with *least* generations or more that are not summed up, newest first."""
    at = moment(now - GRACE_SECONDS)
    found = cursor.execute(
        "SELECT date_trunc('month', created_at) AS month FROM generations "
        f"WHERE {COUNTED} AND created_at < $1 GROUP BY month HAVING count(*) >= $2 "
        "AND month NOT IN (SELECT month FROM rollup_parts WHERE ready) ORDER BY month DESC",
        [month_of(at) if at else None, least],
    ).fetchall()
    return [datetime(month.year, month.month, 1) for (month,) in found]  # noqa: DTZ001 - as above


def build(cursor: duckdb.DuckDBPyConnection, month: datetime, number: int) -> None:
    """Sum *month* up under build *number*, in one transaction of its own."""
    condition = "created_at >= $from AND created_at < $until"
    values = {"from": month, "until": next_month(month), "build": number}
    cursor.begin()
    try:
        for cube in CUBES:
            sql = f"INSERT INTO {cube.table} SELECT $build, * FROM ({cube.building(condition)})"
            cursor.execute(sql, values)
        cursor.execute(rare_words.BUILD, values)
        cursor.commit()
    except BaseException:
        cursor.rollback()
        raise


def sweep(cursor: duckdb.DuckDBPyConnection) -> None:
    """Remove the cells of builds that are not used, or no longer."""
    for table in _TABLES:
        cursor.execute(f"DELETE FROM {table} WHERE build NOT IN (SELECT build FROM rollup_parts)")


def note(cursor: duckdb.DuckDBPyConnection, write: Summed) -> None:
    """Carry out *write* within the writer's transaction."""
    values = [write.month, write.build]
    if write.is_ready:  # unless the month was changed since the build was announced
        cursor.execute(
            "UPDATE rollup_parts SET ready = true WHERE month = $1 AND build = $2", values
        )
    else:
        cursor.execute("DELETE FROM rollup_parts WHERE month = $1", values[:1])
        cursor.execute("INSERT INTO rollup_parts VALUES ($1, $2, false)", values)


def outdate(cursor: duckdb.DuckDBPyConnection, months: Iterable[datetime]) -> None:
    """Use no cells of *months* from this transaction on."""
    cursor.execute("DELETE FROM rollup_parts WHERE month = ANY($1)", [sorted(months)])


def outdate_of(cursor: duckdb.DuckDBPyConnection, ids: Collection[str]) -> None:
    """The same for the months of the generations *ids*."""
    if ids:
        cursor.execute(
            "DELETE FROM rollup_parts WHERE month IN (SELECT date_trunc('month', created_at) "
            f"FROM generations WHERE {within('id')})",
            span(ids),
        )


def cells(
    cursor: duckdb.DuckDBPyConnection, cube: Cube, owner: str | None, since: datetime
) -> tuple[str, dict[str, Any]] | None:
    """SQL and parameters of the *cube*'s cells from *since* on; None where no month is summed up.

    Whole months that are summed up come from the table, all else from generations.
    """
    found = summed_months.ready(cursor, since)
    if not found:
        return None
    whose = "owner IS NULL" if owner is None else "owner = $owner"
    values: dict[str, Any] = {"owner": owner, "builds": [number for _, number in found]}
    used = "build IN (SELECT unnest(CAST($builds AS BIGINT[])))"
    parts = [f"SELECT {cube.columns} FROM {cube.table} WHERE {whose} AND {used}"]
    mine = "true" if owner is None else "owner = $owner"
    gaps = summed_months.gaps(cursor, [month for month, _ in found], since)
    for n, (first, until) in enumerate(gaps):
        # One scan a gap: only of a plain range does DuckDB pass over the rest of the table.
        values |= {f"from_{n}": first} | ({f"until_{n}": until} if until else {})
        before = f" AND created_at < $until_{n}" if until else ""
        parts.append(cube.cells(f"{mine} AND created_at >= $from_{n}{before}"))
    return " UNION ALL ".join(parts), values
