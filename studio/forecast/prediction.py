"""How long a generation will take, by those before it; never less for more. Pure.

Each past generation that is alike says how long this one would take: node by node, the work of
a sampler scaled by megapixels and steps, that of decoding and saving by megapixels, loading and
encoding as they were. Nodes that the server still has the results of are left out: that is what
makes a warm generation faster than a cold one. Their median and an 80 % range is the answer.

More steps or more megapixels are never forecast to take less. It holds by construction: what was
seen is pinned down at the sizes that ran, by runs and weights that depend on nothing asked;
a size between two of them lies between their times, and one beyond is scaled from the last.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from comfy.graph.cache_hits import repeated
from comfy.graph.plan import DEFAULT_STEPS, Plan, PlannedNode, loads_model
from studio.forecast.history import (
    SAME_SIZE,
    Asked,
    Cost,
    Past,
    Run,
    cost,
    exponent,
    family_of_model,
    node_seconds,
    pooled,
    typical,
)
from studio.forecast.interval import Pool, Spread, measured_spread
from studio.snapshot import Forecast

ENOUGH_ALIKE = 3
"""Runs of the very same size from which on others are left out."""
HALF_LIFE = 30.0
"""Generations after which one counts half: servers change."""
MOST_RUNS = 100
"""Newest runs that are alike, of which one forecast is made."""
MOST_SIZES = 8
"""Sizes at which one forecast is pinned down."""
NEAR = 0.3
"""The logarithm of the ratio of two sizes at which a run counts half."""
SIZE_WIDENING = 0.15
"""By how much each e-fold of difference in size widens the range; the others are whole."""
SAMPLER_WIDENING, STATE_WIDENING, WORKFLOW_WIDENING = 0.2, 0.2, 0.3
FAMILY_WIDENING, CHECKPOINT_WIDENING = 0.4, 0.5


@dataclass(frozen=True, slots=True)
class Witness:
    """What one past run says of what is asked: its `costs`, and how many times larger it was."""

    age: int
    ratio: float
    costs: tuple[Cost, ...]

    def seconds(self, ratio: float, power: float, steps: int | None = None) -> float:
        """Seconds for *ratio* times what is asked, and with other *steps*."""
        return sum(one.seconds(ratio, power, steps) for one in self.costs)


@dataclass(frozen=True, slots=True)
class Pin:
    """A size that ran, *ratio* times what is asked, and what is said of it."""

    ratio: float
    witnesses: Sequence[Witness]
    spread: Spread
    power: float

    def seconds(self, ratio: float) -> float:
        """The middle of what is said of *ratio* times what is asked."""
        return self.spread.middle([one.seconds(ratio, self.power) for one in self.witnesses])


def forecast_plan(
    plan: Plan, graph: Mapping[str, Any], asked: Asked, past: Past
) -> Forecast | None:
    """Forecast what *graph* asks for; None where no sampler of any checkpoint ever ran."""
    asked = asked.planned(plan)
    nodes, cold = to_run(plan, graph, asked, past)
    alike, widening, like = _alike(asked, past.runs)
    same_state = [(age, run) for age, run in alike if run.cold is cold]
    widening += 0.0 if same_state else STATE_WIDENING
    power = exponent(past.runs, (same_state or alike)[0][1].checkpoint) if alike else 1.0
    witnesses, is_whole = _witnesses(nodes, asked, same_state or alike, past, power, cold=cold)
    if not witnesses:
        return None
    pool = pooled(past.runs)
    pins = [_pin(ratio, witnesses, power, pool) for ratio in _sizes(witnesses)]
    nearest = min(pins, key=lambda pin: abs(math.log(pin.ratio)))
    far = abs(math.log(nearest.ratio))
    middle = _between(pins)
    reach = nearest.spread.reach(widening + SIZE_WIDENING * far)
    low, high = middle * math.exp(-reach), middle * math.exp(reach)
    like = like or ("" if far <= SAME_SIZE else "of another size")
    basis = len(nearest.witnesses if far <= SAME_SIZE else witnesses)
    return Forecast(middle, low, high, basis, cold=cold, like=like, partial=not is_whole)


def learned_plan(plan: Plan, graph: Mapping[str, Any], asked: Asked, past: Past) -> Plan:
    """Return *plan* with each node's learned seconds, where there are any."""
    if not past.runs:
        return plan
    asked = asked.planned(plan)
    _, cold = to_run(plan, graph, asked, past)
    power = exponent(past.runs, asked.checkpoint)
    nodes = {}
    for id_, node in plan.nodes.items():
        found = node_seconds(node, asked, past.runs, cold=cold, power=power)
        if found is not None:
            seconds, first, doubt = found
            node = replace(node, seconds=seconds, first_seconds=first, doubt=doubt)
        nodes[id_] = node
    return replace(plan, nodes=nodes)


def to_run(
    plan: Plan, graph: Mapping[str, Any], asked: Asked, past: Past
) -> tuple[list[PlannedNode], bool]:
    """The nodes that are likely to run, and whether a model will have to be loaded."""
    if past.graph:
        kept = repeated(graph, past.graph)
        nodes = [node for id_, node in plan.nodes.items() if id_ not in kept]
    else:
        same = bool(past.runs) and past.runs[0].checkpoint == asked.checkpoint
        nodes = [n for n in plan.nodes.values() if not (same and loads_model(n.node_class))]
    return nodes, any(loads_model(node.node_class) for node in nodes)


def _alike(asked: Asked, runs: Sequence[Run]) -> tuple[list[tuple[int, Run]], float, str]:
    """The runs most like what is *asked*, each with its age; how unlike they are, and in what.

    Whatever their size: that is for the pins.
    """
    sampling = [
        (age, run)
        for age, run in enumerate(runs)
        if any(t.steps for t in run.nodes.values()) or run.workflow == asked.workflow
    ]
    own = [(age, run) for age, run in sampling if run.checkpoint == asked.checkpoint]
    here = [(age, run) for age, run in own if run.workflow == asked.workflow]
    family = family_of_model(asked.checkpoint)
    kin = [(age, run) for age, run in sampling if family and run.family == family]
    levels = (
        ([(age, run) for age, run in here if run.sampler == asked.sampler], 0.0, ""),
        (here, SAMPLER_WIDENING, "with another sampler"),
        (own, WORKFLOW_WIDENING, "of another workflow"),
        (kin, FAMILY_WIDENING, "with another model of its family"),
        (sampling, CHECKPOINT_WIDENING, "with another model"),
    )
    return next((level for level in levels if level[0]), ([], 0.0, ""))


def _witnesses(
    nodes: Sequence[PlannedNode],
    asked: Asked,
    chosen: Iterable[tuple[int, Run]],
    past: Past,
    power: float,
    *,
    cold: bool,
) -> tuple[list[Witness], bool]:
    """What each of *chosen* says of *nodes*; what did not run there is taken from the others.

    The second says whether all that may take long was timed at least once.
    """
    others = {node.id: typical(node, asked, past.runs, cold=cold) for node in nodes}
    found = []
    for age, run in list(chosen)[:MOST_RUNS]:
        pairs = [(node, run.timing(node, asked.workflow) or others[node.id]) for node in nodes]
        if any(timing is None and node.activity == "sampling" for node, timing in pairs):
            continue
        costs = tuple(cost(t, node, asked, power) for node, t in pairs if t is not None)
        found.append(Witness(age, asked.ratio(run), costs))
    unknown = [node for node in nodes if others[node.id] is None]
    return found, not any(loads_model(n.node_class) or n.activity == "other" for n in unknown)


def _sizes(witnesses: Iterable[Witness]) -> list[float]:
    """The sizes that ran, as ratios to what is asked, smallest first; some where they are many."""
    sizes: list[float] = []
    for ratio in sorted(one.ratio for one in witnesses):
        if not sizes or ratio > sizes[-1] * (1 + SAME_SIZE):
            sizes.append(ratio)
    if len(sizes) <= MOST_SIZES:
        return sizes
    last = len(sizes) - 1
    return [sizes[round(n * last / (MOST_SIZES - 1))] for n in range(MOST_SIZES)]


def _pin(ratio: float, witnesses: Sequence[Witness], power: float, pool: Pool) -> Pin:
    """What is said of one size that ran.

    How far apart the runs are is measured at one number of steps, whatever is asked for.
    """
    same = [one for one in witnesses if abs(one.ratio / ratio - 1.0) <= SAME_SIZE]
    chosen = same if len(same) >= ENOUGH_ALIKE else witnesses
    weights = [
        0.5 ** (one.age / HALF_LIFE) * nearness(abs(math.log(one.ratio / ratio))) for one in chosen
    ]
    seconds = [one.seconds(ratio, power, DEFAULT_STEPS) for one in chosen]
    return Pin(ratio, chosen, measured_spread(seconds, weights, pool), power)


def _between(pins: Sequence[Pin]) -> float:
    """Seconds of what is asked, ratio 1, which is among *pins* or beyond them."""
    if pins[0].ratio >= 1.0:
        return pins[0].seconds(1.0)
    heights: list[float] = []
    for pin in pins:  # a larger size never takes less than a smaller one
        heights.append(max(pin.seconds(pin.ratio), heights[-1] if heights else 0.0))
    last = pins[-1]
    if last.ratio <= 1.0:
        return heights[-1] * last.seconds(1.0) / last.seconds(last.ratio)
    for (left, low), (right, high) in pairwise(zip(pins, heights, strict=True)):
        if right.ratio >= 1.0:
            share = math.log(1.0 / left.ratio) / math.log(right.ratio / left.ratio)
            return math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
    return heights[-1]


def nearness(distance: float) -> float:
    """How much a run counts that far away in size."""
    return 1 / (1 + (distance / NEAR) ** 2)
