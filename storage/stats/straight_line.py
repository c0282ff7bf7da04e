"""A straight line through a series, by medians, and whether it rises or falls. Pure."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storage.stats.rank_scores import even_scores, scores, sureness
from storage.stats.robust_level import inflation, median, memory

Floats = NDArray[np.float64]

GROUPS = 40
"""Neighbours are gathered in so many groups, and the line goes through their medians."""


@dataclass(frozen=True, slots=True)
class Line:
    """From `first` to `last`; `off` is the sum of what points are away from it.

    `spread` is how many times more a mean of those deviates than if they were independent.
    """

    first: float
    last: float
    off: float
    spread: float


def line_of(logs: Floats, at: Floats | None, needed: float, least: float) -> Line | None:
    """The line through *logs* at the times *at*; None where it is less sure than *needed*.

    Or where it rises or falls by less than *least*.
    """
    times = np.linspace(0.0, 1.0, len(logs)) if at is None else _unit(at)
    if times is None or _sure(logs) < needed:
        return None
    slope = _slope(logs, times)
    if abs(slope) < least:
        return None
    residual = logs - slope * times
    start = median(residual)
    off = np.abs(residual - start)
    spread = inflation(memory(residual, [0, len(residual)]))
    if not _outgrows(slope, times, off, needed * spread):
        return None
    return Line(start, start + slope, float(off.sum()), spread)


def _unit(at: Floats) -> Floats | None:
    """Times from 0 to 1; None where all are the same."""
    length = float(at[-1] - at[0])
    return (at - at[0]) / length if length > 0 else None


def _slope(logs: Floats, times: Floats) -> float:
    """Theil and Sen's: the median of the slopes between all pairs of groups."""
    groups = min(GROUPS, len(logs))
    parts = np.array_split(np.arange(len(logs)), groups)
    x = np.array([times[part].mean() for part in parts])
    y = np.array([median(logs[part]) for part in parts])
    first, second = np.triu_indices(groups, 1)
    apart = x[second] - x[first]
    known = apart > 0
    return median((y[second] - y[first])[known] / apart[known]) if known.any() else 0.0


def _sure(logs: Floats) -> float:
    """How surely *logs* rise or fall from one to the next, by ranks."""
    ranks, order = scores(logs), even_scores(len(logs))
    both = float(ranks @ ranks) * float(order @ order)
    if both <= 0:
        return 0.0
    return float(sureness(np.array(float(ranks @ order) ** 2 / both), len(logs)))


def _outgrows(slope: float, times: Floats, off: Floats, needed: float) -> bool:
    """Whether the line rises by more than its own deviation, times *needed*."""
    noise = 1.4826 * median(off)
    return abs(slope) * math.sqrt(float(((times - times.mean()) ** 2).sum())) > needed * noise
