"""The records of a store: what is asked, what becomes of it, and what it was made from."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from storage.engine.database import Database
from storage.engine.transaction import Add, Alter
from storage.engine.writer import Writer
from storage.errors import Outdated
from storage.mapping.rows import TIMES, moment, seconds_of
from storage.records import Generation, NodeRun, Status
from storage.search import presses, reads
from storage.search.presses import Press

Condition = Callable[[Generation], bool]
"""What must hold of the stored record for a change to be made; quick, and without side effects."""


class Generations:
    """One record per generation. What is in the bin is passed over unless a method says else."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._read = database.view
        self._write = writer.write
        self._writer = writer

    def add(self, generations: Sequence[Generation]) -> None:
        """Store new generations; one whose id is stored already stays as it is."""
        self._write(Add(tuple(generations)))

    def listen(self, listener: Callable[[tuple[Generation, ...]], None]) -> None:
        """Have *listener* hear of records as `change` and `complete` left them.

        In the order in which they were committed, before the caller does, on the writer's thread;
        it must be quick and must not write.
        """
        self._writer.listen(listener)

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
        return self._write(Alter(((id, partial(_changed, fields, when)),)))[0]

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
        return tuple(r for r in self._write(Alter(pairs)) if r.id in made)

    def queue_again(self, ids: Collection[str]) -> list[Generation]:
        """Let those of *ids* wait again that were cancelled before a server had them.

        The others stay as they are, and what was removed for good is passed over; returns all
        records. Raises KeyError for one that is removed in this very moment.
        """
        kept = self._read(lambda cursor: tuple(reads.records_by_id(cursor, ids)))
        return list(self._write(Alter(tuple((id_, _queued_again) for id_ in kept))))

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
        return self._write(Alter(pairs, tuple(node_runs)))[0]

    def get(
        self,
        id: str,  # noqa: A002 - the record's own name
        *,
        deleted: bool = False,
    ) -> Generation | None:
        """The record, or None where it is unknown; also where it is deleted, unless asked for."""
        record = self._read(lambda cursor: reads.records_by_id(cursor, [id])).get(id)
        return record if record and (deleted or record.deleted_at is None) else None

    def unfinished(self) -> list[Generation]:
        """All that is not final, oldest first; deleted ones too, for they are to be settled."""
        return self._read(reads.unfinished)

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
        return self._read(
            lambda cursor: reads.page(
                cursor, owner=owner, before=before, limit=limit, query=query, statuses=statuses
            )
        )

    def group(self, press: str) -> list[Generation]:
        """All generations of one press, in order; *press* is the id of its first one."""
        return self._read(lambda cursor: reads.group(cursor, press))

    def ended_since(self, owner: str, since: float, seen: float) -> tuple[Press, ...]:
        """The owner's presses of which something ended after *since*, the last to end last.

        What ended after *seen* (both epoch seconds) counts as fresh. At most `presses.MOST`.
        """
        return self._read(lambda cursor: presses.ended_since(cursor, owner, since, seen))

    def jobs_since(self, owner: str, since: float) -> presses.Ended:
        """The owner's jobs that ended after *since* (epoch seconds), and at most MOST of them."""
        return self._read(lambda cursor: presses.jobs_since(cursor, owner, since))

    def children(self, id: str, limit: int) -> list[Generation]:  # noqa: A002 - the record's own name
        """What was made from one generation, whoever made it, oldest first."""
        return self._read(lambda cursor: reads.children(cursor, id, limit))

    def node_runs(self, id: str) -> list[NodeRun]:  # noqa: A002 - the record's own name
        """The nodes that ran for one generation, in order; empty before it is completed."""
        return self._read(lambda cursor: reads.node_runs(cursor, id))

    def doubtful(self, since: float, kind: str = "", kind_since: float = 0.0) -> list[Generation]:
        """What ended *since* that time and was sent twice, or perhaps: it may arrive yet.

        And what ended for a reason of that *kind* (`error_kind`), since *kind_since*.
        """
        return self._read(lambda cursor: reads.doubtful(cursor, since, kind, kind_since))

    def last_run(self, server: str, before: float | None = None) -> str:
        """The id of the last that was sent to *server*, *before* that time, and finished, or ""."""
        return self._read(lambda cursor: reads.last_run(cursor, server, before))


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
