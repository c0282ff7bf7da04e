"""What a server says of its queue, in ``/queue`` and ``/prompt``. Pure.

An answer that is not shaped as ComfyUI's says nothing: what is not in it is not absent.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comfy.protocol.json_values import real

MAX_QUEUE = 100_000
"""Entries of each list; more is no queue that anybody waits for."""
MAX_REMAINING = 10**9
MAX_POSITION = sys.float_info.max
"""Who sends a prompt may give it any number as its place in the queue."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Prompt ids on the server: running, and waiting in the order in which they will run.

    `others` is how many more there are where the server was asked for ours alone; then no place is
    known.
    """

    running: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    others: int = 0

    def __len__(self) -> int:
        return len(self.running) + len(self.pending) + self.others

    def __contains__(self, prompt_id: str) -> bool:
        return prompt_id in self.running or prompt_id in self.pending

    def place(self, prompt_id: str) -> int:
        """1 is next to run; 0 is not waiting, or not known."""
        if self.others or prompt_id not in self.pending:
            return 0
        return self.pending.index(prompt_id) + 1


def read_queue(data: Mapping[str, Any]) -> Queue:
    """Return the queue in *data*; pending comes in heap order, its numbers tell the real one.

    Raises ValueError where it is none.
    """
    return Queue(
        tuple(id_ for _, id_ in _entries(data.get("queue_running"))),
        tuple(id_ for _, id_ in sorted(_entries(data.get("queue_pending")))),
    )


def read_remaining(data: Mapping[str, Any]) -> int:
    """Return how many prompts wait or run, from ``{"exec_info": {"queue_remaining": n}}``.

    Raises ValueError where it does not say.
    """
    info = data.get("exec_info")
    remaining = info.get("queue_remaining") if isinstance(info, Mapping) else None
    if not isinstance(remaining, int) or not 0 <= remaining <= MAX_REMAINING:
        raise ValueError("no queue_remaining")
    return remaining


def _entries(value: Any) -> list[tuple[float, str]]:
    """(number, prompt id) of queue entries ``[number, id, prompt, extra, outputs]``."""
    if not isinstance(value, list) or len(value) > MAX_QUEUE:
        raise ValueError("no list of prompts")
    entries = []
    for entry in value:
        if not (isinstance(entry, list) and len(entry) > 1 and isinstance(entry[1], str)):
            raise ValueError("an entry that is no prompt")
        entries.append((real(entry[0], MAX_POSITION), entry[1]))
    return entries
