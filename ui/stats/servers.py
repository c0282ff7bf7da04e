"""The servers now: queue, memory, speed. Pure."""

from collections.abc import Iterable
from typing import Any, Protocol

from ui.stats import words
from ui.stats.pictures import Json


class LiveServer(Protocol):
    """What is known of one server now; None for what it does not tell. Memory in bytes."""

    @property
    def name(self) -> str: ...  # noqa: D102 # as the class says
    @property
    def running(self) -> int: ...  # noqa: D102
    @property
    def pending(self) -> int: ...  # noqa: D102
    @property
    def vram_total(self) -> int | None: ...  # noqa: D102
    @property
    def vram_free(self) -> int | None: ...  # noqa: D102
    @property
    def ram_total(self) -> int | None: ...  # noqa: D102
    @property
    def ram_free(self) -> int | None: ...  # noqa: D102
    @property
    def steps_per_second(self) -> float | None: ...  # noqa: D102
    @property
    def link(self) -> Any: ...  # noqa: D102


def cards(found: Iterable[LiveServer]) -> list[Json]:
    """A card a server."""
    return [_card(one) for one in found]


def _card(one: LiveServer) -> Json:
    memory = (
        _memory("VRAM", one.vram_total, one.vram_free),
        _memory("RAM", one.ram_total, one.ram_free),
    )
    return {
        "name": one.name,
        "link": str(one.link),
        "queue": queue(one.running, one.pending),
        "speed": words.rate(one.steps_per_second) if one.steps_per_second else "",
        "memory": [bar for bar in memory if bar],
    }


def queue(running: int, pending: int) -> str:
    """A queue in words."""
    if not running and not pending:
        return "Nothing in its queue"
    said = [f"{running} running"] if running else []
    return ", ".join([*said, f"{pending} waiting"]) if pending else said[0]


def _memory(name: str, total: int | None, free: int | None) -> Json | None:
    if not total or free is None:
        return None
    used = min(max(total - free, 0), total)
    return {
        "name": name,
        "share": used / total,
        "said": f"{words.size_of(used)} of {words.size_of(total)} used",
    }
