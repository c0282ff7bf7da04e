"""What waits, what runs, and what is over: the queue and history of an engine.

Lives on the engine's event loop; nothing here is for other threads.
"""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

MAX_HISTORY = 10_000


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as accepted. `number` orders it: less is sooner."""

    number: float
    prompt_id: str
    graph: Json
    extra_data: Json
    outputs: list[str]

    @property
    def client_id(self) -> str | None:
        """Whose socket gets its events; None: everybody gets the progress."""
        client = self.extra_data.get("client_id")
        return client if isinstance(client, str) else None

    def entry(self) -> list[Any]:
        """As ``/queue`` and ``/history`` show it."""
        return [self.number, self.prompt_id, self.graph, self.extra_data, self.outputs]


@dataclass
class Outcome:
    """How a prompt ended: UI outputs and messages, as the history keeps them."""

    outputs: Json = field(default_factory=dict)
    meta: Json = field(default_factory=dict)
    messages: list[list[Any]] = field(default_factory=list)
    status: str = "success"

    def entry(self, prompt: Prompt) -> Json:
        """As ``/history`` shows it."""
        status = {
            "status_str": self.status,
            "completed": self.status == "success",
            "messages": self.messages,
        }
        return {
            "prompt": prompt.entry(),
            "outputs": self.outputs,
            "status": status,
            "meta": self.meta,
        }


class Queue:
    """Pending prompts in a heap, at most one running, and the history.

    *changed* is called whenever the number of prompts left may have changed.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._heap: list[tuple[float, int, Prompt]] = []
        self._serial = itertools.count()
        self._numbers = itertools.count(1)
        self._filled = asyncio.Event()
        self.running: list[Prompt] = []
        self.history: Json = {}

    @property
    def pending(self) -> list[Prompt]:
        """Waiting prompts in heap order, which is not the order of running."""
        return [prompt for _, _, prompt in self._heap]

    @property
    def remaining(self) -> int:
        """Pending plus running."""
        return len(self._heap) + len(self.running)

    def number(self, body: Json) -> float:
        """The number for a new prompt; an own one as given, `front` before all others."""
        if "number" in body:
            return float(body["number"])
        number = next(self._numbers)
        return -number if body.get("front") else number

    def put(self, prompt: Prompt) -> None:
        """Add *prompt*."""
        heapq.heappush(self._heap, (prompt.number, next(self._serial), prompt))
        self._filled.set()
        self._changed()

    async def get(self) -> Prompt:
        """Wait for the next prompt and mark it running."""
        while not self._heap:
            self._filled.clear()
            await self._filled.wait()
        _, _, prompt = heapq.heappop(self._heap)
        self.running.append(prompt)
        self._changed()
        return prompt

    def done(self, prompt: Prompt, outcome: Outcome) -> None:
        """Write the history of *prompt*, which no longer runs."""
        self.running.remove(prompt)
        while len(self.history) >= MAX_HISTORY:
            self.history.pop(next(iter(self.history)))
        self.history[prompt.prompt_id] = outcome.entry(prompt)
        self._changed()

    def delete(self, prompt_id: str) -> bool:
        """Take one pending prompt of this id out; False where there is none."""
        for index, (_, _, prompt) in enumerate(self._heap):
            if prompt.prompt_id == prompt_id:
                del self._heap[index]
                heapq.heapify(self._heap)
                self._changed()
                return True
        return False

    def clear(self) -> list[Prompt]:
        """Take all pending prompts out and return them."""
        dropped = self.pending
        self._heap.clear()
        self._changed()
        return dropped

    def forget(self, *, history: bool = True) -> list[Prompt]:
        """Lose everything, as a restart does; return what was waiting or running."""
        dropped = self.pending + self.running
        self._heap.clear()
        self.running.clear()
        if history:
            self.history.clear()
        self._numbers = itertools.count(1)
        return dropped


def now_ms() -> int:
    """Milliseconds since the epoch, as in ComfyUI's timestamps."""
    return int(time.time() * 1000)
