"""What there is to see of a generation now.

A snapshot joins the stored record, the server's progress and the connection's state. Who follows
asks for it when woken (see `studio.generations.follow`), and all who follow share it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from comfy import clock
from comfy.client.reconcile.freshness import Freshness, Link
from comfy.client.server import Server
from comfy.client.timeouts import USUAL, Cadence
from comfy.progress.timeline import speed
from storage.records import Generation
from storage.store import Store
from studio.forecast.estimator import Estimator
from studio.ids import is_id
from studio.jobs.job import Job
from studio.jobs.jobs import Jobs
from studio.jobs.notifier import Board
from studio.snapshot import Forecast, Snapshot, as_of

MOVES = 0.1
"""Seconds after which the snapshot of what runs says too little of how far it is."""


class Snapshots:
    """Snapshots of all generations, live or over."""

    def __init__(
        self,
        store: Store,
        jobs: Jobs,
        board: Board,
        servers: Mapping[str, Server],
        estimator: Estimator,
        cadence: Cadence = USUAL,
        *,
        can_run: Callable[[Generation, str], bool] = lambda _record, _name: True,
    ) -> None:
        self._can_run = can_run
        self._estimator = estimator
        self.heartbeat = cadence.heartbeat
        self._store = store
        self._jobs = jobs
        self.board = board
        self._servers = servers

    def get(self, id_: str) -> Snapshot | None:
        """The generation now; None where unknown."""
        if job := self._jobs.get(id_):
            return self.of(job)
        return self._stored(id_)

    def shared(self, id_: str) -> Snapshot | None:
        """The same, built once a change however many follow; it may be a moment old."""
        return self.board.shared(id_, lambda: self.get(id_), self._lasts)

    def _lasts(self, snapshot: Snapshot | None) -> float:
        """For how many seconds *snapshot* may be shown; what runs moves on by itself."""
        return MOVES if snapshot and snapshot.as_of else self.heartbeat / 2

    def live(self) -> list[Snapshot]:
        """Every generation that is not over."""
        return [self.of(job) for job in self._jobs.all()]

    def sent(self) -> list[Snapshot]:
        """Every generation that a server has."""
        return [self.of(job) for job in self._jobs.sent()]

    def record(self, id_: str) -> Generation | None:
        """The stored record; None where unknown, deleted, or no id at all."""
        return self._store.generations.get(id_) if is_id(id_) else None

    def expected(self, record: Generation, after: Generation | None = None) -> Forecast | None:
        """How long what waits will run, once *after* has; None without a basis."""
        return self._estimator.waiting(record, self._servers, after)

    def of(self, job: Job) -> Snapshot:
        """The snapshot of *job*, or of what has become of it meanwhile."""
        snapshot = self._draw(job)
        while job.line:
            # A server's side is forgotten only after the job has changed: where it still is what
            # it was, all of the snapshot is of one moment, and no bar falls to nothing.
            now = self._jobs.get(job.record.id)
            if now is None:
                return self._stored(job.record.id) or snapshot
            if now.record is job.record and now.line == job.line:
                return snapshot
            job, snapshot = now, self._draw(now)
        return snapshot

    def _stored(self, id_: str) -> Snapshot | None:
        record = self.record(id_)
        return Snapshot(record, server_name=record.server) if record else None

    def _draw(self, job: Job) -> Snapshot:
        server = self._servers.get(job.line)
        progress = server.snapshot(job.record.id) if server else None
        place = progress.place if progress else self._place(job)
        freshness = self._freshness(job, server)
        moment = as_of(progress, freshness, clock.now())
        return Snapshot(
            job.record,
            progress,
            freshness,
            place=place,
            reached=server.reached(job.record.id, moment) if server else 0.0,
            as_of=moment,
            speed=speed(progress) if progress else None,
            keeping=job.keeping,
            forecast=job.forecast if job.line else self.expected(job.record),
            server_name=job.line,
            notice=job.notice or (job.record.warning if job.record.held else ""),
            paused=job.record.owner in self._jobs.paused,
        )

    def _place(self, job: Job) -> int:
        """Place among all that waits here, behind what servers have of ours."""
        place = self._jobs.place(job.record.id)
        return place + self._jobs.count_sent() if place else 0

    def _freshness(self, job: Job, server: Server | None) -> Freshness:
        """How news arrives; of a job that waits here, only why no server takes it."""
        if server:
            return server.freshness(job.record.id)
        states = {name: _standing(s) for name, s in self._servers.items()}
        if all(state.link in _READY for state in states.values()):
            return Freshness()
        able = [states[name] for name in self._servers if self._can_run(job.record, name)] or [
            *states.values()
        ]
        return min(able, key=_nearness, default=Freshness())


_READY = (Link.NONE, Link.LIVE, Link.POLLING, Link.STALLED)
_NEAREST = (Link.NONE, Link.RECONNECTING, Link.UNREACHABLE)


def _standing(server: Server) -> Freshness:
    """How far *server* is from taking a job: NONE where nothing is in the way."""
    state = server.freshness()
    if not server.answers:  # its socket may still tell of what runs, but it takes no prompt
        return replace(state, link=Link.UNREACHABLE)
    return Freshness() if state.link in _READY else state


def _nearness(state: Freshness) -> tuple[int, float]:
    """The order in which servers are likely to take a job again: what failed last comes first."""
    return _NEAREST.index(state.link), -(state.since or 0.0)
