"""The queue as people see and arrange it: places, forecasts, pause, order, retry.

Everybody sees how many wait before them; nobody sees what others wait for. What is arranged is
stored first and survives any end of the application.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from storage.records import Generation, Status
from storage.store import Store
from studio import queue
from studio.errors import StudioError
from studio.jobs import Jobs
from studio.press import fresh
from studio.schedule import schedule
from studio.snapshot import Snapshot
from studio.viewer import Viewer
from studio.watching import Watching

_PAUSED = "paused:"
"""How the flags that hold a paused owner begin."""
_ABSENT = "This generation is not here, or not yours."


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the queue. Seconds from now until it starts and ends, None where not known.

    `place` 0 is on a server already. `snapshot` is None where it is somebody else's.
    """

    place: int
    starts_in: float | None = None
    ends_in: float | None = None
    snapshot: Snapshot | None = None


class Queueing:
    """What a viewer may do with the queue. `servers` are the names of all lines."""

    def __init__(
        self, store: Store, jobs: Jobs, watching: Watching, servers: Iterable[str]
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._watching = watching
        self._servers = tuple(servers)
        for name in store.flags(_PAUSED):
            jobs.pause(name.removeprefix(_PAUSED))

    def entries(self, viewer: Viewer) -> list[Entry]:
        """The whole queue: what servers have, then what waits, next first."""
        snapshots = {s.record.id: s for s in self._watching.live()}
        waiting = [snapshots[g.id] for g in self._jobs.waiting() if g.id in snapshots]
        waiting_ids = {s.record.id for s in waiting}
        sent = [s for id_, s in snapshots.items() if id_ not in waiting_ids]
        slots = schedule(self._busy(sent), [s.record.forecast_seconds for s in waiting])
        entries = [Entry(0, 0.0, s.eta, s) for s in sent]
        entries += [
            Entry(place, slot.starts_in, slot.ends_in, s)
            for place, (s, slot) in enumerate(zip(waiting, slots, strict=True), 1)
        ]
        return [e if _is_seen(e, viewer) else replace(e, snapshot=None) for e in entries]

    def is_paused(self, viewer: Viewer) -> bool:
        """Whether the viewer's own queue is paused."""
        return viewer.owner in self._jobs.paused

    def pause(self, viewer: Viewer) -> None:
        """Hand out none of the viewer's generations until `resume`; what runs goes on."""
        self._store.set_flag(_PAUSED + viewer.owner, on=True)
        self._jobs.pause(viewer.owner)

    def resume(self, viewer: Viewer) -> None:
        """Go on handing out."""
        self._store.set_flag(_PAUSED + viewer.owner, on=False)
        self._jobs.go_on(viewer.owner)

    def hold(self, id_: str, viewer: Viewer, *, held: bool) -> None:
        """Keep one waiting generation from being handed out, or let it go. Raises StudioError."""
        self._jobs.change(self._waiting(id_, viewer).id, held=held)

    def prioritise(self, id_: str, viewer: Viewer, priority: int) -> None:
        """Set the priority among the owner's own: queue.LOW, NORMAL or HIGH. Raises StudioError."""
        if not queue.LOW <= priority <= queue.HIGH:
            raise StudioError("The priority is low (-1), normal (0) or high (1).")
        self._jobs.change(self._waiting(id_, viewer).id, priority=priority)

    def move(self, id_: str, viewer: Viewer, by: int) -> None:
        """Move a waiting generation *by* places among the owner's own; below 0 is sooner.

        Raises StudioError.
        """
        record = self._waiting(id_, viewer)
        own = [g for g in self._jobs.waiting() if g.owner == record.owner]
        here = next((n for n, g in enumerate(queue.arranged(own)) if g.id == id_), None)
        if here is not None:
            self._jobs.change_many(queue.moved(own, id_, here + by))

    def cancel_all(self, viewer: Viewer, cancel: Callable[[str], None]) -> int:
        """Cancel everything of the viewer's that is not over; return how many that were."""
        # The last first: else each end would hand out the next only to cancel it.
        mine = [job.record.id for job in self._jobs.all() if job.record.owner == viewer.owner]
        for id_ in reversed(mine):
            cancel(id_)
        return len(mine)

    def run_again(self, id_: str, viewer: Viewer, *, same_seed: bool) -> Generation:
        """Queue a generation of the past anew, as it was or with a new seed. Raises StudioError."""
        record = self._watching.record(id_)
        if record is None or not viewer.visible(record.owner, record.id):
            raise StudioError(_ABSENT)
        if not record.status.is_final:
            raise StudioError("This generation is not over yet.")
        anew = fresh(record, viewer.owner, same_seed=same_seed)
        self._jobs.create([anew])
        return anew

    def _waiting(self, id_: str, viewer: Viewer) -> Generation:
        job = self._jobs.get(id_)
        if job is None or not viewer.may_change(job.record.owner):
            raise StudioError(_ABSENT)
        if job.line or job.record.status is not Status.QUEUED:
            raise StudioError("This generation is on a server already: stop it, or let it run.")
        return job.record

    def _busy(self, sent: list[Snapshot]) -> list[float | None]:
        """Seconds until each server is free of what it has of ours."""
        busy = []
        for name in self._servers:
            there = [s for s in sent if s.server_name == name]
            left = [s.eta if s.eta is not None else s.record.forecast_seconds for s in there]
            known = [seconds for seconds in left if seconds is not None]
            busy.append(sum(known) if len(known) == len(left) else None)
        return busy


def _is_seen(entry: Entry, viewer: Viewer) -> bool:
    record = entry.snapshot.record if entry.snapshot else None
    return record is not None and viewer.visible(record.owner, record.id)
