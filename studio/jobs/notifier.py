"""Wakes whoever follows a key. Holds no news itself: the woken look, so the latest wins.

`_lock` guards `_topics`. Any thread may `publish`; each listener belongs to one event loop.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

ALL = "*"
"""Who listens to this hears of every key."""


class Listener:
    """One follower; `wait` returns at news since `clear`, or after a time-out.

    `_lock` guards `_heard`, the keys of which there was news since then.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._event = asyncio.Event()
        self._woken = False
        self._lock = threading.Lock()
        self._heard = set[str]()

    def wake(self, *keys: str) -> None:
        """Tell of news of *keys*; called by `Board`, from any thread."""
        with self._lock:
            self._heard.update(keys)
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

    def clear(self) -> set[str]:
        """Forget the news so far, and return the keys that it is of.

        Call it before looking, so that none is missed.
        """
        self._event.clear()
        self._woken = False
        with self._lock:
            heard, self._heard = self._heard, set()
        return heard


@dataclass(slots=True)
class _Topic:
    """Who listens to one key, how often there was news, and what was last built of it, when."""

    listeners: set[Listener] = field(default_factory=set)
    edition: int = 0
    built: tuple[int, float, Any] | None = None


class Board:
    """Listeners by key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._topics: dict[str, _Topic] = {}

    def publish(self, *keys: str) -> None:
        """Wake all who listen to one of *keys*, each once."""
        with self._lock:
            topics = [self._topics[key] for key in (*keys, ALL) if key in self._topics]
            for topic in topics:
                topic.edition += 1
            listeners = set[Listener]().union(*(topic.listeners for topic in topics))
        for listener in listeners:
            listener.wake(*keys)

    @contextlib.contextmanager
    def listen(self, *keys: str) -> Iterator[Listener]:
        """Listen to *keys* on the running event loop."""
        listener = Listener(asyncio.get_running_loop())
        with self._lock:
            for key in keys:
                self._topics.setdefault(key, _Topic()).listeners.add(listener)
        try:
            yield listener
        finally:
            with self._lock:
                for key in keys:
                    self._topics[key].listeners.discard(listener)
                    if not self._topics[key].listeners:
                        del self._topics[key]

    def shared(self, key: str, build: Callable[[], T], lasts: Callable[[T], float]) -> T:
        """What *build* gives, built once for all who listen to *key*.

        It is built anew after news, and where it is older than the seconds that it *lasts*.
        """
        with self._lock:
            topic = self._topics.get(key)
            edition = topic.edition if topic else 0
            known = topic.built if topic else None
        begun = time.monotonic()
        if known and known[0] == edition and begun - known[1] < lasts(known[2]):
            found: T = known[2]
            return found
        found = build()
        if topic:
            with self._lock:
                # Where news came meanwhile, it is built anew for whoever asks next.
                topic.built = (edition, begun, found)
        return found

    @property
    def watchers(self) -> int:
        """How many listen now."""
        with self._lock:
            return len(set().union(*(topic.listeners for topic in self._topics.values())))
