"""Levels, noise and how long the noise remembers, none of them moved by a few outliers. Pure."""

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SIGMA = 1.4826
_CLIPPED = 2.5
"""Deviations beyond which a point counts as this far off only."""
MOST_MEMORY = 0.95
_UNSEEN = 4.5
"""Points' worth by which few of them show less of a memory than there is (Kendall's bias)."""
_HALVINGS = 40


def median(values: Floats) -> float:
    """As numpy's, which takes several times as long for so few."""
    ordered = np.sort(values)
    return float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def noise_of(parts: list[Floats]) -> float:
    """The deviation of values around the medians of their *parts*: 1.4826 × MAD."""
    return _SIGMA * median(np.concatenate([np.abs(part - median(part)) for part in parts]))


def step_between(before: Floats, after: Floats) -> tuple[float, float, float]:
    """By how much the level differs, that number's own deviation, and the noise.

    All of the differences if points are independent of one another.
    """
    noise = noise_of([before, after])
    if noise <= 0:
        return median(after) - median(before), 0.0, 0.0
    near = [_clipped(part, noise) for part in (before, after)]
    squares = sum(float(((part - part.mean()) ** 2).sum()) for part in near)
    count = len(before) + len(after)
    deviation = math.sqrt(max(squares / max(1, count - 2), (noise / 2) ** 2))
    apart = float(near[1].mean() - near[0].mean())
    return apart, deviation * math.sqrt(1 / len(before) + 1 / len(after)), noise


def _clipped(values: Floats, noise: float) -> Floats:
    middle = median(values)
    return np.clip(values, middle - _CLIPPED * noise, middle + _CLIPPED * noise)


def memory(logs: Floats, edges: list[int]) -> float:
    """How much a point resembles the one before (0…1), beyond the levels between *edges*.

    The larger of what differences and what deviations from the levels say: a machine that is slow
    for a while tells as much as fewer points would.
    """
    parts = [logs[a:b] for a, b in pairwise(edges)]
    noise = noise_of(parts)
    if noise <= 0:
        return 0.0
    off = [_clipped(part, noise) - median(part) for part in parts]
    seen = max(0.0, _by_differences(off), _by_products(np.concatenate(off)))
    return min(MOST_MEMORY, seen + _UNSEEN * (1 + 3 * seen) / len(logs))


def inflation(resemblance: float) -> float:
    """How many times more a mean of such points deviates than one of independent points."""
    return math.sqrt((1 + resemblance) / (1 - resemblance))


def _by_differences(parts: list[Floats]) -> float:
    """By how much less points beside one another differ than those two and three apart."""
    near, far, further = (_difference(parts, apart) for apart in (1, 2, 3))
    if near <= 0:
        return 0.0
    second = far / near - 1
    third = (math.sqrt(max(0.0, 4 * further / near - 3)) - 1) / 2
    return (second + third) / 2


def _difference(parts: list[Floats], apart: int) -> float:
    """The mean square between points *apart* from one another within a part."""
    squares = np.concatenate([(part[apart:] - part[:-apart]) ** 2 for part in parts])
    return float(squares.mean()) if len(squares) else 0.0


def _by_products(off: Floats) -> float:
    whole = float(off @ off)
    return float(off[1:] @ off[:-1]) / whole if whole > 0 else 0.0


def shrunk(estimate: float, deviation: float, least: float) -> float:
    """What an *estimate* stands for that would not have been told below *least*; both positive.

    Of the sizes that noise makes look large enough, the larger ones are told: the size is taken
    whose told estimates lie half below this one. Between nothing and *estimate*.
    """
    if deviation <= 0 or estimate - least > 4 * deviation:
        return estimate
    low, high = 0.0, estimate
    for _ in range(_HALVINGS):
        size = (low + high) / 2
        beyond, above = (_tail((one - size) / deviation) for one in (least, estimate))
        if above > beyond / 2 > 0:
            high = size
        else:
            low = size
    return (low + high) / 2


def _tail(deviations: float) -> float:
    """The share of a normal distribution beyond so many *deviations*; exact far out, too."""
    return math.erfc(deviations / math.sqrt(2)) / 2
