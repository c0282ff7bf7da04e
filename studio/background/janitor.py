"""What is to be done from time to time, on one thread of its own."""

import logging
import threading
from collections.abc import Callable, Sequence

from comfy.client.threads import Threaded
from storage.errors import StorageError

log = logging.getLogger(__name__)

EVERY = 3600.0
"""Seconds between two rounds."""

Chore = Callable[[Callable[[], bool]], None]
"""Takes a function that says whether to stop, which long ones ask."""


class Janitor(Threaded):
    """Does its *chores* at start, then again and again; `wake` calls for a round now."""

    def __init__(self, chores: Sequence[Chore], every: float = EVERY) -> None:
        super().__init__()
        self._chores = chores
        self._every = every
        self._woken = threading.Event()
        self._runs("janitor", self._run)

    def wake(self) -> None:
        """Let the next round begin now."""
        self._woken.set()

    def _rouse(self) -> None:
        self._woken.set()

    def _run(self) -> None:
        while not self._ending.is_set():
            self._woken.clear()
            for chore in self._chores:
                if not self._ending.is_set():
                    self._do(chore)
            if not self._ending.is_set():
                self._woken.wait(self._every)

    def _do(self, chore: Chore) -> None:
        try:
            chore(self._ending.is_set)
        except StorageError as error:
            if not self._ending.is_set():
                log.warning("Tidying up is put off: %s", error)
        except Exception:
            log.exception("Tidying up failed")  # the other chores, and the next round, still count
