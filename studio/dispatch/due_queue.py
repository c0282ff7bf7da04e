"""Which job is looked at next, and when. `_lock` guards `_due` and `_busy`."""

import threading
import time
from collections.abc import Callable


class DueQueue:
    """Ids that are due at a time, each once, and each with one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._due: dict[str, float] = {}
        self._busy: set[str] = set()
        self._closed = False

    def close(self) -> None:
        """Let every `take` go."""
        with self._lock:
            self._closed = True
            self._wake.notify_all()

    @property
    def closed(self) -> bool:
        """Whether nothing is to be looked at any more."""
        with self._lock:
            return self._closed

    def add(self, id_: str, after: float = 0.0) -> None:
        """Look at *id_* in *after* seconds, or sooner where that is due anyway."""
        at = time.monotonic() + after
        with self._lock:
            self._due[id_] = min(at, self._due.get(id_, at))
            self._wake.notify_all()

    def take(self, wanted: Callable[[str], bool]) -> str | None:
        """Wait for an id that is due, *wanted* and with nobody; None once closed.

        It stays with the caller until `done`. *wanted* must be quick.
        """
        with self._lock:
            while not self._closed:
                free = [(at, i) for i, at in self._due.items() if i not in self._busy and wanted(i)]
                at, id_ = min(free, default=(None, ""))
                wait = None if at is None else at - time.monotonic()
                if wait is not None and wait <= 0:
                    del self._due[id_]
                    self._busy.add(id_)
                    return id_
                self._wake.wait(wait)
        return None

    def done(self, id_: str) -> None:
        """Give *id_* back."""
        with self._lock:
            self._busy.discard(id_)
            self._wake.notify_all()
