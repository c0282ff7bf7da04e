"""From a few measurements to a middle and a range that holds four of five. Pure."""

import math
from collections.abc import Sequence
from statistics import median

Z80 = 1.2816
"""Standard deviations on either side of the middle that hold 80 % of a bell curve."""
USUAL_SPREAD = 0.09
"""How far apart runs of the same are before any is known: deviation of the logarithms."""
USUAL_WORTH = 3.0
"""Runs that this is worth."""
OUTLYING = 3.0
"""Deviations beyond which a run counts as this far off only: the machine did something else."""
LEAST_SECONDS = 1e-3


def middle_and_range(
    seconds: Sequence[float], weights: Sequence[float], widening: float = 0.0
) -> tuple[float, float, float]:
    """The median and the 80 % range of the next one, where *seconds* were measured before.

    Times are multiplied by chances, so it is their logarithms that are spread evenly. What few
    runs say of their own spread is mixed with the usual one; *widening* (a deviation of the
    logarithm) is added for what makes the next one unlike those before.
    """
    logs = [math.log(max(LEAST_SECONDS, one)) for one in seconds]
    centre = median(logs)
    near = 1.4826 * median(abs(one - centre) for one in logs)
    reach = OUTLYING * max(near, USUAL_SPREAD / 2)
    logs = [centre + max(-reach, min(reach, one - centre)) for one in logs]
    total = sum(weights)
    mean = sum(w * one for w, one in zip(weights, logs, strict=True)) / total
    # As many runs as the weights are worth.
    count = total**2 / sum(w * w for w in weights)
    squares = sum(w * (one - mean) ** 2 for w, one in zip(weights, logs, strict=True)) / total
    freedom = USUAL_WORTH + count - 1
    variance = (USUAL_WORTH * USUAL_SPREAD**2 + count * squares) / freedom
    deviation = math.sqrt(variance * (1 + 1 / count) + widening**2)
    reach = _student(freedom) * deviation
    return math.exp(mean), math.exp(mean - reach), math.exp(mean + reach)


def _student(freedom: float) -> float:
    """`Z80` for a spread that is itself but estimated (Cornish-Fisher, good to 1 % from 3 on)."""
    z = Z80
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    return z + first / freedom + second / freedom**2
