"""When what waits will start and end, from what is known of each. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    """Seconds from now until a generation starts and ends; None where that is not known."""

    starts_in: float | None = None
    ends_in: float | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A generation that a server has: whether it runs, its seconds left (or to run), its place.

    `place` counts the server's whole queue from 1, 0 where it runs or nothing is known.
    """

    runs: bool
    seconds: float | None
    place: int = 0


def on_server(held: Sequence[Held]) -> list[Slot]:
    """Give each of what one server has of ours, in the order in which it runs them, its slot.

    Where somebody else's prompt comes before one of ours, nobody knows how long that takes.
    """
    free: float | None = 0.0
    slots = []
    for number, one in enumerate(held):
        before = [earlier for earlier in held[:number] if not earlier.runs]
        ours_only = number > 0 and held[0].runs and one.place == len(before) + 1
        start = 0.0 if one.runs else free if ours_only else None
        free = None if start is None or one.seconds is None else start + one.seconds
        slots.append(Slot(start, free))
    return slots


def schedule(busy: Iterable[float | None], waiting: Sequence[float | None]) -> list[Slot]:
    """Give each of *waiting*, in order, to the server that is free first.

    *busy* are each server's seconds until it is free, *waiting* the seconds that each generation
    will run. Where one is unknown, nothing is said of what comes after it on that server: a
    forecast without a basis would be a lie.
    """
    free: list[float | None] = list(busy)
    slots = []
    for seconds in waiting:
        if not free or any(at is None for at in free):
            slots.append(Slot())
            continue
        known = [at for at in free if at is not None]
        start = min(known)
        end = None if seconds is None else start + seconds
        free[free.index(start)] = end
        slots.append(Slot(start, end))
    return slots
