"""The store: generations, their images and node runs, kept in one DuckDB file."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import time, time_ns
from typing import Any, TypeVar

import duckdb

from storage.engine import documents, owners
from storage.engine.database import Database
from storage.engine.marks import Label, Mark, Purge
from storage.engine.owners import TakeOver
from storage.engine.transaction import Add, Alter, Flag
from storage.engine.writer import Writer
from storage.errors import Outdated
from storage.files import atomic_write
from storage.mapping.rows import TIMES, moment, seconds_of
from storage.records import Generation, NodeRun, Status
from storage.search import facets, pages, reads
from storage.search import usage as upkeep
from storage.search.facets import Facets
from storage.search.query import Count, Search
from storage.search.usage import Freed, Rule, Usage
from storage.stats import rollups, timings
from storage.stats.rollups import Summed
from storage.stats.timings import NodeTiming, PastWait
from storage.transfer import backup

T = TypeVar("T")
Condition = Callable[[Generation], bool]
"""What must hold of the stored record for a change to be made; quick, and without side effects."""


class Store:
    """`folder`/stepglass.duckdb, opened and brought to this version's schema.

    Every method may be called from any thread, and blocks. What writes returns once it is
    durable; what fails raises StorageError, has changed nothing, and may be called again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.naming = threading.Lock()
        """Held while files come or go whose paths others may name: until that is stored, or
        between asking whether a record names them and removing them."""
        self._database = Database(folder)
        atomic_write.sweep(folder)
        self._listeners: tuple[Callable[[tuple[Generation, ...]], None], ...] = ()
        self._writer = Writer(self._database, self._tell)

    def close(self) -> None:
        """Write what is waiting, end the writer's thread, close the file. May be called twice."""
        self._writer.close()
        self._database.close()

    def add(self, generations: Sequence[Generation]) -> None:
        """Store new generations; one whose id is stored already stays as it is."""
        self._writer.write(Add(tuple(generations)))

    def listen(self, listener: Callable[[tuple[Generation, ...]], None]) -> None:
        """Have *listener* hear of records as `change` and `complete` left them.

        In the order in which they were committed, before the caller does, on the writer's thread;
        it must be quick and must not write.
        """
        self._listeners = (*self._listeners, listener)

    def change(
        self,
        id: str,  # noqa: A002 - the record's own name
        *,
        when: Condition | None = None,
        **fields: Any,
    ) -> Generation:
        """Replace *fields* of one generation, if *when* holds of it; return the new record.

        Raises Outdated where it does not, KeyError for an unknown id, TypeError for an unknown
        field.
        """
        return self._writer.write(Alter(((id, partial(_changed, fields, when)),)))[0]

    def change_many(
        self, changes: Mapping[str, Mapping[str, Any]], *, when: Condition | None = None
    ) -> tuple[Generation, ...]:
        """Replace the fields of several generations in one transaction; return the new records.

        One of which *when* does not hold stays as it is. Raises as `change` does; then none is
        changed.
        """
        made: set[str] = set()

        def change(fields: Mapping[str, Any], generation: Generation) -> Generation:
            if when is not None and not when(generation):
                made.discard(generation.id)  # what a transaction tries again may look different
                return generation
            made.add(generation.id)
            return _changed(fields, None, generation)

        pairs = tuple((id_, partial(change, fields)) for id_, fields in changes.items())
        return tuple(r for r in self._writer.write(Alter(pairs)) if r.id in made)

    def queue_again(self, ids: Collection[str]) -> list[Generation]:
        """Let those of *ids* wait again that were cancelled before a server had them.

        The others stay as they are, and what was removed for good is passed over; returns all
        records. Raises KeyError for one that is removed in this very moment.
        """
        kept = self.read(lambda cursor: tuple(reads.records_by_id(cursor, ids)))
        return list(self._writer.write(Alter(tuple((id_, _queued_again) for id_ in kept))))

    def complete(
        self,
        id: str,  # noqa: A002 - the record's own name
        *,
        node_runs: Sequence[NodeRun],
        when: Condition | None = None,
        **fields: Any,
    ) -> Generation:
        """Like `change`, with the generation's node runs, in one transaction."""
        pairs = ((id, partial(_changed, fields, when)),)
        return self._writer.write(Alter(pairs, tuple(node_runs)))[0]

    def delete(self, id: str) -> Generation:  # noqa: A002 - the record's own name
        """Put one generation into the bin: `get`, `page`, `count` and statistics pass it over."""
        return self._writer.write(Alter(((id, partial(_deleted, time())),)))[0]

    def restore(self, id: str) -> Generation:  # noqa: A002 - the record's own name
        """Take one generation out of the bin."""
        return self.change(id, deleted_at=None)

    def purge(
        self, before: float, *, owner: str | None = None, ids: Sequence[str] | None = None
    ) -> list[Generation]:
        """Remove for good what was deleted before that time; the caller removes the files.

        *owner* None means anybody's, *ids* None all.
        """
        wanted = None if ids is None else tuple(ids)
        return list(self._writer.write(Purge(before, owner, wanted)))

    def mark(self, ids: Sequence[str], owner: str | None, **column: Any) -> tuple[str, ...]:
        """Set one column of those of *ids* that are *owner*'s and not in the bin.

        Return their ids; None means anybody's. In one transaction, thousands at once.
        """
        ((name, value),) = column.items()
        return self._writer.write(Mark(tuple(ids), owner, name, value))

    def label(
        self,
        ids: Sequence[str],
        owner: str | None,
        kind: str,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
    ) -> tuple[str, ...]:
        """Change the labels of one kind of those of *ids* that are *owner*'s; return their ids."""
        return self._writer.write(Label(tuple(ids), owner, kind, tuple(add), tuple(remove)))

    def bin(self, ids: Sequence[str], owner: str | None) -> tuple[str, ...]:
        """Put into the bin those of *ids* that are *owner*'s and over; return their ids."""
        return self._writer.write(Mark(tuple(ids), owner, "deleted_at", time()))

    def unbin(self, ids: Sequence[str], owner: str | None) -> tuple[str, ...]:
        """Take those of *ids* that are *owner*'s out of the bin; return their ids."""
        return self._writer.write(Mark(tuple(ids), owner, "deleted_at", None, binned=True))

    def get(
        self,
        id: str,  # noqa: A002 - the record's own name
        *,
        deleted: bool = False,
    ) -> Generation | None:
        """The record, or None where it is unknown; also where it is deleted, unless asked for."""
        found = self.read(lambda cursor: reads.records_by_id(cursor, [id])).get(id)
        return found if found and (deleted or found.deleted_at is None) else None

    def unfinished(self) -> list[Generation]:
        """All that is not final, oldest first; deleted ones too, for they are to be settled."""
        return self.read(lambda cursor: reads.unfinished(cursor))

    def page(
        self,
        *,
        owner: str | None,
        before: str = "",
        limit: int = 48,
        query: str = "",
        statuses: Collection[Status] = (),
    ) -> list[Generation]:
        """The newest *limit* records before the one with id *before*, newest first.

        *owner* None means everybody's. *query* is words that the prompt has all of, in any case.
        *statuses* empty means any. Nothing follows an unknown *before*.
        """
        return self.read(
            lambda cursor: reads.page(
                cursor, owner=owner, before=before, limit=limit, query=query, statuses=statuses
            )
        )

    def group(self, press: str) -> list[Generation]:
        """All generations of one press, in order; *press* is the id of its first one."""
        return self.read(lambda cursor: reads.group(cursor, press))

    def count(
        self, *, owner: str | None, query: str = "", statuses: Collection[Status] = ()
    ) -> int:
        """How many records all pages have together."""
        return self.read(
            lambda cursor: reads.count(cursor, owner=owner, query=query, statuses=statuses)
        )

    def search(
        self, wanted: Search, *, owner: str | None, after: str = "", limit: int = 100
    ) -> list[Generation]:
        """The next *limit* records that *wanted* finds after the one with id *after*.

        *owner* None looks at everybody's. Nothing follows an unknown *after*.
        """
        return self.read(lambda cursor: pages.page(cursor, wanted, owner, after, limit))

    def count_found(self, wanted: Search, *, owner: str | None) -> Count:
        """How many records *wanted* finds; with words in it, counted to `pages.COUNTED` only."""
        return self.read(lambda cursor: pages.count(cursor, wanted, owner))

    def facets(self, owner: str | None) -> Facets:
        """What *owner*'s finished generations can be searched by; None for everybody's."""
        return self.read(lambda cursor: facets.facets(cursor, owner))

    def usage(self, owner: str | None) -> Usage:
        """How much *owner*, None for everybody, has."""
        return self.read(lambda cursor: upkeep.usage(cursor, owner))

    def concerned(self, rule: Rule, owner: str | None, before: float) -> Freed:
        """What *rule* concerns of what was made, or of the bin put there, before that time."""
        return self.read(lambda cursor: upkeep.concerned(cursor, rule, owner, before))

    def concerned_ids(self, rule: Rule, owner: str | None, before: float, limit: int) -> list[str]:
        """Ids of *limit* of those."""
        return self.read(lambda cursor: upkeep.concerned_ids(cursor, rule, owner, before, limit))

    def named_files(self, folder: str) -> frozenset[str]:
        """The paths that begin with *folder* and that records name."""
        return self.read(lambda cursor: upkeep.named_files(cursor, folder))

    def named_by(self, ids: Collection[str]) -> frozenset[str]:
        """The paths of files and thumbnails that the generations with these *ids* name."""
        return self.read(lambda cursor: upkeep.named_by(cursor, ids)) if ids else frozenset()

    def known_files(self, owner: str, digests: Collection[str]) -> frozenset[str]:
        """Which SHA-256 *digests* are of files that *owner* has, in the bin too."""
        return self.read(lambda cursor: reads.known_files(cursor, owner, digests))

    def children(self, id: str, limit: int) -> list[Generation]:  # noqa: A002 - the record's own name
        """What was made from one generation, whoever made it, oldest first."""
        return self.read(lambda cursor: reads.children(cursor, id, limit))

    def doubtful(self, since: float) -> list[Generation]:
        """What ended *since* that time and was sent twice, or perhaps: it may arrive yet."""
        return self.read(lambda cursor: reads.doubtful(cursor, since))

    def last_run(self, server: str, before: float | None = None) -> str:
        """The id of the last that was sent to *server*, *before* that time, and finished, or ""."""
        return self.read(lambda cursor: reads.last_run(cursor, server, before))

    def node_runs(self, id: str) -> list[NodeRun]:  # noqa: A002 - the record's own name
        """The nodes that ran for one generation, in order; empty before it is completed."""
        return self.read(lambda cursor: reads.node_runs(cursor, id))

    def flags(self, prefix: str = "") -> frozenset[str]:
        """The names, beginning with *prefix*, of the flags that are on."""
        return self.read(lambda cursor: reads.flags(cursor, prefix))

    def set_flag(self, name: str, *, on: bool) -> None:
        """Switch a flag on or off."""
        self._writer.write(Flag(name, on))

    def keep_document(self, kind: str, owner: str, name: str, data: Mapping[str, Any]) -> None:
        """Keep *data* (a JSON object) under a name of the owner's, in place of what was there."""
        self._writer.write(documents.Keep(kind, owner, name, data, time()))

    def drop_document(self, kind: str, owner: str, name: str) -> None:
        """Remove a document; nothing happens where there is none."""
        self._writer.write(documents.Keep(kind, owner, name, None))

    def upload_names(self) -> frozenset[str]:
        """Names of uploads in all generations and documents: 64 hexadecimal digits, an ending."""
        return self.read(documents.upload_names)

    def documents(self, kind: str, owner: str) -> dict[str, dict[str, Any]]:
        """The owner's documents of one kind by name, newest first."""
        return self.read(lambda cursor: documents.documents(cursor, kind, owner))

    def take_over(self, prefix: str, owner: str, keyed: owners.Keys = ()) -> tuple[str, ...]:
        """Let all of the owners whose name begins with *prefix* be *owner*'s, or none of it.

        Returns those owners; see `storage.engine.owners.TakeOver`. A million generations take
        seconds.
        """
        return self._writer.write(TakeOver(prefix, owner, keyed))

    def owned(self, prefix: str) -> int:
        """How many generations the owners have whose name begins with *prefix*."""
        return self.read(lambda cursor: owners.count_of(cursor, prefix))

    def trim_documents(self, kind: str, many: int, most_bytes: int) -> None:
        """Remove the longest unchanged of one kind, anybody's, beyond so *many* and so large."""
        self._writer.write(documents.Trim(kind, many, most_bytes))

    def past_runs(self, server: str, limit: int = 200) -> list[NodeTiming]:
        """Node timings of the last *limit* generations finished on *server*, newest first."""
        return self.read(lambda cursor: timings.past_runs(cursor, server, limit))

    def past_waits(self, server: str, limit: int = 200) -> list[PastWait]:
        """What those took outside of their nodes, newest first."""
        return self.read(lambda cursor: timings.past_waits(cursor, server, limit))

    def sum_up(
        self,
        now: float,
        is_wanted: Callable[[], bool] = lambda: True,
        least: int = rollups.MIN_GENERATIONS,
    ) -> int:
        """Sum up past months, of *least* generations each, that are not yet; return how many.

        For questions about years. Stops between two where it *is_wanted* no longer. A month takes
        about a second, beside reading and writing.
        """
        months = self.read(lambda cursor: rollups.due(cursor, now, least))
        for number, month in enumerate(months):
            if not is_wanted():
                return number
            build = time_ns()
            self._writer.write(Summed(month, build, is_ready=False))
            self.read(partial(rollups.build, month=month, number=build))
            self._writer.write(Summed(month, build, is_ready=True))
        if months:
            self.read(rollups.sweep)
        return len(months)

    def backup(self, file: Path) -> backup.Backup:
        """Write everything into the new archive *file* meanwhile; see `storage.transfer.backup`."""
        return backup.backup_open(self._database, file)

    def _tell(self, records: tuple[Generation, ...]) -> None:
        for listener in self._listeners:
            listener(records)

    def read(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """What *work* makes of a cursor of its own; it may be called a second time, never nest."""
        return self._database.read(work)


def _changed(
    fields: Mapping[str, Any], when: Condition | None, generation: Generation
) -> Generation:
    if when is not None and not when(generation):
        raise Outdated(generation.id)
    if "id" in fields:
        raise TypeError("the id of a generation cannot change")
    kept: dict[str, Any] = {
        n: seconds_of(moment(v)) if n in TIMES else v for n, v in fields.items()
    }
    return replace(generation, **kept)


def _queued_again(generation: Generation) -> Generation:
    was_sent = generation.submitted_at is not None or generation.started_at is not None
    if generation.status is not Status.CANCELLED or was_sent or generation.deleted_at:
        return generation
    fields = {"status": Status.QUEUED, "cancel_asked": False, "finished_at": None}
    return _changed(fields, None, generation)


def _deleted(at: float, generation: Generation) -> Generation:
    return generation if generation.deleted_at else _changed({"deleted_at": at}, None, generation)
