"""What a server says of its queue, in ``/queue``. Pure."""

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

MAX_QUEUE = 100_000
"""Entries read of each list."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Prompt ids on the server: running, and waiting in the order in which they will run."""

    running: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()

    def place(self, prompt_id: str) -> int:
        """1 is next to run; 0 is not waiting."""
        return self.pending.index(prompt_id) + 1 if prompt_id in self.pending else 0


def read_queue(data: Mapping[str, Any]) -> Queue:
    """Return the queue in *data*; pending comes in heap order, its numbers tell the real one."""
    return Queue(
        tuple(id_ for _, id_ in _entries(data.get("queue_running"))),
        tuple(id_ for _, id_ in sorted(_entries(data.get("queue_pending")))),
    )


def _entries(value: Any) -> list[tuple[float, str]]:
    """(number, prompt id) of queue entries ``[number, id, prompt, extra, outputs]``."""
    if not isinstance(value, list):
        return []
    return [
        (finite(e[0]), e[1])
        for e in value[:MAX_QUEUE]
        if isinstance(e, list) and len(e) > 1 and isinstance(e[1], str)
    ]


def finite(value: Any) -> float:
    """Return a number in JSON, which may be larger than any float, or NaN; 0 for anything else."""
    if not isinstance(value, int | float):
        return 0.0
    with suppress(OverflowError):
        return float(value) if math.isfinite(value) else 0.0
    return 0.0
