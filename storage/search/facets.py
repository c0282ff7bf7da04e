"""What there is to choose from when searching: each value with how many images have it."""

from dataclasses import dataclass
from typing import Any

import duckdb

from storage.mapping import rows
from storage.mapping.rows import COLLECTION, TAG
from storage.search.conditions import Conditions
from storage.search.image_filter import KEPT, SHOWN

MOST = 500
"""Values of each kind that are offered, the most used ones."""

_COLUMNS = ("checkpoint", "sampler", "workflow", "server", "owner")
_SIZE = "width, height"

Values = tuple[tuple[str, int], ...]
Sizes = tuple[tuple[tuple[int, int], int], ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """Pairs of a value and how many finished images have it, most used first.

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
    found = _counted(cursor, owner)
    of = {column: tuple(found[column][:MOST]) for column in _COLUMNS}
    return Facets(
        checkpoints=of["checkpoint"],
        loras=_loras(cursor, owner),
        samplers=of["sampler"],
        sizes=tuple(found[_SIZE][:MOST]),
        workflows=of["workflow"],
        servers=of["server"],
        tags=_labels(cursor, TAG, owner),
        collections=_labels(cursor, COLLECTION, owner),
        owners=of["owner"] if owner is None else (),
    )


def _counted(
    cursor: duckdb.DuckDBPyConnection, owner: str | None
) -> dict[str, list[tuple[Any, int]]]:
    """Values with their numbers, most first, by column; all in one look at the generations."""
    wanted = _scope(owner)
    names = f"{', '.join(_COLUMNS)}, {_SIZE}"
    sets = ", ".join(f"({columns})" for columns in (*_COLUMNS, _SIZE))
    rows = cursor.execute(
        f"SELECT {names}, CAST(sum({KEPT}) AS BIGINT) AS number "
        f"FROM generations WHERE {wanted.where} "
        f"GROUP BY GROUPING SETS ({sets}) ORDER BY number DESC, {names}",
        wanted.values,
    ).fetchall()
    found: dict[str, list[tuple[Any, int]]] = {columns: [] for columns in (*_COLUMNS, _SIZE)}
    for *values, width, height, number in rows:
        if width:
            found[_SIZE].append(((width, height), number))
        for column, value in zip(_COLUMNS, values, strict=True):
            if value:  # NULL where another column is counted, "" where there is none
                found[column].append((value, number))
    return found


def _loras(cursor: duckdb.DuckDBPyConnection, owner: str | None) -> Values:
    """Each LoRA, not the first ones alone."""
    wanted = _scope(owner)
    wanted.add("lora <> ''")
    found = cursor.execute(
        "WITH named AS (SELECT "
        "unnest(CASE WHEN len(loras) > 0 THEN loras ELSE [lora] END) AS name, "
        f"{KEPT} AS number FROM generations WHERE {wanted.where}) "
        "SELECT name, CAST(sum(number) AS BIGINT) AS number FROM named "
        f"GROUP BY name ORDER BY number DESC, name LIMIT {MOST}",
        wanted.values,
    ).fetchall()
    return tuple(found)


def _labels(cursor: duckdb.DuckDBPyConnection, kind: str, owner: str | None) -> Values:
    wanted = _scope(owner)
    wanted.add("label_count > 0")
    field = "tags" if kind == TAG else "collections"
    place = wanted.value(kind)
    found = cursor.execute(
        f"WITH mine AS (SELECT id, mark_count, {SHOWN} AS shown FROM generations "
        f"WHERE {wanted.where}), "
        "named AS (SELECT labels.name, shown AS number FROM labels "
        f"JOIN mine ON id = labels.generation WHERE mark_count = 0 AND kind = {place} "
        f"UNION ALL SELECT unnest({field}), 1 FROM image_marks "
        "JOIN mine ON id = generation WHERE mark_count > 0 AND deleted_at IS NULL) "
        "SELECT name, CAST(sum(number) AS BIGINT) AS number FROM named "
        f"GROUP BY name ORDER BY number DESC, name LIMIT {MOST}",
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
