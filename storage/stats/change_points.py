"""Finds lasting changes of the level in a series of seconds, and slow drifts. Pure.

A change must be sure in two ways: by ranks, which no outlier and no shape of noise deceives, and
by its size beside the noise, which knows that a machine may be slow for a while. Then a straight
line is tried against the steps: what fits better is told.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from storage.stats.rank_scores import MIN_LENGTH, Floats, split_sureness, surest
from storage.stats.robust_level import inflation, median, memory, shrunk, step_between
from storage.stats.straight_line import Line, line_of

__all__ = ["MAX_CHANGES", "MIN_LENGTH", "Change", "Drift", "Floats", "changes", "course"]

MIN_EFFECT = 0.10
"""Smallest change of the level, as a share of the smaller one."""
MIN_NOISE = 0.75
"""Smallest change in units of the noise on both sides (1.4826 × MAD)."""
BASE_BY_RANKS, BASE_BY_SIZE = 8.0, 10.0
"""The squares of the sureness that a series of one point would need; see `_needed`."""
MAX_CHANGES = 16
"""Changes told of one series, the newest."""
MOST_POINTS = 2_000
"""Of longer series, medians of neighbours are looked at."""
_ROUNDS = 3
_PER_LEVEL, _PER_STEP, _PER_LINE = 1.0, 0.3, 2.0
"""Numbers that a level, the place of a step and a line are worth when fits are compared."""


@dataclass(frozen=True, slots=True)
class Change:
    """The level of a series from point `start` to before `end` differs from that before.

    `before` and `after` are medians: of the points from `previous` on, where the change before
    this one is, and of those until the next. `ratio` is what remains of after over before where
    noise exaggerates. `returns` where the level is that of an earlier time again.
    """

    previous: int
    start: int
    end: int
    before: float
    after: float
    ratio: float
    returns: bool = False


@dataclass(frozen=True, slots=True)
class Drift:
    """A series that slowly goes from `before` to `after`, all of its `count` points long."""

    count: int
    before: float
    after: float

    @property
    def ratio(self) -> float:
        """`after` over `before`."""
        return self.after / self.before


def changes(values: Floats) -> list[Change]:
    """Lasting changes of positive *values*, in order of time; others and NaN are not allowed.

    Empty where the series drifts.
    """
    found = course(values)
    return [] if isinstance(found, Drift) else found


def course(values: Floats, at: Floats | None = None) -> list[Change] | Drift:
    """What a series of positive *values* did: its changes, or a drift.

    *at* are the times of the points, ascending, of any unit; without, they are equally far apart.
    """
    if len(values) < 2 * MIN_LENGTH:
        return []
    logs = np.log(values)
    each = math.ceil(len(logs) / MOST_POINTS)
    starts = _kept(_thinned(logs, each))
    if each > 1:
        starts = [_placed(logs, start * each, each) for start in starts]
    edges = [0, *starts, len(logs)]
    line = line_of(logs, at, _needed(len(logs)), math.log1p(MIN_EFFECT))
    if line and all(_fits_better(line, logs, of) for of in (edges, _halves(logs))):
        return Drift(len(values), math.exp(line.first), math.exp(line.last))
    return _told(values, logs, edges)[-MAX_CHANGES:] if starts else []


def _told(values: Floats, logs: Floats, edges: list[int]) -> list[Change]:
    spread = inflation(memory(logs, edges))
    levels = [median(values[a:b]) for a, b in pairwise(edges)]
    found = []
    for n, (first, start, end) in enumerate(zip(edges, edges[1:], edges[2:], strict=False)):
        ratio = _size(logs[first:start], logs[start:end], spread, _needed(len(logs)))
        returns = _returns(values, edges, n, spread)
        found.append(Change(first, start, end, levels[n], levels[n + 1], ratio, returns))
    return found


def _returns(values: Floats, edges: list[int], change: int, spread: float) -> bool:
    """Whether the level after a *change* is one that was there before the level it ends."""
    parts = [np.log(values[a:b]) for a, b in pairwise(edges[: change + 3])]
    *earlier, left, now = parts
    for part in earlier:
        away, deviation, _ = step_between(part, now)
        least = max(math.log1p(MIN_EFFECT) / 2, 2 * deviation * spread)
        if abs(away) < min(least, abs(median(left) - median(now)) / 2):
            return True
    return False


def _size(before: Floats, after: Floats, spread: float, needed: float) -> float:
    """The ratio of two levels, less what is owed to its having been noticed."""
    step, deviation, noise = step_between(before, after)
    step = median(after) - median(before)
    deviation *= spread
    floor = math.log1p(MIN_EFFECT)
    least = max(floor, MIN_NOISE * noise, needed * deviation)
    size = max(shrunk(abs(step), deviation, min(least, abs(step))), min(floor, abs(step)))
    return math.exp(math.copysign(size, step))


def _needed(count: int, base: float = BASE_BY_SIZE) -> float:
    """How sure a change must be among *count* points: the more there are, the more may seem one.

    By simulation (`benchmarks/statistics.py`) fewer than one series in 300 without a change has
    one that is as sure.
    """
    return math.sqrt(base + 2 * math.log(count))


def _kept(logs: Floats) -> list[int]:
    """Where the level of *logs* changes, each of them sure beside its neighbours."""
    starts = sorted(_splits(logs, 0, len(logs), _needed(len(logs), BASE_BY_RANKS)))
    for n in range(len(starts)):
        starts[n] = _between(logs, starts, n)
    while starts:
        edges = [0, *starts, len(logs)]
        spread = inflation(memory(logs, edges))
        surenesses = [
            _sureness(logs[a:b], logs[b:c], spread, len(logs))
            for a, b, c in zip(edges, edges[1:], edges[2:], strict=False)
        ]
        weakest = int(np.argmin(surenesses))
        if surenesses[weakest] >= 1:
            break
        del starts[weakest]
        for n in (weakest - 1, weakest):
            if 0 <= n < len(starts):
                starts[n] = _between(logs, starts, n)
    return starts


def _between(logs: Floats, starts: list[int], n: int) -> int:
    """Where between its neighbours the change *n* of *starts* is, however near to one of them."""
    first, last = [0, *starts][n], [*starts, len(logs)][n + 1]
    return first + _refined(logs[first:last], starts[n] - first, margin=1)


def _splits(logs: Floats, first: int, last: int, needed: float) -> list[int]:
    """Where *logs* from *first* to before *last* may change, in no order."""
    if last - first < 2 * MIN_LENGTH:
        return []
    sure, start, end, place = surest(logs[first:last])
    if sure < needed:
        return []
    split = first + start + _refined(logs[first + start : first + end], place - start)
    before, after = (first, split), (split, last)
    return [split, *_splits(logs, *before, needed), *_splits(logs, *after, needed)]


def _sureness(before: Floats, after: Floats, spread: float, count: int) -> float:
    """How many times as sure as needed among *count* points a change is, by the worse of two ways.

    0 where it does not matter, or last.
    """
    first, second = median(before), median(after)
    if min(_beyond(before, first, second), _beyond(after, second, first)) < MIN_LENGTH:
        return 0.0
    _, deviation, noise = step_between(before, after)
    step = abs(second - first)
    if step < math.log1p(MIN_EFFECT) or step < MIN_NOISE * noise:
        return 0.0
    by_ranks = split_sureness(np.concatenate([before, after]), len(before))
    by_size = step / (deviation * spread) if deviation > 0 else math.inf
    return min(by_ranks / _needed(count, BASE_BY_RANKS), by_size / _needed(count))


def _beyond(values: Floats, level: float, other: float) -> int:
    """How many *values* are nearer to their own *level* than to the *other*."""
    return int((np.abs(values - level) < np.abs(values - other)).sum())


def _refined(logs: Floats, split: int, margin: int = MIN_LENGTH) -> int:
    """Move *split* to where both sides deviate least from their medians."""
    for _ in range(_ROUNDS):
        better = _least_off(logs, median(logs[:split]), median(logs[split:]), margin)
        if better == split:
            break
        split = better
    return split


def _least_off(logs: Floats, before: float, after: float, margin: int) -> int:
    left, right = np.cumsum(np.abs(logs - before)), np.cumsum(np.abs(logs - after))
    return int(np.argmin((left - right)[margin - 1 : len(logs) - margin])) + margin


def _thinned(logs: Floats, each: int) -> Floats:
    """Medians of *each* neighbours; what is left over at the end joins the last."""
    if each == 1:
        return logs
    whole = len(logs) // each
    return np.median(logs[: whole * each].reshape(whole, each), axis=1)


def _placed(logs: Floats, split: int, each: int) -> int:
    """Where a change at about *split* is, to the point; known to a few times *each*."""
    reach = MIN_LENGTH * each
    first, last = max(0, split - reach), min(len(logs), split + reach)
    part, place = logs[first:last], split - first
    return first + _least_off(part, median(part[:place]), median(part[place:]), MIN_LENGTH)


def _halves(logs: Floats) -> list[int]:
    """The edges of the best single step, sure or not: what looks like that is no drift either."""
    _, start, end, place = surest(logs)
    return [0, start + _refined(logs[start:end], place - start), len(logs)]


def _fits_better(line: Line, logs: Floats, edges: list[int]) -> bool:
    """Whether a *line* says more of *logs* than the levels between *edges*, for its numbers."""
    steps = sum(float(np.abs(logs[a:b] - median(logs[a:b])).sum()) for a, b in pairwise(edges))
    if steps <= 0:
        return False
    if line.off <= 0:
        return True
    levels = len(edges) - 1
    numbers = _PER_LEVEL * levels + _PER_STEP * (levels - 1)
    independent = len(logs) / line.spread**2
    gained = 2 * independent * math.log(steps / line.off)
    return gained > (_PER_LINE - numbers) * math.log(len(logs))
