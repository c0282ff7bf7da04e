"""From a few measurements to a middle and a range that holds four of five. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

STUDENT = (
    (0.0, 1.282), (1 / 30, 1.310), (0.1, 1.372), (0.2, 1.476), (1 / 3, 1.638), (0.5, 1.886),
    (1.0, 3.078),
)  # fmt: skip
"""Student's t: deviations on either side that hold 80 %, by one over the degrees of freedom."""
USUAL_SPREAD = 0.08
"""How far apart runs of the same are before any is known: deviation of the logarithms."""
USUAL_WORTH = 1.2
"""Runs that this is worth."""
LEAST_SPREAD = 0.003
"""What even runs that were exactly alike are taken to be apart."""
MOST_POOLED = 8.0
"""Degrees of freedom, at most, by which the runs of other kinds help out."""
ENOUGH_TO_JUDGE = 5
"""Runs from which on one may be told to be an outlier."""
OUTLYING = 4.0
"""Deviations beyond which a run counts as this far off only: the machine did something else."""
LEAST_SECONDS = 1e-3


@dataclass(frozen=True, slots=True)
class Spread:
    """How far apart measurements of the same are.

    Times are multiplied by chances, so it is their logarithms that are spread evenly. `weights`
    are those of the measurements, `pulls` by how much the logarithm of each is moved so that
    none lies too far out, `deviation` that of the next one, `freedom` the degrees of it.
    """

    weights: Sequence[float]
    pulls: Sequence[float]
    deviation: float
    freedom: float

    def middle(self, seconds: Sequence[float]) -> float:
        """The middle of *seconds*, which the same runs say: never less where none says less."""
        logs = [math.log(max(LEAST_SECONDS, one)) for one in seconds]
        whole = sum(w * (x + p) for w, x, p in zip(self.weights, logs, self.pulls, strict=True))
        return math.exp(whole / sum(self.weights))

    def reach(self, widening: float = 0.0) -> float:
        """By how much four of five lie around the middle, as a logarithm.

        *widening* (a deviation of the logarithm) is added for what makes the next one unlike
        those before.
        """
        return _student(self.freedom) * math.sqrt(self.deviation**2 + widening**2)


@dataclass(frozen=True, slots=True)
class Pool:
    """How far apart runs of the same kind are, of all kinds together, and its freedom."""

    deviation: float = USUAL_SPREAD
    freedom: float = 0.0


def pool_of(kinds: Iterable[Sequence[float]]) -> Pool:
    """What the seconds of each of several *kinds* say together of how far apart the same are."""
    squares, freedom = 0.0, 0
    for seconds in kinds:
        logs = [math.log(max(LEAST_SECONDS, one)) for one in seconds]
        logs = [one + pull for one, pull in zip(logs, _pulls(logs), strict=True)]
        mean = sum(logs) / len(logs)
        squares += sum((one - mean) ** 2 for one in logs)
        freedom += len(logs) - 1
    return Pool(math.sqrt(squares / freedom), freedom) if freedom else Pool()


def measured_spread(seconds: Sequence[float], weights: Sequence[float], pool: Pool) -> Spread:
    """The spread of *seconds* by themselves, helped out by the *pool* of all kinds.

    The usual one counts only as long as nothing was seen twice: noise of 3 % and of 30 % have four
    of five in their range alike.
    """
    logs = [math.log(max(LEAST_SECONDS, one)) for one in seconds]
    pulls = _pulls(logs)
    count, squares = _weighted([x + p for x, p in zip(logs, pulls, strict=True)], weights)
    own = count - 1
    more = max(0.0, min(MOST_POOLED, pool.freedom - own))
    usual = USUAL_WORTH * max(0.0, 1 - own - more)
    freedom = own + more + usual
    whole = count * squares + more * pool.deviation**2 + usual * USUAL_SPREAD**2
    deviation = math.sqrt((whole / freedom + LEAST_SPREAD**2) * (1 + 1 / count))
    return Spread(weights, pulls, deviation, freedom)


def _weighted(logs: Sequence[float], weights: Sequence[float]) -> tuple[float, float]:
    """As many runs as the *weights* are worth, and the mean square around their mean."""
    total = sum(weights)
    mean = sum(w * one for w, one in zip(weights, logs, strict=True)) / total
    squares = sum(w * (one - mean) ** 2 for w, one in zip(weights, logs, strict=True)) / total
    return total**2 / sum(w * w for w in weights), squares


def _pulls(logs: Sequence[float]) -> list[float]:
    """By how much to move each of *logs* so that none lies too far out."""
    if len(logs) < ENOUGH_TO_JUDGE:
        return [0.0] * len(logs)
    centre = median(logs)
    near = 1.4826 * median(abs(one - centre) for one in logs)
    reach = OUTLYING * max(near, USUAL_SPREAD)
    return [max(-reach, min(reach, one - centre)) - (one - centre) for one in logs]


def spread_of(seconds: Sequence[float], weights: Sequence[float]) -> Spread:
    """The spread of *seconds* that were measured before.

    What few runs say of their own spread is mixed with the usual one.
    """
    logs = [math.log(max(LEAST_SECONDS, one)) for one in seconds]
    centre = median(logs)
    near = 1.4826 * median(abs(one - centre) for one in logs)
    reach = OUTLYING * max(near, USUAL_SPREAD)
    pulls = [max(-reach, min(reach, one - centre)) - (one - centre) for one in logs]
    logs = [one + pull for one, pull in zip(logs, pulls, strict=True)]
    total = sum(weights)
    mean = sum(w * one for w, one in zip(weights, logs, strict=True)) / total
    # As many runs as the weights are worth.
    count = total**2 / sum(w * w for w in weights)
    squares = sum(w * (one - mean) ** 2 for w, one in zip(weights, logs, strict=True)) / total
    freedom = USUAL_WORTH + count - 1
    variance = (USUAL_WORTH * USUAL_SPREAD**2 + count * squares) / freedom
    return Spread(weights, pulls, math.sqrt(variance * (1 + 1 / count)), freedom)


def _student(freedom: float) -> float:
    """How many deviations hold 80 % where the deviation itself is known but from few runs."""
    inverse = 1 / max(1.0, freedom)
    (x, y), *rest = STUDENT
    for next_x, next_y in rest:
        if inverse <= next_x:
            return y + (next_y - y) * (inverse - x) / (next_x - x)
        x, y = next_x, next_y
    return y
