"""Where every live job stands: in the line of what waits, or among what servers have.

No thread, no store: whoever holds a `Roster` guards it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from storage.records import Generation
from studio.jobs.job import NOBODY, Job, waits
from studio.jobs.order import NEXT_POSITION
from studio.jobs.turns import Line


class Roster:
    """All live jobs by id, kept sorted: `stand` says that one of them changed."""

    def __init__(self) -> None:
        self.line = Line()
        self._jobs: dict[str, Job] = {}
        self._sent: dict[str, Job] = {}
        self._last_position = 0.0

    def __iter__(self) -> Iterator[Job]:
        """All jobs, oldest first."""
        return iter(self._jobs.values())

    @property
    def sent(self) -> Sequence[Job]:
        """The jobs that servers have."""
        return tuple(self._sent.values())

    def get(self, id_: str) -> Job | None:
        """The job itself; None where it is over or unknown."""
        return self._jobs.get(id_)

    def of(self, ids: Iterable[str]) -> list[Job]:
        """Those of *ids* that are live."""
        return [job for id_ in ids if (job := self._jobs.get(id_))]

    def add(self, record: Generation) -> None:
        """Take over a generation; one that a server has stands with it."""
        line = "" if waits(record) else record.server
        self._jobs[record.id] = job = Job(record, line)
        self._last_position = max(self._last_position, record.position)
        self.stand(job)

    def stand(self, job: Job) -> None:
        """Let *job* stand where it belongs as it now is."""
        id_ = job.record.id
        if job.line or not waits(job.record):
            self.line.drop(id_)
        else:
            self.line.put(job.record)
        if job.line in ("", NOBODY):
            self._sent.pop(id_, None)
        else:
            self._sent[id_] = job

    def drop(self, id_: str) -> None:
        """Forget a job that is over."""
        self._jobs.pop(id_, None)
        self._sent.pop(id_, None)
        self.line.drop(id_)

    def take(self, line: str, record: Generation) -> Job:
        """Give *record*, which waits here, to *line*."""
        job = self._jobs[record.id]
        job.line, job.notice = line, ""
        self.line.take(record.id)
        self.stand(job)
        return job

    def behind(self, records: Sequence[Generation]) -> list[Generation]:
        """*records* placed behind everything that waits, also where the clock was set back."""
        first = min((record.position for record in records), default=0.0)
        shift = max(0.0, self._last_position + NEXT_POSITION - first)
        placed = [replace(r, position=r.position + shift) if shift else r for r in records]
        self._last_position = max(self._last_position, *(record.position for record in placed), 0.0)
        return placed


Choose = Callable[[Roster], Generation | None]
"""Chooses one of those that wait; None for none of them."""


def next_in_turn(roster: Roster) -> Generation | None:
    """Whatever comes next, for a server that can run it all."""
    return next(roster.line.upcoming(), None)
