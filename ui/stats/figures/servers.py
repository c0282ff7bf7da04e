"""The servers now: queue, memory, speed. Pure."""

from collections.abc import Iterable

from studio.servers.loads import ServerLoad
from ui.stats.figures import words
from ui.stats.figures.pictures import Json

STALE_SECONDS = 30.0
"""Age from which on the memory's state is said to be old."""
UNTOLD = "It has not told how full its memory is."


def cards(found: Iterable[ServerLoad], now: float) -> list[Json]:
    """A card a server."""
    return [_card(one, now) for one in found]


def _card(one: ServerLoad, now: float) -> Json:
    bars = (
        _memory("VRAM", one.vram_total, one.vram_free),
        _memory("RAM", one.ram_total, one.ram_free),
    )
    memory = [bar for bar in bars if bar] if one.measured_at else []
    return {
        "name": one.name,
        "link": str(one.link),
        "queue": queue(one.running, one.pending),
        "speed": words.rate(one.steps_per_second) if one.steps_per_second else "",
        "memory": memory,
        "note": _age(now - one.measured_at) if memory and one.measured_at else UNTOLD,
    }


def queue(running: int, pending: int) -> str:
    """A queue in words."""
    if not running and not pending:
        return "Nothing in its queue"
    said = [f"{running} running"] if running else []
    return ", ".join([*said, f"{pending} waiting"]) if pending else said[0]


def _memory(name: str, total: int, free: int) -> Json | None:
    """One bar; None where the server did not say how much there is."""
    if total <= 0:
        return None
    used = min(max(total - free, 0), total)
    return {
        "name": name,
        "share": used / total,
        "said": f"{words.size_of(used)} of {words.size_of(total)}",
    }


def _age(seconds: float) -> str:
    return "" if seconds < STALE_SECONDS else f"Told {words.seconds(seconds)} ago."
