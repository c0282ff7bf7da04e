"""The streams that are open, so that they can be counted, and ended when the program is."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator


class Streams:
    """Open streams; `_lock` guards `_open`. `close` may come from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._closed = False

    @contextlib.contextmanager
    def opened(self) -> Iterator[asyncio.Event]:
        """Count one stream; the event is set when it is to end."""
        ending = asyncio.Event()
        with self._lock:
            self._open[ending] = asyncio.get_running_loop()
            if self._closed:
                ending.set()
        try:
            yield ending
        finally:
            with self._lock:
                self._open.pop(ending, None)

    @property
    def count(self) -> int:
        """How many are open."""
        with self._lock:
            return len(self._open)

    def close(self) -> None:
        """Ask all to end, and those to come."""
        with self._lock:
            self._closed = True
            for ending, loop in self._open.items():
                with contextlib.suppress(RuntimeError):  # the loop may be gone already
                    loop.call_soon_threadsafe(ending.set)
