"""How one owner's waiting generations are arranged, and moved. Pure.

Between owners it goes by turns (`studio.jobs.turns`): what people arrange never pushes anybody else
back.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from storage.records import Generation

AT_ONCE = 2
"""Prompts of ours a server holds: one runs, one waits so that the GPU never does."""
LOW, NORMAL, HIGH = -1, 0, 1
NEXT_POSITION = 1e-6
"""From one position to the next, where the clock does not tell them apart."""

Key = tuple[int, float, str]
"""Sorts one owner's generations as they want them; the last part is the id."""


def key_of(generation: Generation) -> Key:
    """Priority first, then position."""
    return (-generation.priority, generation.position, generation.id)


def arranged(own: Iterable[Generation]) -> list[Generation]:
    """One owner's generations as they want them."""
    return sorted(own, key=key_of)


def moved(own: Sequence[Generation], id_: str, to: int) -> dict[str, dict[str, Any]]:
    """What to change so that *id_* comes to index *to* among its owner's, all else as it was.

    Returns fields by generation id: every one gets a position of its own, and *id_* the priority
    of the place that it moves into.
    """
    order = arranged(own)
    this = next((g for g in order if g.id == id_), None)
    if this is None:
        return {}
    order.remove(this)
    to = max(0, min(to, len(order)))
    order.insert(to, this)
    neighbours = [g.priority for g in (*order[max(0, to - 1) : to], *order[to + 1 : to + 2])]
    highest, lowest = max(neighbours, default=0), min(neighbours, default=0)
    priority = min(max(this.priority, lowest), highest)
    positions = _rising(g.position for g in order)
    changes: dict[str, dict[str, Any]] = {
        g.id: {"position": p} for g, p in zip(order, positions, strict=True) if g.position != p
    }
    if priority != this.priority:
        changes.setdefault(id_, {})["priority"] = priority
    return changes


def _rising(positions: Iterable[float]) -> list[float]:
    """*positions* in order, none of them twice: of equal ones none could be put first."""
    rising = list[float]()
    for position in sorted(positions):
        least = math.nextafter(rising[-1], math.inf) if rising else position
        rising.append(max(position, least))
    return rising
