"""Our own order of what waits. Pure."""

from collections.abc import Callable, Iterable

from storage.records import Generation, Status

AT_ONCE = 2
"""Prompts of ours a server holds: one runs, one waits so that the GPU never does."""


def in_order(waiting: Iterable[Generation]) -> list[Generation]:
    """What waits, next first: higher priority, then position, then age."""
    queued = (g for g in waiting if g.status is Status.QUEUED)
    return sorted(queued, key=lambda g: (-g.priority, g.position, g.id))


def next_up(
    waiting: Iterable[Generation], can_run: Callable[[Generation], bool]
) -> Generation | None:
    """The first in order that is not held and that *can_run* says yes to."""
    return next((g for g in in_order(waiting) if not g.held and can_run(g)), None)


def place(waiting: Iterable[Generation], id_: str) -> int:
    """Place of *id_* among what waits, from 1; 0 where it does not wait."""
    for number, generation in enumerate(in_order(waiting), 1):
        if generation.id == id_:
            return number
    return 0


def between(before: float | None, after: float | None) -> float:
    """A position between two neighbours; None is the open end."""
    if before is None and after is None:
        return 0.0
    if before is None:
        return (after or 0.0) - 1.0
    return before + 1.0 if after is None else (before + after) / 2
