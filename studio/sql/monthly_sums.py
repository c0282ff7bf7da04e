"""Sums past months up in the background, so that statistics of years are there at a click."""

import logging
import threading
import time

from comfy.client.threads import JOIN_SECONDS, join
from storage.errors import StorageError, StoreClosed
from storage.store import Store

log = logging.getLogger(__name__)

FIRST_SECONDS = 10.0
"""From the start to the first look: a page comes first."""
EVERY_SECONDS = 60.0
"""Between looks for months that ended, or were changed."""


class Summing:
    """One thread that looks for months to sum up."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="summing", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; returns at once."""
        self._stop.set()

    def close(self, seconds: float = JOIN_SECONDS) -> None:
        """Stop, and wait at most *seconds* for the thread."""
        self.stop()
        join([self._thread], seconds)

    def _run(self) -> None:
        pause = FIRST_SECONDS
        while not self._stop.wait(pause):
            pause = EVERY_SECONDS
            try:
                self._store.timings.sum_up(time.time(), lambda: not self._stop.is_set())
            except StoreClosed:
                return
            except StorageError as error:
                log.warning("Past months are not summed up yet: %s", error)
            except Exception:
                log.exception("Past months could not be summed up")  # the next time may go well
