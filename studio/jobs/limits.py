"""How much one owner may queue. Every new generation passes here, whichever way it came."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from studio.errors import StudioError, TooMany

MAX_WAITING = 1_000
"""Generations of one owner that may wait at once, unless set otherwise."""
MAX_PER_MINUTE = 2_000
"""Generations that one owner may queue within a minute, unless set otherwise."""
MAX_WAITING_TOTAL = 10_000
"""Generations of everybody that may wait at once; more is a mistake somewhere."""
MINUTE = 60.0
ASK_AGAIN = 30.0
"""Seconds after which some of what waits has probably begun."""
OWNERS_REMEMBERED = 1_000
"""Owners whose last minute is remembered before those who queued nothing in it are forgotten."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What each owner may have: waiting at once, and queued within a minute."""

    waiting: int = MAX_WAITING
    per_minute: int = MAX_PER_MINUTE


USUAL_LIMITS = Limits()


class Guard:
    """Lets what fits pass, whole or not at all.

    `_lock` guards `_coming`, how many of each owner are being stored, and `_queued`, when
    (monotonic) each owner queued how many within the last minute.
    """

    def __init__(
        self, limits: Limits = USUAL_LIMITS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._coming: Counter[str] = Counter()
        self._queued: dict[str, deque[tuple[float, int]]] = {}

    @contextmanager
    def room(
        self, owner: str, count: int, waiting: Callable[[str | None], int], *, is_new: bool = True
    ) -> Iterator[None]:
        """Keep room for *count* more of *owner*'s while they are being stored.

        *waiting* tells how many wait already, of one owner or (None) of all. What *is_new* counts
        for the minute too, unless it could not be stored. Raises StudioError, TooMany.
        """
        with self._lock:
            self._check_waiting(owner, count, waiting)
            entry = self._check_minute(owner, count) if is_new else None
            self._coming[owner] += count
        try:
            yield
        except BaseException:
            with self._lock:
                if entry and entry in self._queued.get(owner, ()):
                    self._queued[owner].remove(entry)
            raise
        finally:
            with self._lock:
                self._coming[owner] -= count
                if not self._coming[owner]:
                    del self._coming[owner]

    def _check_waiting(self, owner: str, count: int, waiting: Callable[[str | None], int]) -> None:
        most = self._limits.waiting
        if count > most:
            raise StudioError(f"At most {most:,} can be queued at once: make fewer than {count:,}.")
        have = waiting(owner) + self._coming[owner]
        if have + count > most:
            raise TooMany(
                f"{have:,} of your jobs wait already, and {count:,} more would be over the limit "
                f"of {most:,}: let some finish, or cancel some.",
                ASK_AGAIN,
            )
        if waiting(None) + self._coming.total() + count > MAX_WAITING_TOTAL:
            raise TooMany(
                f"The queue is full: {MAX_WAITING_TOTAL:,} jobs of everybody wait. "
                "Try again when some have finished.",
                ASK_AGAIN,
            )

    def _check_minute(self, owner: str, count: int) -> tuple[float, int]:
        """Note *count* more, and return what was noted."""
        now, most = self._clock(), self._limits.per_minute
        if count > most:
            raise StudioError(f"At most {most:,} can be queued a minute: make fewer at once.")
        queued = self._lately(owner, now)
        over = sum(n for _, n in queued) + count - most
        if over > 0:
            raise TooMany(
                f"You may queue {most:,} jobs a minute: wait a little, then try again.",
                MINUTE - (now - _until_gone(queued, over)),
            )
        queued.append(entry := (now, count))
        return entry

    def _lately(self, owner: str, now: float) -> deque[tuple[float, int]]:
        """What *owner* queued within the last minute, oldest first."""
        if len(self._queued) > OWNERS_REMEMBERED:
            recent = {o: q for o, q in self._queued.items() if q and q[-1][0] > now - MINUTE}
            self._queued = recent
        queued = self._queued.setdefault(owner, deque())
        while queued and queued[0][0] <= now - MINUTE:
            queued.popleft()
        return queued


def _until_gone(queued: deque[tuple[float, int]], over: int) -> float:
    """When the last of the oldest *over* was queued."""
    for at, count in queued:
        over -= count
        if over <= 0:
            return at
    return queued[-1][0]
