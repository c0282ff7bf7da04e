"""Threads of the background: how they start, are asked to end, and are waited for.

They are all daemons: one that a server, a name look-up or a disk holds up does not keep the
program from ending, and finds everything closed when it comes back.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable

log = logging.getLogger(__name__)

JOIN_SECONDS = 1.5
"""How long closing one part, or all of them together, waits for their threads."""


def join(threads: Iterable[threading.Thread], seconds: float = JOIN_SECONDS) -> None:
    """Wait at most *seconds* in all for *threads*; those never started count as ended."""
    until = time.monotonic() + seconds
    for thread in threads:
        if thread.is_alive() and thread is not threading.current_thread():
            thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                log.warning("the thread “%s” is left behind: it waits for an answer", thread.name)


class Threaded:
    """Something with threads of its own, which begin and end together.

    `_ending` is set once the end is asked for. Whoever waits for anything else overrides `_rouse`.
    """

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the threads; returns at once."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask the threads to end; returns at once."""
        self._ending.set()
        self._rouse()

    def close(self, seconds: float = JOIN_SECONDS) -> None:
        """Stop, and wait at most *seconds* for the threads, any of which may wait for an answer."""
        self.stop()
        self._wait(seconds)

    def _runs(self, name: str, run: Callable[..., None], *arguments: object) -> None:
        """Have a thread *name* that does *run* with *arguments*, once `start` is called."""
        self._threads.append(threading.Thread(target=run, args=arguments, name=name, daemon=True))

    def _rouse(self) -> None:
        """Wake the threads from whatever they wait for."""

    def _wait(self, seconds: float) -> None:
        join(self._threads, seconds)
