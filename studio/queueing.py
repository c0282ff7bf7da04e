"""The queue as people see and arrange it: places, forecasts, pause, order, retry.

Everybody sees how many wait before them; nobody sees what others wait for. What is arranged is
stored first and survives any end of the application.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from comfy.freshness import Link
from comfy.progress import Phase
from comfy.server import Server
from storage.records import Generation, Status
from storage.store import Store
from studio import queue
from studio.access import Access
from studio.board import ALL, Board
from studio.errors import StudioError
from studio.jobs import NOBODY, Jobs
from studio.press import fresh
from studio.schedule import Held, Slot, on_server, schedule
from studio.snapshot import Snapshot
from studio.viewer import Viewer
from studio.watching import Watching

_PAUSED = "paused:"
"""How the flags that hold a paused owner begin."""
ENDED = tuple(status for status in Status if status.is_final)
WATCH_GAP = 0.25
"""Seconds between two looks of one who watches the queue, at least."""
WATCH_HEARTBEAT = 2.0
"""Seconds after which they look though nothing changed: forecasts move by themselves."""
_HEARD = (Link.NONE, Link.LIVE, Link.POLLING)
"""How news comes in while a forecast may be trusted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the queue. Seconds from now until it starts and ends, None where not known.

    `place` 0 is on a server already, else it counts from 1. `snapshot` is None where it is
    somebody else's.
    """

    place: int
    starts_in: float | None = None
    ends_in: float | None = None
    snapshot: Snapshot | None = None


class Queueing:
    """What a viewer may do with the queue. `servers` are all lines, by name."""

    def __init__(
        self,
        store: Store,
        jobs: Jobs,
        watching: Watching,
        access: Access,
        servers: Mapping[str, Server],
        board: Board,
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._watching = watching
        self._access = access
        self._servers = servers
        self._board = board
        self._moving = threading.Lock()
        for name in store.flags(_PAUSED):
            jobs.pause(name.removeprefix(_PAUSED))

    def entries(self, viewer: Viewer) -> list[Entry]:
        """The whole queue: what servers have, then what waits, next first."""
        paused = self._jobs.paused
        live = [s for s in self._watching.live() if s.server_name != NOBODY]
        sent, free = self._sent([s for s in live if s.server_name])
        snapshots = {s.record.id: s for s in live if not s.server_name}
        places = {g.id: place for g, place in self._jobs.waiting() if g.id in snapshots}
        waiting = [snapshots[id_] for id_ in places]
        going = [s for s in waiting if not s.record.held and s.record.owner not in paused]
        slots = schedule(free, self._seconds([s.record for s in going]))
        by_id = {s.record.id: slot for s, slot in zip(going, slots, strict=True)}
        entries = sent + [
            _entry(places[s.record.id], by_id.get(s.record.id, Slot()), s) for s in waiting
        ]
        return [e if _is_seen(e, viewer) else replace(e, snapshot=None) for e in entries]

    async def watch(self, viewer: Viewer) -> AsyncGenerator[list[Entry], None]:
        """Yield the whole queue, then again after each change, and every few seconds; endless."""
        with self._board.listen(ALL) as listener:
            while True:
                listener.clear()
                yield await asyncio.to_thread(self.entries, viewer)
                await asyncio.sleep(WATCH_GAP)
                await listener.wait(WATCH_HEARTBEAT)

    @property
    def ends(self) -> int:
        """How many generations have ended so far, everybody's: news for `ended`."""
        return self._jobs.ended

    def ended(self, viewer: Viewer, limit: int) -> list[Generation]:
        """The viewer's last *limit* generations that are over, newest press first."""
        return self._store.page(owner=viewer.owner, limit=limit, statuses=ENDED)

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
        with self._moving:  # two moves from one view would put two into one place
            own = self._jobs.waiting_of(record.owner)
            here = next((n for n, g in enumerate(own) if g.id == id_), None)
            if here is not None:
                self._jobs.change_many(queue.moved(own, id_, here + by))

    def run_again(self, id_: str, viewer: Viewer, *, same_seed: bool) -> Generation:
        """Queue a generation of the past anew, as it was or with a new seed. Raises StudioError."""
        return self.run_all_again([id_], viewer, same_seed=same_seed)[0]

    def run_all_again(
        self, ids: Iterable[str], viewer: Viewer, *, same_seed: bool
    ) -> tuple[Generation, ...]:
        """The same for several: all of them, or none. Raises StudioError."""
        anew = tuple(self._anew(id_, viewer, same_seed=same_seed) for id_ in ids)
        self._jobs.create(anew)
        return anew

    def _anew(self, id_: str, viewer: Viewer, *, same_seed: bool) -> Generation:
        record = self._access.own(id_, viewer)
        if not record.status.is_final:
            raise StudioError("This generation is not over yet.")
        try:
            return fresh(record, viewer.owner, same_seed=same_seed)
        except ValidationError as error:
            raise StudioError(
                "This generation was made by another version of Stepglass and cannot be run "
                "again from here: fill in the form instead."
            ) from error

    def _seconds(self, waiting: Sequence[Generation]) -> list[float | None]:
        """Seconds that each of *waiting* will run, by what is known by now."""
        found: list[float | None] = []
        before: Generation | None = None
        for record in waiting:
            expected = self._watching.expected(record, after=before)
            found.append(expected.seconds if expected else record.forecast_seconds)
            before = record
        return found

    def _waiting(self, id_: str, viewer: Viewer) -> Generation:
        self._access.own(id_, viewer)
        job = self._jobs.get(id_)
        if job is None:
            raise StudioError("This generation is over already.")
        if job.line or job.record.status is not Status.QUEUED:
            raise StudioError("This generation is on a server already: stop it, or let it run.")
        return job.record

    def _sent(self, sent: Iterable[Snapshot]) -> tuple[list[Entry], list[float | None]]:
        """What servers have of ours, and seconds until each reachable server is free of it."""
        entries, free = [], []
        by_server: dict[str, list[Snapshot]] = {name: [] for name in self._servers}
        for snapshot in sent:
            by_server.setdefault(snapshot.server_name, []).append(snapshot)
        for name, theirs in by_server.items():
            theirs.sort(key=lambda s: (not _runs(s), s.place, s.record.id))
            slots = on_server([_held(s) for s in theirs])
            entries += [_entry(0, slot, s) for s, slot in zip(theirs, slots, strict=True)]
            server = self._servers.get(name)
            if server and server.freshness().link is not Link.UNREACHABLE:
                free.append(_free(slots, server.remaining))
        return entries, free


def _free(slots: Sequence[Slot], remaining: int) -> float | None:
    """Seconds until a server that has *remaining* prompts, ours in *slots*, is free.

    None where some are somebody else's: nobody knows how long those take.
    """
    if remaining > len(slots):
        return None
    return slots[-1].ends_in if slots else 0.0


def _entry(place: int, slot: Slot, snapshot: Snapshot) -> Entry:
    return Entry(place, slot.starts_in, slot.ends_in, snapshot)


def _runs(snapshot: Snapshot) -> bool:
    progress = snapshot.progress
    return progress is not None and progress.phase is not Phase.QUEUED


def _held(snapshot: Snapshot) -> Held:
    seconds = snapshot.seconds_left
    if seconds is None and not _runs(snapshot):
        seconds = snapshot.record.forecast_seconds
    if snapshot.freshness.link not in _HEARD:
        seconds = None
    return Held(_runs(snapshot), seconds, snapshot.place)


def _is_seen(entry: Entry, viewer: Viewer) -> bool:
    record = entry.snapshot.record if entry.snapshot else None
    return record is not None and viewer.visible(record.owner, record.id)
