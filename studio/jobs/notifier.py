"""Wakes whoever follows a key. Holds no news itself: the woken look, so the latest wins.

`_lock` guards `_waiting`. Any thread may `publish`; each listener belongs to one event loop.
"""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

ALL = "*"
"""Who listens to this hears of every key."""


class Listener:
    """One follower; `wait` returns at news since `clear`, or after a time-out."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._event = asyncio.Event()
        self._woken = False

    def wake(self) -> None:
        """Called by `Board`, from any thread."""
        if not self._woken:  # one call into the loop serves any burst of news
            self._woken = True
            with contextlib.suppress(RuntimeError):  # the loop may have closed meanwhile
                self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, seconds: float) -> bool:
        """Wait for news for up to *seconds*; False where none came."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        return True

    def clear(self) -> None:
        """Forget the news so far; call it before looking, so that none is missed."""
        self._event.clear()
        self._woken = False


class Board:
    """Listeners by key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, set[Listener]] = {}

    def publish(self, *keys: str) -> None:
        """Wake all who listen to one of *keys*, each once."""
        with self._lock:
            heard = [self._waiting[key] for key in (*keys, ALL) if key in self._waiting]
            listeners = set[Listener]().union(*heard)
        for listener in listeners:
            listener.wake()

    @contextlib.contextmanager
    def listen(self, *keys: str) -> Iterator[Listener]:
        """Listen to *keys* on the running event loop."""
        listener = Listener(asyncio.get_running_loop())
        with self._lock:
            for key in keys:
                self._waiting.setdefault(key, set()).add(listener)
        try:
            yield listener
        finally:
            with self._lock:
                for key in keys:
                    self._waiting[key].discard(listener)
                    if not self._waiting[key]:
                        del self._waiting[key]

    @property
    def watchers(self) -> int:
        """How many listen now."""
        with self._lock:
            return len(set().union(*self._waiting.values())) if self._waiting else 0
