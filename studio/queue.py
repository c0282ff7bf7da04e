"""Our own order of what waits. Pure.

Whoever presses Generate takes the next place in one line for all. Within their own places
people arrange as they like: priority and moves never push anybody else back.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from storage.records import Generation, Status

AT_ONCE = 2
"""Prompts of ours a server holds: one runs, one waits so that the GPU never does."""
LOW, NORMAL, HIGH = -1, 0, 1


def in_order(waiting: Iterable[Generation]) -> list[Generation]:
    """What waits, next first."""
    queued = sorted(
        (g for g in waiting if g.status is Status.QUEUED), key=lambda g: (g.created_at, g.id)
    )
    own: dict[str, list[Generation]] = {}
    for generation in queued:
        own.setdefault(generation.owner, []).append(generation)
    turns = {owner: iter(arranged(theirs)) for owner, theirs in own.items()}
    return [next(turns[generation.owner]) for generation in queued]


def arranged(own: Iterable[Generation]) -> list[Generation]:
    """One owner's generations as they want them: priority first, then position."""
    return sorted(own, key=lambda g: (-g.priority, g.position, g.id))


def next_up(
    waiting: Iterable[Generation],
    can_run: Callable[[Generation], bool],
    paused: Collection[str] = (),
) -> Generation | None:
    """The first in order that is not held, whose owner has not *paused*, and that *can_run*."""
    for generation in in_order(waiting):
        if not generation.held and generation.owner not in paused and can_run(generation):
            return generation
    return None


def place(waiting: Iterable[Generation], id_: str) -> int:
    """Place of *id_* among what waits, from 1; 0 where it does not wait."""
    return next((n for n, g in enumerate(in_order(waiting), 1) if g.id == id_), 0)


def moved(own: Sequence[Generation], id_: str, to: int) -> dict[str, dict[str, Any]]:
    """What to change so that *id_* comes to index *to* among its owner's, all else as it was.

    Returns fields by generation id: every one gets a position, and *id_* the priority of the
    place that it moves into.
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
    positions = sorted(g.position for g in order)
    changes: dict[str, dict[str, Any]] = {
        g.id: {"position": p} for g, p in zip(order, positions, strict=True) if g.position != p
    }
    if priority != this.priority:
        changes.setdefault(id_, {})["priority"] = priority
    return changes
