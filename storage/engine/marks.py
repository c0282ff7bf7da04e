"""Writes about many generations at once: ratings, notes, labels, the bin. One statement each.

Each touches only what belongs to the owner it names, and returns the ids of what it touched.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import duckdb

from storage.mapping import rows
from storage.mapping.columns import fitted
from storage.records import Generation, Status
from storage.search.query import Conditions, add_statuses
from storage.search.reads import FEW, records_by_id, span, within

FINALS = tuple(status for status in Status if status.is_final)


@dataclass(frozen=True, slots=True)
class Mark:
    """Set *column* of those of *ids* that are the owner's (None: anybody's).

    It concerns what lies in the bin where *binned*, else what does not. Only what is over can be
    put into the bin.
    """

    ids: tuple[str, ...]
    owner: str | None
    column: str
    value: Any
    binned: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """Take the labels *remove* of one kind from those of *ids* that are the owner's, add *add*."""

    ids: tuple[str, ...]
    owner: str | None
    kind: str
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Purge:
    """Remove for good what was deleted before a time (epoch seconds).

    Only what is the owner's, and among *ids*, where these are given.
    """

    before: float
    owner: str | None = None
    ids: tuple[str, ...] | None = None


def mark(cursor: duckdb.DuckDBPyConnection, write: Mark) -> tuple[str, ...]:
    """Carry out *write* within the open transaction."""
    if not write.ids:
        return ()
    found = _theirs(write.ids, write.owner, binned=write.binned)
    if write.column == "deleted_at" and not write.binned:
        add_statuses(found, FINALS)
    value = rows.moment(write.value) if write.column in rows.TIMES else write.value
    place = found.value(fitted("generations", write.column, value))
    changed = cursor.execute(
        f"UPDATE generations SET {write.column} = {place} WHERE {found.where} RETURNING id",
        found.values,
    ).fetchall()
    return tuple(row[0] for row in changed)


def label(cursor: duckdb.DuckDBPyConnection, write: Label) -> tuple[str, ...]:
    """Carry out *write* within the open transaction."""
    if not write.ids:
        return ()
    found = _theirs(write.ids, write.owner)
    theirs = cursor.execute(f"SELECT id FROM generations WHERE {found.where}", found.values)
    ids = [row[0] for row in theirs.fetchall()]
    if not ids:
        return ()
    if write.remove:
        cursor.execute(
            f"DELETE FROM labels WHERE {within('generation')} AND kind = $4 AND name = ANY($5)",
            [*span(ids), write.kind, [rows.clean(name) for name in write.remove]],
        )
    for name in write.add:
        cursor.execute(
            "INSERT INTO labels SELECT unnest($1), $2, $3 ON CONFLICT DO NOTHING",
            [ids, write.kind, rows.clean(name)],
        )
    _count_labels(cursor, ids)
    return tuple(ids)


def purge(cursor: duckdb.DuckDBPyConnection, write: Purge) -> tuple[Generation, ...]:
    """Carry out *write* within the open transaction; return what is gone."""
    wanted = Conditions()
    wanted.add("deleted_at < {}", rows.moment(write.before))
    if write.owner is not None:
        wanted.add("owner = {}", rows.clean(write.owner))
    if write.ids is not None:
        wanted.add("id = ANY({})", [rows.clean(id_) for id_ in write.ids])
    found = cursor.execute(
        f"SELECT id FROM generations WHERE {wanted.where}", wanted.values
    ).fetchall()
    ids = [row[0] for row in found]
    if not ids:
        return ()
    gone = records_by_id(cursor, ids)
    for table in ("images", "labels", "node_runs"):
        cursor.execute(f"DELETE FROM {table} WHERE {within('generation')}", span(ids))
    cursor.execute(f"DELETE FROM generations WHERE {within('id')}", span(ids))
    return tuple(gone.values())


def _theirs(ids: Collection[str], owner: str | None, *, binned: bool = False) -> Conditions:
    wanted = [rows.clean(id_) for id_ in ids]
    found = Conditions()
    if len(wanted) <= FEW:  # by the key's own index
        found.add(f"id IN ({', '.join(['{}'] * len(wanted))})", *wanted)
    else:
        found.add("id >= {} AND id <= {} AND id = ANY({})", *span(wanted))
    found.add("deleted_at IS NOT NULL" if binned else "deleted_at IS NULL")
    if owner is not None:
        found.add("owner = {}", rows.clean(owner))
    return found


def _count_labels(cursor: duckdb.DuckDBPyConnection, ids: list[str]) -> None:
    cursor.execute(
        "UPDATE generations SET label_count = counted.number FROM ("
        "SELECT wanted.id, count(labels.name) AS number FROM (SELECT unnest($3) AS id) AS wanted "
        "LEFT JOIN labels ON labels.generation = wanted.id GROUP BY wanted.id) AS counted "
        "WHERE generations.id >= $1 AND generations.id <= $2 AND generations.id = counted.id",
        span(ids),
    )
