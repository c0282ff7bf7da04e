"""What there is to choose from when searching: each value with how many generations have it."""

from dataclasses import dataclass
from typing import Any

import duckdb

from storage import rows
from storage.rows import COLLECTION, TAG
from storage.search import Conditions

MOST = 500
"""Values of each kind that are offered, the most used ones."""

Values = tuple[tuple[str, int], ...]
Sizes = tuple[tuple[tuple[int, int], int], ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """Pairs of a value and how many finished generations have it, most used first.

    `sizes` are (width, height) in pixels; `owners` is empty but for admins.
    """

    checkpoints: Values = ()
    loras: Values = ()
    samplers: Values = ()
    sizes: Sizes = ()
    workflows: Values = ()
    servers: Values = ()
    tags: Values = ()
    collections: Values = ()
    owners: Values = ()


def facets(cursor: duckdb.DuckDBPyConnection, owner: str | None) -> Facets:
    """The choices of *owner*; None for everybody's, with the owners."""

    def of(column: str) -> Values:
        return tuple((str(value), number) for value, number in _counted(cursor, column, owner))

    return Facets(
        checkpoints=of("checkpoint"),
        loras=of("lora"),
        samplers=of("sampler"),
        sizes=tuple(
            ((width, height), number)
            for width, height, number in _counted(cursor, "width, height", owner)
        ),
        workflows=of("workflow"),
        servers=of("server"),
        tags=_labels(cursor, TAG, owner),
        collections=_labels(cursor, COLLECTION, owner),
        owners=of("owner") if owner is None else (),
    )


def _counted(
    cursor: duckdb.DuckDBPyConnection, columns: str, owner: str | None
) -> list[tuple[Any, ...]]:
    wanted = _scope(owner)
    first = columns.partition(",")[0]
    wanted.texts.append(f"{first} > 0" if first == "width" else f"{first} <> ''")
    return cursor.execute(
        f"SELECT {columns}, count(*) AS number FROM generations WHERE {wanted.where} "
        f"GROUP BY {columns} ORDER BY number DESC, {columns} LIMIT {MOST}",
        wanted.values,
    ).fetchall()


def _labels(cursor: duckdb.DuckDBPyConnection, kind: str, owner: str | None) -> Values:
    wanted = _scope(owner)
    wanted.add("label_count > 0")
    wanted.add("labels.kind = {}", kind)
    found = cursor.execute(
        "SELECT labels.name, count(*) AS number FROM labels "
        "JOIN generations ON generations.id = labels.generation "
        f"WHERE {wanted.where} GROUP BY labels.name ORDER BY number DESC, labels.name LIMIT {MOST}",
        wanted.values,
    ).fetchall()
    return tuple(found)


def _scope(owner: str | None) -> Conditions:
    found = Conditions()
    found.add("deleted_at IS NULL")
    found.add("status = 'finished'")
    if owner is not None:
        found.add("owner = {}", rows.clean(owner))
    return found
