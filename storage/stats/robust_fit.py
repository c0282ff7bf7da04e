"""Seconds per step and seconds besides, fitted so that outliers do not matter. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Runs:
    """`generations` of the same number of `steps`: medians of seconds sampling and besides."""

    steps: int
    generations: int
    sampling: float
    rest: float


@dataclass(frozen=True, slots=True)
class Line:
    """A generation takes `fixed` + steps × `per_step` seconds, by `basis` generations."""

    per_step: float
    fixed: float
    basis: int


def fit(runs: Sequence[Runs]) -> Line | None:
    """Theil and Sen's line: the median of the slopes between all pairs; None without steps.

    Pairs weigh by how many generations and steps lie between them. With a single number of
    steps, or where more steps took less, all of the sampling is taken to grow with the steps.
    """
    known = [run for run in runs if run.steps > 0 and run.generations > 0]
    if not known:
        return None
    weights = [float(run.generations) for run in known]
    slopes = [
        (
            (b.sampling - a.sampling) / (b.steps - a.steps),
            abs(b.steps - a.steps) * min(a.generations, b.generations),
        )
        for a, b in combinations(known, 2)
        if a.steps != b.steps
    ]
    slope = weighted_median([s for s, _ in slopes], [w for _, w in slopes]) if slopes else 0.0
    if slope <= 0:
        slope = weighted_median([run.sampling / run.steps for run in known], weights)
    fixed = weighted_median(
        [run.rest + max(0.0, run.sampling - slope * run.steps) for run in known], weights
    )
    return Line(slope, fixed, sum(run.generations for run in known))


def weighted_median(values: Sequence[float], weights: Sequence[float]) -> float:
    """The value with half of the *weights* on either side; raises ValueError without any."""
    if not values:
        raise ValueError("no values")
    half, below = sum(weights) / 2, 0.0
    pairs = sorted(zip(values, weights, strict=True))
    for value, weight in pairs:
        below += weight
        if below >= half:
            return value
    return pairs[-1][0]
