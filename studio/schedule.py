"""When what waits will start and end, from what is known of each. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    """Seconds from now until a generation starts and ends; None where that is not known."""

    starts_in: float | None = None
    ends_in: float | None = None


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
