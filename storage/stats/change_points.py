"""Finds lasting changes of the level in a series of seconds. Pure.

Ranks say whether there is a change (Pettitt's test, so that outliers and the shape of the noise
do not matter), medians how large it is, least absolute deviations where. Both sides of a change
are then searched for more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MIN_LENGTH = 8
"""Points on either side of a change, at least: fewer do not last."""
MIN_EFFECT = 0.10
"""Smallest change of the median, as a share of the smaller one."""
MIN_NOISE = 0.75
"""Smallest change in units of the noise on both sides (1.4826 × MAD)."""
MAX_CHANCE = 2e-3
"""Largest probability that chance alone makes such a series."""
MAX_CHANGES = 16
"""Changes told of one series, the newest."""
_SIGMA = 1.4826
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Change:
    """The level of a series from point `start` to before `end` differs from that before.

    `before` and `after` are medians: of the points since the change before this one, and of
    those until the next.
    """

    start: int
    end: int
    before: float
    after: float

    @property
    def ratio(self) -> float:
        """`after` over `before`."""
        return self.after / self.before


def changes(values: Floats) -> list[Change]:
    """Lasting changes of positive *values*, in order of time; others and NaN are not allowed."""
    if len(values) < 2 * MIN_LENGTH:
        return []
    logs = np.log(values)
    starts = _merged(logs, sorted(_splits(logs, 0, len(logs))))
    edges = [0, *starts, len(logs)]
    levels = [_median(values[a:b]) for a, b in pairwise(edges)]
    found = zip(edges[1:], edges[2:], levels, levels[1:], strict=False)
    return [Change(*one) for one in found][-MAX_CHANGES:]


def _splits(logs: Floats, first: int, last: int) -> Iterator[int]:
    """Where *logs* from *first* to before *last* change, or may, in no order.

    A time in between that was slower may divide into halves whose medians are alike: both are
    searched all the same.
    """
    part = logs[first:last]
    split = _place(part)
    if split is None:
        return
    refined = _refined(part, split)
    if _matters(part[:refined], part[refined:]):
        split = refined
    yield first + split
    yield from _splits(logs, first, first + split)
    yield from _splits(logs, first + split, last)


def _split(logs: Floats) -> int | None:
    """Where one change that matters divides *logs* best; None where there is none."""
    place = _place(logs)
    if place is None:
        return None
    split = _refined(logs, place)
    return split if _matters(logs[:split], logs[split:]) else None


def _place(logs: Floats) -> int | None:
    """Where the ranks of *logs* differ most before and after; None where chance may do that."""
    count = len(logs)
    if count < 2 * MIN_LENGTH:
        return None
    sums = np.cumsum(_ranks(logs) - (count + 1) / 2)[MIN_LENGTH - 1 : count - MIN_LENGTH]
    place = int(np.argmax(np.abs(sums)))
    if _chance(2 * abs(float(sums[place])), count) > MAX_CHANCE:
        return None
    return place + MIN_LENGTH


def _chance(statistic: float, count: int) -> float:
    """Pettitt's bound of the probability of such a statistic without any change."""
    return float(2 * np.exp(-6 * statistic**2 / (float(count) ** 3 + float(count) ** 2)))


def _ranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share their mean."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[place], dtype=np.float64)


def _refined(logs: Floats, split: int) -> int:
    """Move *split* to where both sides deviate least from their medians."""
    for _ in range(_ROUNDS):
        before, after = _median(logs[:split]), _median(logs[split:])
        left, right = np.cumsum(np.abs(logs - before)), np.cumsum(np.abs(logs - after))
        costs = (left - right)[MIN_LENGTH - 1 : len(logs) - MIN_LENGTH]
        better = int(np.argmin(costs)) + MIN_LENGTH
        if better == split:
            break
        split = better
    return split


def _median(values: Floats) -> float:
    """As numpy's, which takes several times as long for so few."""
    ordered = np.sort(values)
    return float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _matters(before: Floats, after: Floats) -> bool:
    """Whether the level changed by enough, in itself and beside the noise."""
    first, second = _median(before), _median(after)
    deviations = np.concatenate([np.abs(before - first), np.abs(after - second)])
    step = abs(second - first)
    noise = _SIGMA * _median(deviations)
    return bool(step >= np.log1p(MIN_EFFECT) and step >= MIN_NOISE * noise)


def _merged(logs: Floats, starts: list[int]) -> list[int]:
    """*starts* without those that no longer matter between their neighbours, placed anew."""
    kept = list(starts)
    n = 0
    while n < len(kept):
        first = kept[n - 1] if n else 0
        last = kept[n + 1] if n + 1 < len(kept) else len(logs)
        split = _split(logs[first:last])
        if split is None:
            del kept[n]
            n = max(0, n - 1)
        else:
            kept[n] = first + split
            n += 1
    return kept
