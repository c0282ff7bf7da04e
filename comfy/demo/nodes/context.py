"""What a node may ask of the engine while it runs."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from comfy.demo.settings import EngineSettings

T = TypeVar("T")
Json = dict[str, Any]

MAX_WARM = 2
"""Checkpoints that stay loaded."""
IDLE_SECONDS = 0.02
"""How often a dead worker looks whether it may live again."""
REFERENCE_MEGAPIXELS = 0.262144
LEAST_WORK = 0.2


MAX_PIXELS = 34_000_000
"""Of all pictures of a batch together: two of 4096 × 4096."""
OUT_OF_MEMORY = (
    "Allocation on device 0 would exceed allowed memory. (out of memory)\n"
    "This error means you ran out of memory on your GPU.\n\nTIPS: If the workflow worked before "
    "you might have accidentally set the batch_size to a large number."
)
OUT_OF_MEMORY_TYPE = "torch.OutOfMemoryError"


class NodeError(Exception):
    """A node failed in a known way: `kind` is the exception type to report."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class Interrupted(Exception):
    """Somebody stopped the prompt."""


class Reporter(Protocol):
    """Where progress goes."""

    def progress(
        self, node: str, value: float, max_: float, preview: tuple[bytes, str] | None = None
    ) -> None:
        """Tell that *node* has done *value* of *max_*; a preview is (bytes, media type)."""


@dataclass
class Memory:
    """What stays loaded between prompts, most recent last."""

    warm: list[str] = field(default_factory=list)

    def load(self, name: str) -> bool:
        """Whether *name* had to be loaded; it is warm from now on."""
        cold = name not in self.warm
        self.warm = [*(n for n in self.warm if n != name), name][-MAX_WARM:]
        return cold


@dataclass
class Context:
    """One node's view of the engine. `prompt` and `extra` are the whole prompt's."""

    node: str
    prompt: Json
    extra: Json
    folder: Path
    settings: EngineSettings
    memory: Memory
    executor: Executor
    reporter: Reporter
    interrupted: asyncio.Event
    is_dead: Callable[[], bool]
    stage: Callable[[str], None]
    temp_prefix: str

    @property
    def preview_method(self) -> str:
        """``none`` unless the prompt asks for previews."""
        return str(self.extra.get("preview_method") or "none")

    async def work(self, steps: float) -> None:
        """Let the time of that many 512 × 512 sampling steps pass."""
        await self.until(time.monotonic() + steps * self.settings.step_seconds)

    async def until(self, moment: float) -> None:
        """Wait until *moment* (monotonic seconds). Raises Interrupted."""
        while self.is_dead():  # noqa: ASYNC110 - the switch may be set from any thread
            await asyncio.sleep(IDLE_SECONDS)
        left = moment - time.monotonic()
        if left > 0:
            try:
                await asyncio.wait_for(self.interrupted.wait(), left)
            except TimeoutError:
                return
        self.check()

    def check(self) -> None:
        """Raise Interrupted if somebody stopped the prompt."""
        if self.interrupted.is_set():
            raise Interrupted

    async def compute(self, function: Callable[..., T], *args: Any) -> T:
        """Run *function* off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, function, *args)

    def progress(self, value: float, max_: float, preview: tuple[bytes, str] | None = None) -> None:
        """Report *value* of *max_*."""
        self.reporter.progress(self.node, value, max_, preview)


def afford(width: int, height: int, batch: int = 1) -> None:
    """Fail as a full graphics card does, rather than fill this machine's memory."""
    if width * height * batch > MAX_PIXELS:
        raise NodeError(OUT_OF_MEMORY, OUT_OF_MEMORY_TYPE)


def work_scale(width: int, height: int, batch: int = 1) -> float:
    """Time of a step at this size, in steps of one 512 × 512 picture."""
    megapixels = width * height * batch / 1e6
    return max(LEAST_WORK, float((megapixels / REFERENCE_MEGAPIXELS) ** 0.9))
