"""What servers said was wrong with a prompt, problem by problem, for the form it came from.

The record keeps the sentence; this keeps where on a form each problem belongs, for a while.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence

from comfy.errors import Problem

MAX_KEPT = 200
"""Presses remembered; the oldest goes first. After a restart there are none."""


class Refusals:
    """The latest refusals, by press. `_lock` guards `_kept`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Problem, ...]] = OrderedDict()

    def keep(self, press: str, problems: Sequence[Problem]) -> None:
        """Remember why a generation of *press* was refused; the first of a press counts."""
        with self._lock:
            self._kept.setdefault(press, tuple(problems))
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)

    def of(self, press: str) -> tuple[Problem, ...]:
        """The problems of *press*; none where it was not refused, or long ago."""
        with self._lock:
            return self._kept.get(press, ())
