"""Writes about what people made of many images at once: ratings, notes, labels, the bin.

A generation whose images are alike and all concerned is written in its own columns, thousands by
one statement. Where single images of a batch are concerned, each has rows of its own from then on;
see `storage.mapping.image_marks`. Each write touches only what belongs to the owner it names.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import duckdb

from storage.engine import statements
from storage.engine.targets import Aims, Asked, aims_of, among, asked_of
from storage.mapping import rows
from storage.mapping.columns import fitted
from storage.mapping.image_marks import Change, Marked, changed
from storage.mapping.rows import TAG
from storage.records import FINALS, Marks, Target
from storage.search.conditions import Conditions
from storage.search.query import add_statuses
from storage.search.reads import span, within

_COLUMNS = (
    "rating", "favourite", "note", "deleted_at", "label_count", "mark_count", "binned_count",
)  # fmt: skip
"""Columns of generations that follow from the marks of their images."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Set *column* of those of *targets* that are the owner's (None: anybody's).

    It concerns what lies in the bin where *binned*, else what does not. Only what is over can be
    put into the bin. Of a whole generation in the bin it concerns what was put there last: so what
    is put there and taken out again leaves what lay there before.
    """

    targets: tuple[Target, ...]
    owner: str | None
    column: str
    value: Any
    binned: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """Take the labels *remove* of one kind from those of *targets* that are the owner's, add *add*.

    What lies in the bin is left alone.
    """

    targets: tuple[Target, ...]
    owner: str | None
    kind: str
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


def mark(cursor: duckdb.DuckDBPyConnection, write: Mark) -> tuple[Target, ...]:
    """Carry out *write* within the open transaction; return the targets that were touched."""
    if not write.targets:
        return ()
    asked = asked_of(write.targets)
    theirs = _theirs(asked, write.owner, binned=write.binned)
    if write.column == "deleted_at" and not write.binned:
        add_statuses(theirs, FINALS)
    aims = aims_of(cursor, asked, theirs, binned=write.binned)
    is_time = write.column in rows.TIMES
    value = rows.moment(write.value) if is_time else write.value
    value = fitted("generations", write.column, value)
    _set(cursor, aims.whole, write.column, value)
    kept = rows.seconds_of(value) if is_time else value
    _mark_apart(cursor, aims, partial(_marked_so, write.column, kept))
    return aims.hit(write.targets)


def label(cursor: duckdb.DuckDBPyConnection, write: Label) -> tuple[Target, ...]:
    """Carry out *write* within the open transaction; return the targets that were touched."""
    if not write.targets:
        return ()
    asked = asked_of(write.targets)
    aims = aims_of(cursor, asked, _theirs(asked, write.owner), binned=False)
    add, remove = ([rows.clean(name) for name in names] for names in (write.add, write.remove))
    _label_whole(cursor, aims.whole, write.kind, add, remove)
    _mark_apart(cursor, aims, partial(_labelled, write.kind, add, remove))
    return aims.hit(write.targets)


def _theirs(asked: Asked, owner: str | None, *, binned: bool = False) -> Conditions:
    found = Conditions()
    among(found, asked)
    found.add("(deleted_at IS NOT NULL OR binned_count > 0)" if binned else "deleted_at IS NULL")
    if owner is not None:
        found.add("owner = {}", rows.clean(owner))
    return found


def _set(cursor: duckdb.DuckDBPyConnection, ids: Collection[str], column: str, value: Any) -> None:
    if not ids:
        return
    found = Conditions()
    among(found, ids)
    place = found.value(value)
    cursor.execute(f"UPDATE generations SET {column} = {place} WHERE {found.where}", found.values)


def _label_whole(
    cursor: duckdb.DuckDBPyConnection,
    ids: Sequence[str],
    kind: str,
    add: Sequence[str],
    remove: Sequence[str],
) -> None:
    if not ids:
        return
    if remove:
        cursor.execute(
            f"DELETE FROM labels WHERE {within('generation')} AND kind = $4 AND name = ANY($5)",
            [*span(ids), kind, remove],
        )
    for name in add:
        cursor.execute(
            "INSERT INTO labels SELECT unnest($1), $2, $3 ON CONFLICT DO NOTHING",
            [list(ids), kind, name],
        )
    _count_labels(cursor, ids)


def _count_labels(cursor: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> None:
    cursor.execute(
        "UPDATE generations SET label_count = counted.number FROM ("
        "SELECT wanted.id, count(labels.name) AS number FROM (SELECT unnest($3) AS id) AS wanted "
        "LEFT JOIN labels ON labels.generation = wanted.id GROUP BY wanted.id) AS counted "
        "WHERE generations.id >= $1 AND generations.id <= $2 AND generations.id = counted.id",
        span(ids),
    )


def _marked_so(column: str, value: Any, marks: Marks) -> Marks:
    return replace(marks, **{column: value})


def _labelled(kind: str, add: Sequence[str], remove: Sequence[str], marks: Marks) -> Marks:
    had = marks.tags if kind == TAG else marks.collections
    names = tuple(sorted(({*had} - {*remove}) | {*add}))
    return replace(marks, tags=names) if kind == TAG else replace(marks, collections=names)


def _mark_apart(cursor: duckdb.DuckDBPyConnection, aims: Aims, change: Change) -> None:
    """Carry out *change* of images of batches, one generation at a time."""
    if not aims.apart:
        return
    old = {id_: marked for id_, (marked, _) in aims.apart.items()}
    new = {id_: changed(marked, some, change) for id_, (marked, some) in aims.apart.items()}
    marks = {id_: rows.mark_rows(id_, marked.images) for id_, marked in new.items()}
    had = [id_ for id_, marked in old.items() if marked.images]
    statements.replace(cursor, "image_marks", rows.MARK_COLUMNS, marks, had)
    before, after = _labels(old), _labels(new)
    others = {id_: names for id_, names in after.items() if names != before[id_]}
    had = [id_ for id_ in others if before[id_]]
    statements.replace(cursor, "labels", rows.LABEL_COLUMNS, others, had)
    values = {id_: _values(marked, len(after[id_])) for id_, marked in new.items()}
    statements.update(cursor, _COLUMNS, values)


def _labels(every: Mapping[str, Marked]) -> dict[str, list[rows.Row]]:
    return {
        id_: rows.labels(id_, marked.own.tags, marked.own.collections)
        for id_, marked in every.items()
    }


def _values(marked: Marked, labels: int) -> dict[str, Any]:
    """The columns of a generation that is *marked* so."""
    own = marked.own
    return {
        "rating": own.rating,
        "favourite": own.favourite,
        "note": own.note,
        "deleted_at": rows.moment(own.deleted_at),
        "label_count": labels,
        **rows.mark_counts(marked.images),
    }
