"""Following generations for a page: several watched as one, paced, one follower a page.

A follower only looks: it may come late, leave and come back, and the generation does not notice.
"""

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence

from studio.generations.token_bucket import Pace
from studio.snapshot import Snapshot

UPDATES_PER_SECOND = 22.0
"""Values sent to one page, at most. A little over 20, so that 20 steps a second all pass."""
BURST = 4.0
"""Values that may go out at once after a quiet moment."""
LINGER = 0.008
"""Seconds that a step may wait for its preview, so that both go out as one value."""
USUALLY_LATE, MAX_LATE = 0.05, 0.5
"""Seconds by which a follower wakes late when many wake together, and the most that counts."""
GIVE_WAY = 4.0
"""Where it wakes later than that, the application cannot keep up: the next value is held back so
many times as long, or what is on its way to the pages would pile up."""
HEARTBEAT = 2.0
"""Seconds after which a page hears from the app though nothing changed (see live.js)."""
PAGES_REMEMBERED = 2000

Watch = Callable[[str], AsyncIterator[Snapshot]]


class Turn:
    """One follower of one page. `number` orders turns; `over` is set when a newer one begins."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.over = asyncio.Event()
        self.ids: tuple[str, ...] = ()
        self.pending: frozenset[str] = frozenset()


class Turns:
    """The follower of each page, by Gradio's session hash. Used from the server's loop only.

    A page has one live panel, so a new follower ends the one before it and takes along what that
    one had not seen finish.
    """

    def __init__(self) -> None:
        self._last = 0
        self._turns: OrderedDict[str, Turn] = OrderedDict()

    def number(self) -> int:
        """A new number: greater than all before, also than those before a restart."""
        self._last = max(self._last + 1, int(time.time() * 1000))
        return self._last

    def take(self, page: str, ids: Sequence[str]) -> Turn:
        """Begin to follow *ids* on *page*, after what is still pending there."""
        before = self._turns.pop(page, None)
        turn = Turn(self.number())
        kept = tuple(i for i in before.ids if i in before.pending) if before else ()
        turn.ids = tuple(dict.fromkeys((*kept, *ids)))
        turn.pending = frozenset(turn.ids)
        if before:
            before.over.set()
        self._turns[page] = turn
        while len(self._turns) > PAGES_REMEMBERED:
            self._turns.popitem(last=False)
        return turn

    def ids(self, page: str) -> tuple[str, ...]:
        """What *page* follows now."""
        turn = self._turns.get(page)
        return turn.ids if turn else ()

    def leave(self, page: str) -> None:
        """The page is gone."""
        if turn := self._turns.pop(page, None):
            turn.over.set()


async def follow(watch: Watch, turn: Turn) -> AsyncGenerator[tuple[Snapshot, ...], None]:
    """Yield the snapshots of the turn's generations, in order, at the pace a page can take.

    The first comes once all are known; later ones at each change, latest wins, and at each
    heartbeat. Ends when all are final, or when the turn is over.
    """
    known: dict[str, Snapshot] = {}
    shown: tuple[Snapshot, ...] = ()
    changed = asyncio.Event()
    tasks = [asyncio.create_task(_watch_one(watch, i, known, changed)) for i in turn.ids]
    tasks.append(asyncio.create_task(_when_over(turn, changed)))
    pace, late = Pace(UPDATES_PER_SECOND, BURST), 0.0
    try:
        while not turn.over.is_set():
            await _within(HEARTBEAT, changed)
            late = await _turn_comes(pace, late)
            await _complete(shown, known, changed)
            changed.clear()
            ended = all(task.done() for task in tasks[:-1])
            shown = tuple(known[i] for i in turn.ids if i in known)
            turn.pending = frozenset(s.record.id for s in shown if not s.is_final)
            if shown and not turn.over.is_set() and (ended or len(shown) == len(turn.ids)):
                yield shown
            if ended:
                break
        _raise_failures(tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _watch_one(
    watch: Watch,
    id: str,  # noqa: A002 # the record's word
    known: dict[str, Snapshot],
    changed: asyncio.Event,
) -> None:
    try:
        async with contextlib.aclosing(watch(id)) as snapshots:  # type: ignore[type-var]
            async for snapshot in snapshots:
                known[id] = snapshot
                changed.set()
    finally:
        changed.set()


async def _when_over(turn: Turn, changed: asyncio.Event) -> None:
    await turn.over.wait()
    changed.set()


async def _turn_comes(pace: Pace, late: float) -> float:
    """Wait until the next value may go out; return by how much too late we woke."""
    begun = time.monotonic()
    wait = max(pace.wait(begun), GIVE_WAY * late)
    await asyncio.sleep(wait)
    return min(MAX_LATE, max(0.0, time.monotonic() - begun - wait - USUALLY_LATE))


async def _within(seconds: float, changed: asyncio.Event) -> bool:
    """Wait for a change; False where none came."""
    try:
        async with asyncio.timeout(seconds):
            await changed.wait()
    except TimeoutError:
        return False
    return True


async def _complete(
    shown: Sequence[Snapshot], known: Mapping[str, Snapshot], changed: asyncio.Event
) -> None:
    """Wait a moment for the preview of a step that came without, where those *shown* had one."""
    until = time.monotonic() + LINGER
    while any(_lacks_preview(known[s.record.id], s) for s in shown):
        changed.clear()
        if not await _within(until - time.monotonic(), changed):
            return


def _lacks_preview(now: Snapshot, before: Snapshot) -> bool:
    new, old = now.progress, before.progress
    if new is None or old is None or old.preview is None or now.is_final:
        return False
    return new.preview is old.preview and new.node == old.node and new.step != old.step


def _raise_failures(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        if task.done() and not task.cancelled() and (error := task.exception()):
            raise error
