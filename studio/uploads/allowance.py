"""How many bytes each may send within an hour."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW_SECONDS = 3600.0
GRAIN_SECONDS = 60.0
"""What is sent within so long is remembered as one sum."""
MAX_KEYS = 10_000
"""Senders remembered; the one who sent nothing for longest is forgotten first."""


class Allowance:
    """At most *most* bytes an hour for each key; `_lock` guards `_sent`."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._sent: OrderedDict[str, deque[tuple[float, int]]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Seconds until *key* may send again; 0 for now. What goes over it is one body at most."""
        now = self._clock()
        with self._lock:
            sent = [one for one in self._sent.get(key, ()) if now - one[0] < WINDOW_SECONDS]
        total = sum(size for _, size in sent)
        for at, size in sent:
            if total < self._most:
                break
            total -= size
            if total < self._most:
                return max(1.0, at + WINDOW_SECONDS - now)
        return 0.0

    def add(self, key: str, size: int) -> None:
        """Note that *key* has sent *size* bytes."""
        now = self._clock()
        with self._lock:
            sums = self._sent.setdefault(key, deque())
            self._sent.move_to_end(key)
            while sums and now - sums[0][0] >= WINDOW_SECONDS:
                sums.popleft()
            if sums and now - sums[-1][0] < GRAIN_SECONDS:
                at, before = sums.pop()
                sums.append((at, before + size))
            else:
                sums.append((now, size))
            while len(self._sent) > MAX_KEYS:
                self._sent.popitem(last=False)
