"""The one thread that writes. What waits together is committed together, then acknowledged."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import overload

import duckdb

from storage.engine.database import IDLE_LOG, Database, roll_back
from storage.engine.owners import TakeOver
from storage.engine.purges import Gone, Purge
from storage.engine.transaction import Alter, Bulk, Done, Outcome, Single, Write, perform
from storage.error_translation import explain, is_conflict, is_fatal
from storage.errors import DiskFull, StorageError, StoreClosed, Unstorable
from storage.records import Generation, Target

MAX_GROUP = 64
"""Writes in one transaction."""
ATTEMPTS = 5
"""Tries of one transaction that meets another, or a database that had to be opened anew."""
MAX_BLANK = 100_000
"""Ids remembered to have no node runs yet."""
IDLE_SECONDS = 1.0
"""After which the log is folded in where nothing else is to be written."""
PAUSE = 0.005
"""Seconds before the second try, doubled before each next."""

Records = tuple[Generation, ...]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Job:
    write: Write
    result: Future[Done] = field(default_factory=Future)


class Writer:
    """Owns the queue and the thread. A write that fails fails for its caller; the thread goes on.

    Listeners hear of records as they were changed, on the thread, in the order of the commits and
    before any caller does: whoever merges them there never merges an older one over a newer.
    `_lock` guards `_closed`, so that nothing is put into the queue after its end.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: tuple[Callable[[Records], None], ...] = ()
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        # Ids known to have no node runs yet; of the thread alone.
        self._blank: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="storage-writer", daemon=True)
        self._thread.start()

    def listen(self, listener: Callable[[Records], None]) -> None:
        """Have *listener* hear of changed records; it must be quick and must not write."""
        self._listeners = (*self._listeners, listener)

    @overload
    def write(self, write: Bulk) -> tuple[Target, ...]: ...
    @overload
    def write(self, write: Purge) -> tuple[Gone, ...]: ...
    @overload
    def write(self, write: TakeOver) -> tuple[str, ...]: ...
    @overload
    def write(self, write: Single) -> Records: ...
    def write(self, write: Write) -> Done:
        """Return once *write* is durable.

        Raises StorageError, KeyError for an unknown id, and Outdated where a change was to be
        made only if something holds that does not.
        """
        job = _Job(write)
        with self._lock:
            if self._closed:
                raise StoreClosed("Stepglass is shutting down: nothing can be stored any more.")
            self._queue.put(job)
        return job.result.result()

    def close(self) -> None:
        """Write what is waiting, then end the thread."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._next()) is not None:
            group, last = self._group(first)
            if self._settle(group):
                self._database.fold()
            if last:
                return

    def _next(self) -> _Job | None:
        """Wait for the next write; once none has come for a while, the log is folded in."""
        try:
            return self._queue.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            self._database.fold(IDLE_LOG)
        return self._queue.get()

    def _group(self, first: _Job) -> tuple[list[_Job], bool]:
        """*first* and what waits behind it; True with it where the queue has ended."""
        group = [first]
        while len(group) < MAX_GROUP:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return group, True
            group.append(job)
        return group, False

    def _settle(self, group: list[_Job]) -> bool:
        """Answer every job of *group*, one by one where they cannot be written together.

        True where the database works.
        """
        try:
            results = self._commit([job.write for job in group])
        except Exception as error:  # noqa: BLE001 - whatever it is belongs to the callers; we go on
            if len(group) > 1 and not isinstance(error, StorageError):
                works = [self._settle([job]) for job in group]
                return all(works)
            _log.warning("Not stored: %s", error)
            results = [self._sentence(error)] * len(group)
        self._tell(group, results)
        for job, result in zip(group, results, strict=True):
            if isinstance(result, Exception):
                job.result.set_exception(result)
            else:
                job.result.set_result(result)
        return not isinstance(results[0], StorageError) or isinstance(results[0], Unstorable)

    def _tell(self, group: Iterable[_Job], results: Iterable[Done | Exception]) -> None:
        changed = tuple(
            record
            for job, result in zip(group, results, strict=True)
            if isinstance(job.write, Alter) and not isinstance(result, Exception)
            for record in result
            if isinstance(record, Generation)
        )
        if not changed:
            return
        try:
            for listener in self._listeners:
                listener(changed)
        except Exception:  # noqa: BLE001 - it is stored all the same, and the thread must go on
            _log.exception("A change that is stored was not taken in")

    def _commit(self, writes: list[Write]) -> list[Done | Exception]:
        are_new = True  # nearly always: nobody looks before there is a reason to
        for attempt in range(ATTEMPTS):
            try:
                self._database.prepare()
                return self._transaction(writes, are_new=are_new)
            except duckdb.ConstraintException:
                if not are_new:
                    raise
                are_new = False
                continue
            except duckdb.Error as error:
                is_full = isinstance(self._sentence(error), DiskFull)
                again = is_conflict(error) or (is_fatal(error) and not is_full)
                if attempt == ATTEMPTS - 1 or not again:
                    raise
                _log.info("Storing again: %s", error)
            time.sleep(PAUSE * 2**attempt)
        raise AssertionError  # the last attempt returned or raised

    def _transaction(self, writes: list[Write], *, are_new: bool) -> list[Done | Exception]:
        with self._database.cursor() as cursor:
            cursor.begin()
            try:
                outcome = perform(cursor, writes, blank=self._blank, are_new=are_new)
                cursor.commit()
            except BaseException:
                roll_back(cursor)
                raise
        self._remember(outcome)
        return outcome.results

    def _remember(self, outcome: Outcome) -> None:
        """Note what of a committed transaction spares the next ones a look."""
        if len(self._blank) > MAX_BLANK:
            self._blank.clear()
        self._blank |= outcome.new
        self._blank -= outcome.completed

    def _sentence(self, error: Exception) -> Exception:
        if not isinstance(error, duckdb.Error):
            return error
        explained = explain(error, self._database.folder)
        explained.__cause__ = error
        return explained
