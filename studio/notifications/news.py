"""What a page tells its person wherever they look: how much of theirs is live, and what ended."""

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from storage.records import Generation
from storage.search.presses import Press
from storage.store import Store
from studio.access.viewer import Viewer
from studio.access.visible import shown
from studio.jobs.jobs import Jobs
from studio.jobs.notifier import ALL, Board

GAP = 0.5
"""Seconds between two looks, at least."""
HEARTBEAT = 8.0
"""Seconds after which a page hears again though nothing changed."""
MAX_AGE = 7 * 86_400.0
"""Seconds back from now: what ended earlier is no news."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of one's own are live, and how many have ended since the start."""

    live: int
    ended: int


@dataclass(frozen=True, slots=True)
class Missed:
    """One's own jobs that ended while nobody looked, up to `at` (epoch seconds).

    `shown` are of those that finished, the last to finish first.
    """

    at: float
    finished: int
    failed: int
    shown: tuple[Generation, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One's own: `live` jobs, and `presses` of which something ended; `going` are not over.

    `at` is when (epoch seconds) it was made.
    """

    at: float
    live: int
    presses: tuple[Press, ...]
    going: frozenset[str]


class News:
    """News of one's own, and of nobody else's."""

    def __init__(self, store: Store, jobs: Jobs, board: Board) -> None:
        self._store = store
        self._jobs = jobs
        self._board = board

    def counts(self, viewer: Viewer) -> Counts:
        """What costs nothing to ask: there is no other news while it is the same."""
        owner = viewer.owner
        return Counts(len(self._jobs.of(owner)), self._jobs.ended_of(owner))

    def missed(self, viewer: Viewer, since: float) -> Missed:
        """What ended after *since* (epoch seconds)."""
        now = time.time()
        ended = self._store.generations.jobs_since(viewer.owner, _recent(since, now))
        visible = [one for record in ended.shown if (one := shown(record, viewer))]
        return Missed(now, ended.finished, ended.failed, tuple(visible))

    def report(self, viewer: Viewer, since: float, seen: float) -> Report:
        """What ended after *since*; images made after *seen* (epoch seconds) are fresh."""
        now = time.time()
        since, seen = _recent(since, now), _recent(seen, now)
        live = self._jobs.of(viewer.owner)  # before the records: what ends meanwhile is told next
        going = frozenset(record.group for record in live)
        presses = self._store.generations.ended_since(viewer.owner, min(since, seen), seen)
        return Report(now, len(live), presses, going)

    async def watch(
        self, viewer: Viewer, since: float, seen: float
    ) -> AsyncGenerator[Report, None]:
        """Yield a report, then another at each change and heartbeat, until nothing is live."""
        with self._board.listen(ALL) as listener:
            told: Counts | None = None
            until = 0.0
            while True:
                listener.clear()
                counts = self.counts(viewer)
                if counts != told or time.monotonic() > until:
                    told, until = counts, time.monotonic() + HEARTBEAT
                    report = await asyncio.to_thread(self.report, viewer, since, seen)
                    yield report
                    if not report.live:
                        return
                await asyncio.sleep(GAP)
                await listener.wait(HEARTBEAT)


def _recent(at: float, now: float) -> float:
    return min(now, max(now - MAX_AGE, at))
