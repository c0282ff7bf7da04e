"""Sums past months up in the background, so that statistics of years are there at a click."""

import logging
import time

from comfy.client.threads import Threaded
from storage.errors import StorageError, StoreClosed
from storage.store import Store

log = logging.getLogger(__name__)

FIRST_SECONDS = 10.0
"""From the start to the first look: a page comes first."""
EVERY_SECONDS = 60.0
"""Between looks for months that ended, or were changed."""


class Summing(Threaded):
    """One thread that looks for months to sum up."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._runs("summing", self._run)

    def _run(self) -> None:
        pause = FIRST_SECONDS
        while not self._ending.wait(pause):
            pause = EVERY_SECONDS
            try:
                self._store.timings.sum_up(time.time(), lambda: not self._ending.is_set())
            except StoreClosed:
                return
            except StorageError as error:
                log.warning("Past months are not summed up yet: %s", error)
            except Exception:
                log.exception("Past months could not be summed up")  # the next time may go well
