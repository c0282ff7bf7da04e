"""One transaction's worth of writes: what is asked is collected, then written in few statements."""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from storage.engine import outbox
from storage.engine.documents import Keep, Trim, keep, trim
from storage.engine.marks import Label, Mark, label, mark
from storage.engine.owners import TakeOver, take_over
from storage.engine.purges import Gone, Purge, gone_of, remove
from storage.engine.statements import insert, replace, update
from storage.errors import Outdated, StorageError, Unstorable
from storage.mapping import rows
from storage.mapping.changes import COLUMNS, Changed, changed, values_of
from storage.mapping.happenings import Happening, happenings
from storage.mapping.measures import run_values
from storage.records import Generation, NodeRun, Target, generation_of
from storage.search.reads import records_by_id
from storage.search.summed_months import month_of
from storage.stats.rollups import HARMLESS, Summed, note, outdate, outdate_of

Change = Callable[[Generation], Generation]
MAX_SHOWN = 200
"""Characters of an error quoted in a sentence."""


@dataclass(frozen=True, slots=True)
class Add:
    """Store new *generations*; one whose id is known already stays as it is."""

    generations: tuple[Generation, ...]


@dataclass(frozen=True, slots=True)
class Alter:
    """Replace each generation of *changes* by what its function makes of it, and its node runs."""

    changes: tuple[tuple[str, Change], ...]
    node_runs: tuple[NodeRun, ...] | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """Switch the flag *name* on or off."""

    name: str
    on: bool


Single = Add | Alter | Flag | Keep | Trim | Summed | outbox.Change
Bulk = Mark | Label
Write = Single | Bulk | Purge | TakeOver
Done = tuple[Generation, ...] | tuple[Target, ...] | tuple[Gone, ...]
"""What a write returns: records, what a `Purge` removed, what a `Bulk` write touched, or the
owners that a `TakeOver` did."""


@dataclass(slots=True)
class _Batch:
    """What the transaction has read and is going to write. Owned by the writer thread."""

    cursor: duckdb.DuckDBPyConnection
    records: dict[str, Generation]
    added: dict[str, dict[str, Any]] = field(default_factory=dict)
    altered: dict[str, dict[str, Any]] = field(default_factory=dict)
    images: dict[str, list[rows.Row]] = field(default_factory=dict)
    had_images: set[str] = field(default_factory=set)
    labels: dict[str, list[rows.Row]] = field(default_factory=dict)
    had_labels: set[str] = field(default_factory=set)
    marks: dict[str, list[rows.Row]] = field(default_factory=dict)
    had_marks: set[str] = field(default_factory=set)
    node_runs: dict[str, list[rows.Row]] = field(default_factory=dict)
    touched: set[datetime] = field(default_factory=set)
    happened: list[Happening] = field(default_factory=list)
    blank: Set[str] = frozenset()
    new: set[str] = field(default_factory=set)
    completed: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What each write returns, or its error; ids that are new, and that were given node runs."""

    results: list[Done | Exception]
    new: set[str]
    completed: set[str]


def perform(
    cursor: duckdb.DuckDBPyConnection,
    writes: Sequence[Write],
    *,
    blank: Set[str] = frozenset(),
    are_new: bool = False,
) -> Outcome:
    """Carry out *writes* within the open transaction.

    *blank* are ids known to have no node runs yet. Where *are_new*, what is added is taken to be
    unknown without a look; it is a duckdb.ConstraintException where that is wrong. An error
    concerns its own write alone. Raises duckdb.Error: then nothing is written.
    """
    batch = _Batch(cursor, records_by_id(cursor, _ids(writes, are_new=are_new)), blank=blank)
    results: list[Done | Exception] = []
    for write in writes:
        try:
            results.append(_take(batch, write))
        except duckdb.Error:
            raise
        except (Outdated, KeyError, TypeError, StorageError) as error:
            results.append(error)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's value does, it does to itself
            results.append(_unstorable(error))
    _flush(batch)
    return Outcome(results, batch.new, batch.completed)


def _unstorable(error: Exception) -> Unstorable:
    why = str(error)[:MAX_SHOWN] or type(error).__name__
    unstorable = Unstorable(f"This cannot be stored ({why}): nothing of it was changed.")
    unstorable.__cause__ = error
    return unstorable


def _ids(writes: Iterable[Write], *, are_new: bool) -> list[str]:
    """Ids of the records that *writes* need to know."""
    found: dict[str, None] = {}
    for write in writes:
        if isinstance(write, Add) and not are_new:
            found.update(dict.fromkeys(g.id for g in write.generations))
        elif isinstance(write, Alter):
            found.update(dict.fromkeys(id_ for id_, _ in write.changes))
    return list(found)


def _take(batch: _Batch, write: Write) -> Done:
    if isinstance(write, Add):
        return _add(batch, write.generations)
    if isinstance(write, Alter):
        return _alter(batch, write)
    if isinstance(write, Flag):
        return _switch(batch, write)
    if isinstance(write, Keep | Trim):
        return _document(batch, write)
    if isinstance(write, outbox.Change):
        outbox.change(batch.cursor, write)
        return ()
    if isinstance(write, Summed):
        note(batch.cursor, write)
        return ()
    _flush(batch)
    if isinstance(write, Purge):
        return _purge(batch, write)
    if isinstance(write, TakeOver):
        return _take_over(batch, write)
    return _mark(batch, write)


def _take_over(batch: _Batch, write: TakeOver) -> tuple[str, ...]:
    owners = take_over(batch.cursor, write)
    batch.records.update(records_by_id(batch.cursor, batch.records))
    return owners


def _mark(batch: _Batch, write: Bulk) -> tuple[Target, ...]:
    touched = mark(batch.cursor, write) if isinstance(write, Mark) else label(batch.cursor, write)
    ids = {generation_of(target) for target in touched}
    if isinstance(write, Mark) and write.column not in HARMLESS:
        outdate_of(batch.cursor, ids)
    batch.records.update(records_by_id(batch.cursor, batch.records.keys() & ids))
    return touched


def _purge(batch: _Batch, write: Purge) -> tuple[Gone, ...]:
    """Remove what the bin lets go of: whole generations, and images of which others stay."""
    gone = gone_of(batch.cursor, write)
    remove(batch.cursor, [one.record.id for one in gone if one.is_whole])
    for one in gone:
        if one.is_whole:
            batch.records.pop(one.record.id, None)
        else:
            _replace(batch, changed(one.record, one.rest), {})
    return gone


def _switch(batch: _Batch, flag: Flag) -> tuple[Generation, ...]:
    sql = (
        "INSERT INTO flags (name) VALUES ($1) ON CONFLICT DO NOTHING"
        if flag.on
        else "DELETE FROM flags WHERE name = $1"
    )
    batch.cursor.execute(sql, [rows.clean(flag.name)])
    return ()


def _document(batch: _Batch, write: Keep | Trim) -> tuple[Generation, ...]:
    if isinstance(write, Trim):
        trim(batch.cursor, write)
    else:
        keep(batch.cursor, write)
    return ()


def _add(batch: _Batch, generations: Sequence[Generation]) -> tuple[Generation, ...]:
    values = {g.id: values_of(g) for g in generations if g.id not in batch.records}
    for generation in generations:
        if generation.id in values:
            batch.records[generation.id] = generation
            if generation.images:
                batch.images[generation.id] = rows.image_rows(generation)
            batch.labels[generation.id] = rows.label_rows(generation)
            batch.marks[generation.id] = rows.mark_rows(generation.id, generation.image_marks)
            batch.touched.add(month_of(values[generation.id]["created_at"]))
            batch.happened += happenings(None, generation)
    batch.added.update(values)
    batch.new.update(values)
    return tuple(generations)


def _alter(batch: _Batch, write: Alter) -> tuple[Generation, ...]:
    """Make all of the new records before any is taken, so that an error leaves none behind."""
    pairs = [(batch.records[id_], change(batch.records[id_])) for id_, change in write.changes]
    changes = [changed(old, new) for old, new in pairs]
    runs: dict[str, list[rows.Row]] = {}
    measured: dict[str, Any] = {}
    if write.node_runs is not None:
        runs = {new.id: rows.node_run_rows(new.id, write.node_runs) for _, new in pairs}
        measured = run_values(write.node_runs)
    for change in changes:
        _replace(batch, change, measured)
    batch.node_runs.update(runs)
    batch.completed.update(runs)
    return tuple(new for _, new in pairs)


def _replace(batch: _Batch, change: Changed, measured: dict[str, Any]) -> None:
    """Let the *change* be written, with what was *measured* of the node runs."""
    old, new, values = change.old, change.new, change.values
    batch.records[new.id] = new
    batch.happened += happenings(old, new)
    if new.id in batch.added:
        batch.added[new.id] |= values
        values = {}
    elif measured or values.keys() - HARMLESS:
        batch.touched |= {month_of(at) for g in (old, new) if (at := rows.moment(g.created_at))}
    if values or measured:
        batch.altered.setdefault(new.id, {}).update(values | measured)
    if change.images is not None:
        batch.images[new.id] = change.images
        batch.had_images |= {old.id} if old.images else set()
    if change.labels is not None:
        batch.labels[new.id] = change.labels
        batch.had_labels |= {old.id} if rows.label_rows(old) else set()
    if change.marks is not None:
        batch.marks[new.id] = change.marks
        batch.had_marks |= {old.id} if old.image_marks else set()


def _flush(batch: _Batch) -> None:
    added = [tuple(values[c] for c in COLUMNS) for values in batch.added.values()]
    insert(batch.cursor, "generations", COLUMNS, added)
    groups: dict[tuple[str, ...], dict[str, dict[str, Any]]] = {}
    for id_, values in batch.altered.items():
        groups.setdefault(tuple(sorted(values)), {})[id_] = values
    for group, altered in groups.items():
        update(batch.cursor, group, altered)
    outdated = batch.had_images & batch.images.keys()
    replace(batch.cursor, "images", rows.IMAGE_COLUMNS, batch.images, outdated)
    outdated = batch.had_labels & batch.labels.keys()
    replace(batch.cursor, "labels", rows.LABEL_COLUMNS, batch.labels, outdated)
    outdated = batch.had_marks & batch.marks.keys()
    replace(batch.cursor, "image_marks", rows.MARK_COLUMNS, batch.marks, outdated)
    outdated = batch.node_runs.keys() - batch.blank
    replace(batch.cursor, "node_runs", rows.NODE_RUN_COLUMNS, batch.node_runs, outdated)
    # Whatever the clock says now: a month may have been summed up while it was wrong.
    if batch.touched:
        outdate(batch.cursor, batch.touched)
    batch.touched.clear()
    if batch.happened:
        outbox.enclose(batch.cursor, batch.happened)
    batch.happened.clear()
    for written in (batch.added, batch.altered, batch.images, batch.labels, batch.marks):
        written.clear()
    batch.node_runs.clear()
