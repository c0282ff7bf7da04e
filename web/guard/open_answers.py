"""How many answers without an end, as pages and followers hold them, may be open at once."""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator

from web.http.refusal import Refusal

MAX_OF_ONE = 500
"""Of one viewer; an open page has two or three."""
RETRY_SECONDS = 10


class Crowd:
    """Counts open answers; `_lock` guards `_open`. *most* is the limit over all viewers."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._open: Counter[str] = Counter()

    @contextlib.contextmanager
    def among(self, whose: str) -> Iterator[None]:
        """Count one more of *whose* until the block ends. Raises Refusal with 429."""
        with self._lock:
            if self._open[whose] >= MAX_OF_ONE or self._open.total() >= self.most:
                raise Refusal(
                    429,
                    "Too many pages are open: close some, then load this one again.",
                    headers={"Retry-After": str(RETRY_SECONDS)},
                )
            self._open[whose] += 1
        try:
            yield
        finally:
            with self._lock:
                self._open[whose] -= 1
                if not self._open[whose]:
                    del self._open[whose]
