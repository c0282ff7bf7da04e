"""Writes many rows by one short statement: each column is one array, planned once for all rows.

A placeholder for every value would cost DuckDB more time to read than the rows take to write.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import duckdb

from storage.mapping import rows
from storage.mapping.columns import type_of
from storage.search.reads import span, within


def insert(
    cursor: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    values: Sequence[rows.Row],
) -> None:
    """Add *values*, rows of *columns*, to the *table*. Raises duckdb.Error."""
    if not values:
        return
    chosen, parameters = _arrays(table, columns, values)
    cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen}", parameters)


def update(
    cursor: duckdb.DuckDBPyConnection,
    columns: tuple[str, ...],
    altered: Mapping[str, Mapping[str, Any]],
) -> None:
    """Set the same *columns* of several generations, by id. Raises duckdb.Error."""
    if len(altered) == 1:  # as nearly always: a join would take DuckDB twice as long to plan
        for id_, new in altered.items():
            _update_row(cursor, columns, id_, new)
        return
    names = ("id", *columns)
    values = [(id_, *(new[column] for column in columns)) for id_, new in altered.items()]
    chosen, parameters = _arrays("generations", names, values)
    n = len(parameters)
    # The range lets DuckDB pass over nearly all of a large table.
    cursor.execute(
        f"UPDATE generations SET {', '.join(f'{c} = new.{c}' for c in columns)} "
        f"FROM (SELECT {chosen}) AS new ({', '.join(names)}) WHERE generations.id = new.id "
        f"AND generations.id >= ${n + 1} AND generations.id <= ${n + 2}",
        [*parameters, min(altered), max(altered)],
    )


def _update_row(
    cursor: duckdb.DuckDBPyConnection, columns: Sequence[str], id_: str, values: Mapping[str, Any]
) -> None:
    settings = ", ".join(
        f"{column} = CAST(${n} AS {type_of('generations', column)})"
        for n, column in enumerate(columns, 1)
    )
    cursor.execute(
        f"UPDATE generations SET {settings} WHERE id = ${len(columns) + 1}",
        [*(values[column] for column in columns), id_],
    )


def replace(
    cursor: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    values: Mapping[str, Sequence[rows.Row]],
    outdated: Collection[str],
) -> None:
    """Let the *table* hold exactly *values* of those generations; *outdated* may have others."""
    if outdated:
        cursor.execute(f"DELETE FROM {table} WHERE {within('generation')}", span(outdated))
    insert(cursor, table, columns, [row for found in values.values() for row in found])


def _arrays(
    table: str, columns: Sequence[str], values: Sequence[rows.Row]
) -> tuple[str, list[Any]]:
    """The expressions that make rows of *values*, and their parameters.

    What is the same in all rows, as most is, is given once; what is NULL in all, not at all.
    """
    parts, parameters = list[str](), list[Any]()
    for place, (name, column) in enumerate(zip(columns, zip(*values, strict=True), strict=True)):
        kind = type_of(table, name)
        same = place > 0 and all(value == column[0] for value in column)
        if same and column[0] is None:
            parts.append(f"CAST(NULL AS {kind})")
            continue
        parameters.append(column[0] if same else list(column))
        number = f"${len(parameters)}"
        parts.append(f"CAST({number} AS {kind})" if same else f"unnest(CAST({number} AS {kind}[]))")
    return ", ".join(parts), parameters
