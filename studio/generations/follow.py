"""Following generations: the one loop between snapshots and whoever looks at them.

A follower only looks: it may come late, leave and come back, and no generation notices. Nothing is
queued for a slow one, for it asks anew when its turn comes: of several changes the latest wins.
"""

import asyncio
import math
from collections.abc import AsyncGenerator, Callable, Container, Sequence

from studio.generations.token_bucket import TokenBucket
from studio.jobs.notifier import Board, Listener
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

Look = Callable[[str], Snapshot | None]
"""The generation now; None where there is none for whoever looks."""
Shown = dict[str, Snapshot]
"""Snapshots by id, in the order in which they are followed."""


class Following:
    """What one follower looks at: the generations `ids`, in order, until it is `over`.

    `pending` are those it has not seen finish. Used from one event loop only.
    """

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = tuple(ids)
        self.pending = frozenset(ids)
        self.over = False
        self._listener: Listener | None = None

    def end(self) -> None:
        """Let the follower end at once."""
        self.over = True
        if self._listener:
            self._listener.wake()

    def hear(self, listener: Listener) -> None:
        """Wake *listener* at the end."""
        self._listener = listener


class Pace:
    """The pace that a page can take, for one follower."""

    def __init__(self) -> None:
        self._bucket = TokenBucket(UPDATES_PER_SECOND, BURST)
        self._late = 0.0

    async def turn(self) -> None:
        """Wait until the next value may go out."""
        begun = _now()
        wait = max(self._bucket.wait(begun), GIVE_WAY * self._late)
        await asyncio.sleep(wait)
        late = _now() - begun - wait - USUALLY_LATE
        self._late = min(MAX_LATE, max(0.0, late))


async def follow(
    look: Look, board: Board, following: Following, heartbeat: float, pace: Pace | None = None
) -> AsyncGenerator[tuple[Snapshot, ...], None]:
    """Yield the snapshots of what is followed, in order: now, at each change, at each heartbeat.

    Those that are not there are left out. Ends when all are final, or when the following is over.
    *heartbeat* is in seconds. A page gives its *pace*; then a step waits a moment for its preview.
    """
    shown: Shown = {}
    heard, all_seen_at = False, -math.inf
    with board.listen(*following.ids) as listener:
        following.hear(listener)
        while True:
            if pace:
                await pace.turn()
            changed = listener.clear()
            if _now() - all_seen_at >= heartbeat:
                changed, all_seen_at = set(following.ids), _now()
            now = _renewed(shown, following.ids, changed, look)
            if pace and _lacks_preview(now, shown):
                now = await _completed(now, shown, following.ids, look, listener)
            if following.over:
                return
            is_news, shown = now != shown or not heard, now
            following.pending = frozenset(id_ for id_, s in shown.items() if not s.is_final)
            if shown and is_news:
                yield tuple(shown.values())
            if not following.pending or following.over:
                return
            heard = await listener.wait(heartbeat)


def _now() -> float:
    """Monotonic seconds, by the clock of whoever follows."""
    return asyncio.get_running_loop().time()


def _renewed(before: Shown, ids: Sequence[str], changed: Container[str], look: Look) -> Shown:
    """All of *ids* now, those that *changed* looked at anew; what is final stays."""
    now: Shown = {}
    for id_ in ids:
        snapshot = before.get(id_)
        if id_ in changed and not (snapshot and snapshot.is_final):
            snapshot = look(id_)
        if snapshot:
            now[id_] = snapshot
    return now


async def _completed(
    now: Shown, before: Shown, ids: Sequence[str], look: Look, listener: Listener
) -> Shown:
    """*now*, once the preview of a step that came without is there, or after a moment."""
    until = _now() + LINGER
    while _lacks_preview(now, before):
        if not await listener.wait(max(0.0, until - _now())):
            break
        now = _renewed(now, ids, listener.clear(), look)
    return now


def _lacks_preview(now: Shown, before: Shown) -> bool:
    """Whether a step of *now* came without its preview, where those *before* had one."""
    for id_, snapshot in now.items():
        new, old = snapshot.progress, before[id_].progress if id_ in before else None
        if new is None or old is None or old.preview is None or snapshot.is_final:
            continue
        if new.preview is old.preview and new.node == old.node and new.step != old.step:
            return True
    return False
