"""An event loop whose time passes only while it waits, and then at once.

What is tested with it sees exact times, however busy the machine is, and takes no time itself. Only
what goes by the loop's own clock may be waited for: no thread, no socket.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run *main* to its end, and return what it returns."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.clock = _Clock()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.now


class _Clock(selectors.DefaultSelector):
    """A selector that puts its clock forward instead of waiting."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("it waits for something that is not of this loop")
            self.now += timeout
        return ready
