"""The generations that are not over yet: one lock, one place where each is changed.

A job belongs to the application, not to a browser tab. The store is written outside of the lock,
always before the change is shown. Whatever depends on what a job is (who has it, whether it is
over) says so with the change, and the store makes it only if that still holds. What the store made
of a record comes back through `_committed` alone, in the order of the commits, so that what is
shown is what is stored, whichever thread asked.
"""

import contextlib
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from comfy.client.timeouts import USUAL, Cadence
from storage.errors import Outdated
from storage.generations import Condition
from storage.records import Generation, NodeRun, Status
from storage.store import Store
from studio.jobs import order
from studio.jobs.job import NOBODY, Job, is_live, live_and, sent_as, waits
from studio.jobs.limits import USUAL_LIMITS, Guard, Limits
from studio.jobs.live import LiveJobs
from studio.jobs.notifier import Board
from studio.jobs.roster import Choose, next_in_turn

log = logging.getLogger(__name__)

QUEUE = "queue"
"""The board's key for what concerns the queue but no generation that is followed yet."""


class Jobs(LiveJobs):
    """All live jobs, by generation id. `on_end` hears of each that ended, and what ran of it."""

    def __init__(
        self,
        store: Store,
        board: Board,
        cadence: Cadence = USUAL,
        limits: Limits = USUAL_LIMITS,
        on_end: Callable[[Generation, tuple[NodeRun, ...]], None] = lambda *_: None,
    ) -> None:
        super().__init__()
        self._on_end = on_end
        self._store = store
        self._cadence = cadence
        self._board = board
        self._changed = threading.Condition(self.lock)
        self._guard = Guard(limits)
        self._closed = False
        store.generations.listen(self._committed)

    def close(self) -> None:
        """Let every line that waits for work go."""
        with self.lock:
            self._closed = True
            self._changed.notify_all()

    def wake(self) -> None:
        """Let waiting lines look again: a server is back, the queue goes on."""
        with self.lock:
            self._changed.notify_all()

    def pause(self, owner: str) -> None:
        """Hand out none of *owner*'s generations."""
        with self.lock:
            self._roster.line.pause(owner)
        self._board.publish(QUEUE)

    def go_on(self, owner: str) -> None:
        """Hand them out again."""
        with self.lock:
            self._roster.line.go_on(owner)
            self._changed.notify_all()
        self._board.publish(QUEUE)

    def create(self, records: Iterable[Generation]) -> tuple[Generation, ...]:
        """Store new generations durably, then let them wait for a server: all of them, or none.

        Called by `studio.generations` alone. Returns them as stored. Raises TooMany, StorageError.
        """
        with self.lock:
            placed = self._roster.behind(list(records))
        with contextlib.ExitStack() as rooms:
            for owner, count in Counter(record.owner for record in placed).items():
                rooms.enter_context(self._guard.room(owner, count, self.count_waiting))
            self._store.generations.add(placed)
            self.adopt(placed)
        return tuple(placed)

    def adopt(self, records: Iterable[Generation]) -> None:
        """Take over generations that are stored already; those with a server keep it."""
        with self.lock:
            for record in records:
                self._roster.add(record)
            self._changed.notify_all()
        self._board.publish(QUEUE)

    def take(
        self, line: str, *, is_ready: Callable[[], bool], choose: Choose = next_in_turn
    ) -> Job | None:
        """Wait for what *choose* gives *line*, which holds few at once; None where none came."""
        with self.lock:
            if not self._may_take(line, is_ready):
                self._changed.wait(self._cadence.hand_out)
                if not self._may_take(line, is_ready):
                    return None
            record = choose(self._roster)
            if record is None:
                self._changed.wait(self._cadence.hand_out)
                return None
            taken = replace(self._roster.take(line, record))
        self._board.publish(taken.record.id)
        return taken

    def change(self, id_: str, *, when: Condition = is_live, **fields: Any) -> Generation | None:
        """Store *fields*, then show them; None where *when* does not hold, or it is over.

        Raises KeyError where unknown, StorageError.
        """
        try:
            return self._store.generations.change(id_, when=live_and(when), **fields)
        except Outdated:
            return None

    def change_many(
        self, changes: Mapping[str, Mapping[str, Any]], *, when: Condition = is_live
    ) -> tuple[Generation, ...]:
        """Store fields of several jobs in one transaction, then show them; return the new records.

        Those of which *when* does not hold, or that are over, stay as they are.
        """
        return self._store.generations.change_many(changes, when=live_and(when))

    def let_go(self, id_: str, line: str, notice: str = "") -> None:
        """Let a job that *line* took, and that is not stored as sent, wait here again.

        It is over where its end was asked for. Raises StorageError where that cannot be stored; it
        waits here all the same.
        """
        with self.lock:
            job = self._roster.get(id_)
            if job is None or job.line != line or not waits(job.record):
                return
            job.line, job.notice, job.keeping = "", notice, False
            self._roster.stand(job)
            unwanted = job.record.cancel_asked
            self._changed.notify_all()
        if unwanted:
            self.cancel_waiting([id_])
        self._board.publish(id_)

    def step_aside(self, id_: str, line: str, seconds: float) -> None:
        """Let *line* hand out others before this job for so many *seconds*."""
        with self.lock:
            if job := self._roster.get(id_):
                job.not_before[line] = time.monotonic() + seconds

    def show(self, id_: str, **fields: Any) -> None:
        """Change what is shown of a job (`notice`, `keeping`, `forecast`), without storing it."""
        with self.lock:
            job = self._roster.get(id_)
            if job is None or all(getattr(job, k) == v for k, v in fields.items()):
                return
            for name, value in fields.items():
                setattr(job, name, value)
        self._board.publish(id_)

    def put_back(
        self,
        sent: Generation,
        notice: str,
        *,
        release: Callable[[], None] = lambda: None,
        **fields: Any,
    ) -> bool:
        """Let a job wait here again, in its old place; end it where its end was asked for.

        *sent* is the attempt that is taken back: False, and nothing is changed, where a server
        does not have it any more as it was then. *release* is called once that is stored, before
        anybody can take the job anew. Raises StorageError.
        """
        unsent = {"server": "", "submitted_at": None, "accepted_at": None, "reached": 0.0}
        fields |= {"status": Status.QUEUED, **unsent}
        if self.change(sent.id, when=sent_as(sent), **fields) is None:
            return False
        release()
        self.let_go(sent.id, sent.server, notice)
        return True

    def finish(
        self,
        id_: str,
        runs: Iterable[NodeRun] = (),
        *,
        when: Condition = is_live,
        **fields: Any,
    ) -> Generation | None:
        """Store the end of a job in one transaction, and with it let go of it.

        None where it has ended, or *when* does not hold.
        """
        if self.get(id_) is None:
            return None
        nodes = tuple(runs)
        try:
            record = self._store.generations.complete(
                id_, node_runs=nodes, when=live_and(when), **fields
            )
        except Outdated:
            return None
        self._on_end(record, nodes)
        # Whoever waits sees the new place at the next heartbeat.
        why = f": {record.error}" if record.error else ""
        log.info("generation %s (prompt_id) is %s%s", id_, record.status, why)
        return record

    def cancel_waiting(self, ids: Collection[str]) -> tuple[str, ...]:
        """End those of *ids* that no server has, in one transaction; return which those were.

        Raises StorageError; then all of them wait on.
        """
        with self.lock:
            ending = [job for job in self._roster.of(ids) if not job.line]
            for job in ending:
                job.line = NOBODY  # nobody may take it while its end is being stored
                self._roster.stand(job)
        if not ending:
            return ()
        over = {"status": Status.CANCELLED, "cancel_asked": True, "finished_at": time.time()}
        try:
            changes = dict.fromkeys((job.record.id for job in ending), over)
            ended = tuple(record.id for record in self.change_many(changes, when=waits))
        finally:
            with self.lock:
                for job in ending:
                    if job.line == NOBODY and is_live(job.record):
                        job.line = ""
                        self._roster.stand(job)
        if ended:
            more = f" and {len(ended) - 1} more" if ended[1:] else ""
            log.info("generation %s (prompt_id)%s: cancelled", ended[0], more)
        return ended

    def ask_to_cancel(self, ids: Collection[str]) -> tuple[str, ...]:
        """Note for those of *ids* that are not over that they are to end; return which those were.

        In one transaction. Raises StorageError.
        """
        with self.lock:
            live = [job.record for job in self._roster.of(ids)]
        asked = tuple(record.id for record in live if not record.cancel_asked)
        if not asked:
            return ()
        changes = {id_: {"cancel_asked": True} for id_ in asked}
        return tuple(record.id for record in self.change_many(changes))

    def queue_again(self, ids: Collection[str], owner: str) -> tuple[str, ...]:
        """Let those of *owner*'s *ids* wait again that were cancelled before a server had them.

        In one transaction, each in the place it had; returns their ids. Raises TooMany,
        StorageError, KeyError where one is removed for good in this very moment.
        """
        with self._guard.room(owner, len(ids), self.count_waiting, is_new=False):
            again = [
                r for r in self._store.generations.queue_again(ids) if r.status is Status.QUEUED
            ]
            self.adopt(again)
        return tuple(record.id for record in again)

    def _committed(self, records: Sequence[Generation]) -> None:
        """Take over what was stored, in the order in which it was."""
        with self.lock:
            known = [record for record in records if self._roster.get(record.id)]
            for record in known:
                job = self._roster.get(record.id)
                if job is None:
                    continue  # its end stands before, in the same transaction
                job.record = record
                if record.status.is_final:
                    self._roster.drop(record.id)
                    self._ended += 1
                    self._ended_of[record.owner] += 1
                else:
                    self._roster.stand(job)
            if known:
                self._changed.notify_all()
        if known:
            self._board.publish(*dict.fromkeys(record.id for record in known))

    def _may_take(self, line: str, is_ready: Callable[[], bool]) -> bool:
        held = sum(1 for job in self._roster.sent if job.line == line and not job.keeping)
        return not self._closed and held < order.AT_ONCE and is_ready()
