"""Cancelling: one, the running one of a press, a whole press, or all of a person's; and undoing it.

What only waits is over at once, in one transaction however many it is, and can be queued again
for some seconds, in the places it had. What a server has is over once the server says so.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from storage.records import Generation, Status
from studio.access.viewer import Viewer
from studio.access.visible import Access
from studio.errors import Absent, StudioError
from studio.jobs.job import Job
from studio.jobs.jobs import Jobs

UNDO_SECONDS = 30.0
"""How long what had only waited can be queued again."""
MAX_UNDOABLE = 50_000
"""Cancelled generations remembered for that, of everybody."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What a cancel did, by id.

    `ended` had only waited: they are over, and `Cancels.undo` queues them again. `asked` are on
    a server, which was asked to let go of them; that cannot be undone.
    """

    ended: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many generations it concerns."""
        return len(self.ended) + len(self.asked)


@dataclass(frozen=True, slots=True)
class Remaining:
    """How many generations could be cancelled: of one press, and of its owner in all."""

    press: int
    owner: int


class Cancels:
    """*attend* looks after a job of a server: called with the server's name and the job's id.

    `_lock` guards `_undoable`: until when (monotonic) each cancelled generation can be queued
    again, and whose it is, oldest first.
    """

    def __init__(self, jobs: Jobs, access: Access, attend: Callable[[str, str], None]) -> None:
        self._jobs = jobs
        self._access = access
        self._attend = attend
        self._lock = threading.Lock()
        self._undoable: dict[str, tuple[float, str]] = {}

    def one(self, id_: str, viewer: Viewer) -> Cancelled:
        """Cancel a generation; nothing happens where it is over. Raises StudioError."""
        job = self._jobs.get(self._access.own(id_, viewer).id)
        return self._cancel([job] if job else [])

    def running(self, id_: str, viewer: Viewer) -> Cancelled:
        """Cancel what runs of the press that *id_* belongs to, else what would run next of it.

        Raises StudioError.
        """
        press = self._press(self._access.own(id_, viewer))
        on_server = [job for job in press if job.line]
        runs = [job for job in on_server if job.record.status is Status.RUNNING]
        return self._cancel(runs or on_server[:1] or press[:1])

    def press(self, id_: str, viewer: Viewer) -> Cancelled:
        """Cancel all that is not over of the press that *id_* belongs to. Raises StudioError."""
        return self._cancel(self._press(self._access.own(id_, viewer)))

    def some(self, ids: Iterable[str], viewer: Viewer) -> Cancelled:
        """Cancel those of *ids* that the viewer may change. Raises StorageError."""
        jobs = (self._jobs.get(id_) for id_ in dict.fromkeys(ids))
        return self._cancel([j for j in jobs if j and viewer.may_change(j.record.owner)])

    def all(self, viewer: Viewer) -> Cancelled:
        """Cancel everything of the viewer's own that is not over. Raises StorageError."""
        return self._cancel(self._live(viewer.owner))

    def remaining(self, id_: str, viewer: Viewer) -> Remaining:
        """What else could be cancelled beside *id_*'s own press. Raises StudioError."""
        record = self._access.own(id_, viewer)
        live = [job.record for job in self._live(record.owner) if not job.record.cancel_asked]
        return Remaining(sum(r.group == record.group for r in live), len(live))

    def undo(self, ids: Iterable[str], viewer: Viewer) -> tuple[str, ...]:
        """Queue again what of *ids* had only waited, in the places they had; return those ids.

        Raises StudioError where it is too late for all of them.
        """
        claimed = self._claim(ids, viewer)
        again: list[str] = []
        try:
            for owner in {owner for _, owner in claimed.values()}:
                theirs = [id_ for id_, (_, whose) in claimed.items() if whose == owner]
                again += self._jobs.queue_again(theirs, owner)
        except BaseException as error:
            with self._lock:
                self._undoable |= {i: c for i, c in claimed.items() if i not in again}
            if isinstance(error, KeyError):
                raise Absent from error
            raise
        if not again:
            raise StudioError("It is too late to undo this: run them again instead.")
        return tuple(again)

    def _cancel(self, jobs: Sequence[Job]) -> Cancelled:
        owners = {job.record.id: job.record.owner for job in jobs}
        ended = self._jobs.cancel_waiting(owners)
        asked = self._jobs.ask_to_cancel(owners.keys() - set(ended))
        # What a server gave back meanwhile waits here, and nobody else would end it.
        ended += self._jobs.cancel_waiting(asked)
        for id_ in asked:
            if (job := self._jobs.get(id_)) and job.line:
                self._attend(job.line, id_)
        self._remember({id_: owners[id_] for id_ in ended})
        gone = set(ended)
        return Cancelled(ended, tuple(id_ for id_ in asked if id_ not in gone))

    def _press(self, record: Generation) -> list[Job]:
        live = (job for job in self._live(record.owner) if job.record.group == record.group)
        return sorted(live, key=lambda job: (job.record.position, job.record.id))

    def _live(self, owner: str) -> list[Job]:
        return [job for job in self._jobs.all() if job.record.owner == owner]

    def _remember(self, owners: Mapping[str, str]) -> None:
        until = time.monotonic() + UNDO_SECONDS
        with self._lock:
            self._undoable |= {id_: (until, owner) for id_, owner in owners.items()}
            while len(self._undoable) > MAX_UNDOABLE:
                del self._undoable[next(iter(self._undoable))]

    def _claim(self, ids: Iterable[str], viewer: Viewer) -> dict[str, tuple[float, str]]:
        """Take those of *ids* out that can still be queued again: nobody else will try to."""
        now = time.monotonic()
        claimed = {}
        with self._lock:
            for id_ in ids:
                until, owner = self._undoable.get(id_, (0.0, ""))
                if until > now and viewer.may_change(owner):
                    claimed[id_] = self._undoable.pop(id_)
        return claimed
