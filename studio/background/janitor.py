"""What is to be done from time to time, on one thread of its own."""

import logging
import threading
from collections.abc import Callable, Sequence

from comfy.client.threads import JOIN_SECONDS, join
from storage.errors import StorageError

log = logging.getLogger(__name__)

EVERY = 3600.0
"""Seconds between two rounds."""

Chore = Callable[[Callable[[], bool]], None]
"""Takes a function that says whether to stop, which long ones ask."""


class Janitor:
    """Does its *chores* at start, then again and again; `wake` calls for a round now."""

    def __init__(self, chores: Sequence[Chore], every: float = EVERY) -> None:
        self._chores = chores
        self._every = every
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="janitor", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Let the next round begin now."""
        self._woken.set()

    def stop(self) -> None:
        """Ask the thread to end; returns at once."""
        self._stopping.set()
        self._woken.set()

    def close(self, seconds: float = JOIN_SECONDS) -> None:
        """Stop, and wait at most *seconds* for the thread."""
        self.stop()
        join([self._thread], seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            for chore in self._chores:
                if not self._stopping.is_set():
                    self._do(chore)
            if not self._stopping.is_set():
                self._woken.wait(self._every)

    def _do(self, chore: Chore) -> None:
        try:
            chore(self._stopping.is_set)
        except StorageError as error:
            if not self._stopping.is_set():
                log.warning("Tidying up is put off: %s", error)
        except Exception:
            log.exception("Tidying up failed")  # the other chores, and the next round, still count
