"""What can be asked of the generations that are not over yet.

`lock` guards `_roster`, `_ended` and `_ended_of`.
"""

import threading
from collections import Counter
from dataclasses import replace

from storage.records import Generation
from studio.jobs.job import Job
from studio.jobs.roster import Roster


class LiveJobs:
    """All live jobs as they are now; whatever leaves here is a copy, or frozen."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._roster = Roster()
        self._ended = 0
        self._ended_of: Counter[str] = Counter()

    @property
    def ended(self) -> int:
        """How many have ended so far; there is nothing new in the records while it is the same."""
        with self.lock:
            return self._ended

    def ended_of(self, owner: str) -> int:
        """How many of *owner*'s have ended since the start."""
        with self.lock:
            return self._ended_of[owner]

    def of(self, owner: str) -> list[Generation]:
        """The records of *owner*'s live jobs, oldest first."""
        with self.lock:
            return [job.record for job in self._roster if job.record.owner == owner]

    def presses_of(self, owner: str) -> frozenset[str]:
        """The presses of *owner*'s that are not over."""
        return frozenset(record.group for record in self.of(owner))

    @property
    def paused(self) -> frozenset[str]:
        """Owners whose generations are not handed out."""
        with self.lock:
            return self._roster.line.paused

    def get(self, id_: str) -> Job | None:
        """A copy of the job as it is now; None where it is over or unknown."""
        with self.lock:
            job = self._roster.get(id_)
            return replace(job) if job else None

    def all(self) -> list[Job]:
        """Copies of all live jobs, oldest first."""
        with self.lock:
            return [replace(job) for job in self._roster]

    def sent(self) -> list[Job]:
        """Copies of the jobs that servers have."""
        with self.lock:
            return [replace(job) for job in self._roster.sent]

    def place(self, id_: str) -> int:
        """Place of a job among those that wait here, from 1 (`Line.place`); 0 where it does not."""
        with self.lock:
            return self._roster.line.place(id_)

    def count_sent(self) -> int:
        """How many jobs servers have."""
        with self.lock:
            return len(self._roster.sent)

    def waiting(self) -> list[tuple[Generation, int]]:
        """What waits here, next first, each with its place."""
        with self.lock:
            return [
                (record, self._roster.line.place(record.id)) for record in self._roster.line.order()
            ]

    def count_waiting(self, owner: str | None = None) -> int:
        """How many wait here, of *owner*'s or of everybody's."""
        with self.lock:
            return len(self._roster.line) if owner is None else self._roster.line.count(owner)

    def waiting_of(self, owner: str) -> list[Generation]:
        """What waits here of *owner*'s, as they arranged it."""
        with self.lock:
            return self._roster.line.of(owner)
