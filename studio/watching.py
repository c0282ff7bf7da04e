"""What there is to see of a generation now, and following it.

A snapshot joins the stored record, the server's progress and the connection's state. Watchers
ask for it when they are woken; nothing is queued for a slow one.
"""

from collections.abc import AsyncGenerator, Mapping

from comfy.cadence import USUAL, Cadence
from comfy.freshness import Freshness, Link
from comfy.server import Server
from comfy.timeline import seconds_left, speed
from storage.records import Generation
from storage.store import Store
from studio import queue
from studio.board import Board
from studio.estimate import Estimator
from studio.ids import is_id
from studio.jobs import NOBODY, Job, Jobs
from studio.snapshot import Forecast, Snapshot


class Watching:
    """Snapshots of all generations, live or over."""

    def __init__(
        self,
        store: Store,
        jobs: Jobs,
        board: Board,
        servers: Mapping[str, Server],
        estimator: Estimator,
        cadence: Cadence = USUAL,
    ) -> None:
        self._estimator = estimator
        self._cadence = cadence
        self._store = store
        self._jobs = jobs
        self._board = board
        self._servers = servers

    def snapshot(self, id_: str) -> Snapshot | None:
        """The generation now; None where unknown."""
        if job := self._jobs.get(id_):
            return self._live(job)
        record = self.record(id_)
        return Snapshot(record, server_name=record.server) if record else None

    def live(self) -> list[Snapshot]:
        """Every generation that is not over."""
        jobs = self._jobs.all()
        sent = sum(1 for job in jobs if job.line and job.line != NOBODY)
        order = queue.in_order(job.record for job in jobs if not job.line)
        places = {record.id: sent + n for n, record in enumerate(order, 1)}
        return [self._live(job, places.get(job.record.id, 0)) for job in jobs]

    def record(self, id_: str) -> Generation | None:
        """The stored record; None where unknown, deleted, or no id at all."""
        return self._store.get(id_) if is_id(id_) else None

    def expected(self, record: Generation, after: Generation | None = None) -> Forecast | None:
        """How long what waits will run, once *after* has; None without a basis."""
        return self._estimator.waiting(record, self._servers, after)

    async def watch(self, id_: str) -> AsyncGenerator[Snapshot, None]:
        """Yield the present state, then each change (the latest wins), until the final one."""
        last: Snapshot | None = None
        with self._board.listen(id_) as listener:
            while True:
                listener.clear()
                snapshot = self.snapshot(id_)
                if snapshot is None:
                    return
                if snapshot != last:
                    last = snapshot
                    yield snapshot
                if snapshot.is_final:
                    return
                await listener.wait(self._cadence.heartbeat)

    def _live(self, job: Job, place: int | None = None) -> Snapshot:
        """The snapshot of *job*; *place* where it waits is looked up unless given."""
        server = self._servers.get(job.line)
        progress = server.snapshot(job.record.id) if server else None
        if progress:
            place = progress.place
        elif place is None:
            place = self._place(job)
        return Snapshot(
            job.record,
            progress,
            self._freshness(job, server),
            place=place,
            eta=seconds_left(progress) if progress else None,
            eta_at=progress.heard_at if progress else None,
            speed=speed(progress) if progress else None,
            keeping=job.keeping,
            forecast=job.forecast if job.line else self.expected(job.record),
            server_name=job.line,
            notice=job.notice,
        )

    def _place(self, job: Job) -> int:
        """Place among all that waits here, behind what servers have of ours."""
        ahead = self._jobs.count_sent()
        place = self._jobs.place(job.record.id)
        return place + ahead if place else 0

    def _freshness(self, job: Job, server: Server | None) -> Freshness:
        """How news arrives; of a job that waits here, only why no server takes it."""
        if server:
            return server.freshness(job.record.id)
        states = [s.freshness() for s in self._servers.values()]
        unreachable = bool(states) and all(s.link is Link.UNREACHABLE for s in states)
        return states[0] if unreachable else Freshness()
