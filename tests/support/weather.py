"""What can happen to a process that no server does to it: its time of day, and its disk."""

import resource
import time


class WallClock:
    """The time of day of this process, which can be set back and ahead by an `offset`."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset
        self._time, self._time_ns = time.time, time.time_ns
        time.time, time.time_ns = self._seconds, self._nanoseconds

    def _seconds(self) -> float:
        return self._time() + self.offset

    def _nanoseconds(self) -> int:
        return self._time_ns() + int(self.offset * 1e9)


def fill_disk(*, full: bool) -> None:
    """Let this process write no byte more to any file, as on a full disk; or let it again."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (0 if full else hard, hard))
