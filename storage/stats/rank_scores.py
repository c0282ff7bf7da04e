"""How surely two parts of a series differ in level, by ranks. Pure.

Values count by their ranks alone, each as the place of its rank in a normal distribution (van der
Waerden's scores): neither outliers nor the shape of the noise make an alarm, yet the highest ten
of a thousand are not lost among them. Surenesses are in deviations of a normal distribution.
"""

import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

MIN_LENGTH = 8
"""Points on either side of a change, at least: fewer do not last."""
_NARROWER = math.sqrt(2)
"""How many times narrower windows are than those before them."""
_OVERLAP = 4
"""Windows that begin within the length of one."""
_LEAST = 1e-12


@lru_cache(maxsize=64)
def _cumulated(count: int) -> Floats:
    """The sums of the first scores of *count* different values, from none of them to all."""
    normal = NormalDist()
    each = [normal.inv_cdf((n + 0.5) / count) for n in range(count)]
    return np.concatenate([[0.0], np.cumsum(each)])


def scores(values: Floats) -> Floats:
    """Normal scores of *values*; equal ones share their mean."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    sums, ends = _cumulated(len(values)), np.cumsum(counts)
    return np.asarray(((sums[ends] - sums[ends - counts]) / counts)[place], dtype=np.float64)


def even_scores(count: int) -> Floats:
    """The scores of *count* values that ascend."""
    return np.diff(_cumulated(count))


def sureness(share: Floats, count: int) -> Floats:
    """Deviations that a *share* of the variance, explained by one number, is worth.

    Of *count* points. Wallace's approximation of Student's t, which knows that no more than all
    of it can be explained.
    """
    freedom = count - 2
    explained = np.log1p(-np.minimum(share, 1 - _LEAST))
    scale = (8 * freedom + 1) / (8 * freedom + 3)
    return np.asarray(scale * np.sqrt(-freedom * explained), dtype=np.float64)


def split_sureness(values: Floats, split: int) -> float:
    """How surely *values* before *split* differ in level from those after."""
    each = scores(values)
    squares = float(each @ each)
    if squares < _LEAST:
        return 0.0
    between = float(each[:split].sum()) ** 2 * len(each) / (split * (len(each) - split))
    return float(sureness(np.array(between / squares), len(each)))


def surest(values: Floats) -> tuple[float, int, int, int]:
    """The surest change: how sure, first and end of the window that shows it, and its place.

    Windows of many lengths all over the series are looked at (Kovács and others, seeded binary
    segmentation, 2023), so that a time in between is found by either of its ends.
    """
    each = scores(values)
    sums = np.concatenate([[0.0], np.cumsum(each)])
    squares = np.concatenate([[0.0], np.cumsum(each * each)])
    best = (0.0, 0, len(values), 0)
    for length, starts in _windows(len(values)):
        inside = np.arange(MIN_LENGTH, length - MIN_LENGTH + 1)
        first, total = sums[starts][:, None], (sums[starts + length] - sums[starts])[:, None]
        spread = (squares[starts + length] - squares[starts])[:, None] - total**2 / length
        off = sums[starts[:, None] + inside] - first - inside * total / length
        share = off**2 * length / (inside * (length - inside)) / np.maximum(spread, _LEAST)
        share[spread[:, 0] < _LEAST] = 0.0
        row, column = np.unravel_index(int(np.argmax(share)), share.shape)
        sure = float(sureness(share[row, column], length))
        if sure > best[0]:
            start = int(starts[row])
            best = (sure, start, start + length, start + int(inside[column]))
    return best


@lru_cache(maxsize=256)
def _windows(count: int) -> tuple[tuple[int, Places], ...]:
    """Lengths of windows in *count* points, the longest first, with where those begin."""
    found = []
    length = float(count)
    while length >= 2 * MIN_LENGTH:
        whole = math.ceil(length)
        number = math.ceil((count - whole) / (whole / _OVERLAP)) + 1
        found.append((whole, np.unique(np.linspace(0, count - whole, number).astype(np.intp))))
        length /= _NARROWER
    return tuple(found)
