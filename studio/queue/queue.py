"""The queue as people see and arrange it: places, forecasts, pause, order, retry.

Everybody sees how many wait before them; nobody sees what others wait for. What is arranged is
stored first and survives any end of the application.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from comfy.client.server import Server
from storage.records import FINALS, Generation
from storage.store import Store
from studio.access.viewer import Viewer
from studio.access.visible import Access, shown
from studio.errors import StudioError
from studio.generations.snapshots import Snapshots
from studio.jobs import order
from studio.jobs.job import waits
from studio.jobs.jobs import Jobs
from studio.jobs.limits import MAX_WAITING_TOTAL
from studio.jobs.notifier import ALL, Board
from studio.queue.places import Entry, Places

_PAUSED = "paused:"
"""How the flags that hold a paused owner begin."""
WATCH_GAP = 0.25
"""Seconds between two looks of one who watches the queue, at least."""
WATCH_HEARTBEAT = 2.0
"""Seconds after which they look though nothing changed: forecasts move by themselves."""
_ON_SERVER = "This generation is on a server already: cancel it, or let it run."


class Queueing:
    """What a viewer may do with the queue. `servers` are all lines, by name.

    `_moving` is held while one of several is moved: two moves from one view would put two into one
    place.
    """

    def __init__(
        self,
        store: Store,
        jobs: Jobs,
        snapshots: Snapshots,
        access: Access,
        servers: Mapping[str, Server],
        board: Board,
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._access = access
        self._places = Places(jobs, snapshots, servers)
        self._board = board
        self._moving = threading.Lock()
        for name in store.flags.names(_PAUSED):
            jobs.pause(name.removeprefix(_PAUSED))

    def entries(
        self, viewer: Viewer, offset: int = 0, limit: int = MAX_WAITING_TOTAL
    ) -> list[Entry]:
        """The whole queue; see `Places.entries`."""
        return self._places.entries(viewer, offset, limit)

    async def watch(
        self, viewer: Viewer, limit: int = MAX_WAITING_TOTAL
    ) -> AsyncGenerator[list[Entry], None]:
        """Yield the whole queue, then again after each change, and every few seconds; endless.

        The viewer's own first *limit* come with a snapshot and a forecast.
        """
        with self._board.listen(ALL) as listener:
            while True:
                listener.clear()
                yield await asyncio.to_thread(self.entries, viewer, 0, limit)
                await asyncio.sleep(WATCH_GAP)
                await listener.wait(WATCH_HEARTBEAT)

    @property
    def ends(self) -> int:
        """How many generations have ended so far, everybody's: news for `ended`."""
        return self._jobs.ended

    def ended(self, viewer: Viewer, limit: int) -> list[Generation]:
        """The viewer's last *limit* generations that are over, newest press first."""
        page = self._store.generations.page(owner=viewer.owner, limit=limit, statuses=FINALS)
        return [seen for record in page if (seen := shown(record, viewer))]

    def is_paused(self, viewer: Viewer) -> bool:
        """Whether the viewer's own queue is paused."""
        return viewer.owner in self._jobs.paused

    def pause(self, viewer: Viewer) -> None:
        """Hand out none of the viewer's generations until `resume`; what runs goes on."""
        self._store.flags.set(_PAUSED + viewer.owner, on=True)
        self._jobs.pause(viewer.owner)

    def resume(self, viewer: Viewer) -> None:
        """Go on handing out."""
        self._store.flags.set(_PAUSED + viewer.owner, on=False)
        self._jobs.go_on(viewer.owner)

    def hold(self, id_: str, viewer: Viewer, *, held: bool) -> None:
        """Keep one waiting generation from being handed out, or let it go. Raises StudioError."""
        self._change(self._waiting(id_, viewer), held=held)

    def prioritise(self, id_: str, viewer: Viewer, priority: int) -> None:
        """Set the priority among the owner's own: queue.LOW, NORMAL or HIGH. Raises StudioError."""
        if not order.LOW <= priority <= order.HIGH:
            raise StudioError("The priority is low (-1), normal (0) or high (1).")
        self._change(self._waiting(id_, viewer), priority=priority)

    def move(self, id_: str, viewer: Viewer, by: int) -> None:
        """Move a waiting generation *by* places among the owner's own; below 0 is sooner.

        Raises StudioError.
        """
        record = self._waiting(id_, viewer)
        with self._moving:
            own = self._jobs.waiting_of(record.owner)
            here = next((n for n, g in enumerate(own) if g.id == id_), None)
            if here is not None:
                self._jobs.change_many(order.moved(own, id_, here + by))

    def _change(self, record: Generation, **fields: Any) -> None:
        """Change a job that waits, if it still does when that is stored."""
        if self._jobs.change(record.id, when=waits, **fields) is None:
            raise StudioError(_ON_SERVER)

    def _waiting(self, id_: str, viewer: Viewer) -> Generation:
        self._access.own(id_, viewer)
        job = self._jobs.get(id_)
        if job is None:
            raise StudioError("This generation is over already.")
        if job.line or not waits(job.record):
            raise StudioError(_ON_SERVER)
        return job.record
