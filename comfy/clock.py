"""The clock of the core: it reads like the wall clock, but never jumps.

``now()`` is taken from the wall once, when this is imported, and goes on by the monotonic clock.
A wall clock that is set right, back or ahead does not move it, and where the system's monotonic
clock stands still in suspend (Linux, macOS), a night's sleep is no time at all. It therefore
drifts away from the wall: what is stored or shown as a time of day passes ``wall()`` first.
"""

import time

_WALL_AT_START = time.time()
_MONOTONIC_AT_START = time.monotonic()


def now() -> float:
    """Seconds since the epoch as of the start, and since then by the monotonic clock."""
    return _WALL_AT_START + (time.monotonic() - _MONOTONIC_AT_START)


def wall(at: float) -> float:
    """The time of day, in epoch seconds, that a moment *at* of ``now()`` has by today's wall clock.

    A moment before a night's suspend comes out as late as the work since then is long: two
    moments stay as far apart as they were by ``now()``.
    """
    return at + (time.time() - now())


def wall_of(at: float | None) -> float | None:
    """`wall` of a moment that need not be known; None where it is not."""
    return None if at is None else wall(at)


def asleep() -> float:
    """Seconds that this machine has been suspended since it was started; 0 where it cannot tell.

    Only the difference of two calls means anything.
    """
    with_sleep = getattr(time, "CLOCK_BOOTTIME", None)
    if with_sleep is not None:  # Linux
        return max(0.0, time.clock_gettime(with_sleep) - time.monotonic())
    awake = getattr(time, "CLOCK_UPTIME_RAW", None)
    if awake is not None:  # macOS
        return max(0.0, time.clock_gettime(time.CLOCK_MONOTONIC) - time.clock_gettime(awake))
    return 0.0


__all__ = ["asleep", "now", "wall", "wall_of"]
