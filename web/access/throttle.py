"""How often somebody may fail before they have to wait."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW_SECONDS = 300.0
MAX_FAILURES_PER_ADDRESS = 10
"""Failures within the window from one address."""
MAX_FAILURES_PER_ACCOUNT = 30
"""Failures within the window on one account, from wherever; more than any owner mistypes."""
MAX_KEYS = 10_000
"""Addresses and accounts remembered; the one that failed longest ago is forgotten first."""


class Throttle:
    """Counts failures by key within a sliding window. Safe to call from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()  # guards _failures
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, limits: dict[str, int]) -> float:
        """Return the seconds until another try is allowed under all *limits* by key, else 0."""
        now = self._clock()
        with self._lock:
            return max((self._left(key, limit, now) for key, limit in limits.items()), default=0.0)

    def failed(self, *keys: str) -> None:
        """Count a failure for each of *keys*."""
        now = self._clock()
        with self._lock:
            for key in keys:
                times = self._failures.setdefault(key, deque(maxlen=MAX_FAILURES_PER_ACCOUNT))
                times.append(now)
                self._failures.move_to_end(key)
            while len(self._failures) > MAX_KEYS:
                self._failures.popitem(last=False)

    def failures(self, *keys: str) -> int:
        """The most failures within the window that one of *keys* has."""
        now = self._clock()
        with self._lock:
            return max((len(self._recent(key, now)) for key in keys), default=0)

    def succeeded(self, *keys: str) -> None:
        """Forget the failures of *keys*."""
        with self._lock:
            for key in keys:
                self._failures.pop(key, None)

    def _left(self, key: str, limit: int, now: float) -> float:
        recent = self._recent(key, now)
        return recent[-limit] + WINDOW_SECONDS - now if len(recent) >= limit else 0.0

    def _recent(self, key: str, now: float) -> list[float]:
        return [t for t in self._failures.get(key, ()) if now - t < WINDOW_SECONDS]
