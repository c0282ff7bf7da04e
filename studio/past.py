"""Past generations of one server as the estimates see them: runs, and what each node took. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from comfy.plan import PlannedNode, loads_model
from storage.timings import NodeTiming

NEWEST = 24
"""Timings of one node that its median is taken of."""
SAME_SIZE = 0.01
"""Relative difference up to which two sizes are the same."""
PRIOR_EXPONENT = 1.0
"""Time grows with pixels to this power, unless sizes run so far say otherwise."""
EXPONENT_TRUST = 0.3
"""How much the prior weighs: the variance of log megapixels that outweighs it."""
EXPONENT_RANGE = (0.3, 2.0)
GROWS = frozenset({"sampling", "decoding", "saving"})


@dataclass(frozen=True, slots=True)
class Run:
    """One past generation. `nodes` are those that ran, `cold` whether a model was loaded."""

    generation: str
    checkpoint: str
    sampler: str
    workflow: str
    megapixels: float
    nodes: Mapping[str, NodeTiming]
    cold: bool

    def timing(self, node: PlannedNode, workflow: str) -> NodeTiming | None:
        """What *node* of *workflow* took here: the same node, or else one of its class."""
        same = self.nodes.get(node.id) if workflow == self.workflow else None
        if same is not None and same.node_class == node.node_class:
            return same
        return next((t for t in self.nodes.values() if t.node_class == node.node_class), None)


@dataclass(frozen=True, slots=True)
class Past:
    """The runs of one server, newest first, and the graph of the newest, {} where unknown."""

    runs: Sequence[Run] = ()
    graph: Mapping[str, Any] = field(default_factory=dict)


def past_of(timings: Iterable[NodeTiming], graph: Mapping[str, Any] | None = None) -> Past:
    """Gather *timings*, newest generation first, into runs."""
    groups: dict[str, dict[str, NodeTiming]] = {}
    for number, timing in enumerate(timings):
        nodes = groups.setdefault(timing.generation, {})
        nodes[timing.node if timing.node not in nodes else f"{timing.node}#{number}"] = timing
    return Past(tuple(_run(nodes) for nodes in groups.values()), graph or {})


def _run(nodes: Mapping[str, NodeTiming]) -> Run:
    one = next(iter(nodes.values()))
    cold = any(loads_model(timing.node_class) for timing in nodes.values())
    return Run(
        one.generation, one.checkpoint, one.sampler, one.workflow, one.megapixels, nodes, cold
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a generation asks for, as far as its time depends on it; `megapixels` with batch."""

    checkpoint: str
    sampler: str
    workflow: str
    megapixels: float

    def is_size_of(self, run: Run) -> bool:
        """Whether *run* was of the same size."""
        return abs(run.megapixels - self.megapixels) <= SAME_SIZE * self.megapixels

    def distance(self, run: Run) -> float:
        """How far apart the sizes are: the logarithm of their ratio."""
        if not run.megapixels or not self.megapixels:
            return 0.0
        return abs(math.log(self.megapixels / run.megapixels))


def exponent(runs: Iterable[Run], checkpoint: str) -> float:
    """The power of megapixels with which the steps of *checkpoint* have grown so far."""
    points = [
        (math.log(timing.megapixels), math.log(pace))
        for run in runs
        if run.checkpoint == checkpoint
        for timing in run.nodes.values()
        if timing.activity == "sampling"
        and timing.megapixels > 0
        and (pace := step_pace(timing)) > 0
    ]
    if len(points) < 2:
        return PRIOR_EXPONENT
    x_mean = sum(x for x, _ in points) / len(points)
    y_mean = sum(y for _, y in points) / len(points)
    spread = sum((x - x_mean) ** 2 for x, _ in points)
    excess = sum((x - x_mean) * (y - y_mean - PRIOR_EXPONENT * (x - x_mean)) for x, y in points)
    low, high = EXPONENT_RANGE
    return max(low, min(high, PRIOR_EXPONENT + excess / (spread + EXPONENT_TRUST)))


def step_pace(timing: NodeTiming) -> float:
    """Seconds a step after the first; 0 where it counted none."""
    if not timing.steps:
        return 0.0
    if timing.step_seconds_median is not None:
        return timing.step_seconds_median
    return timing.seconds / timing.steps


def scaled(
    timing: NodeTiming, node: PlannedNode, asked: Asked, power: float
) -> tuple[float, float | None]:
    """Seconds that *node* would take by *timing*, and those until its first step if it counts."""
    same = timing.node == node.id and timing.workflow == asked.workflow
    size = asked.megapixels if same or not node.megapixels else node.megapixels
    ratio = size / timing.megapixels if timing.megapixels and size else 1.0
    if timing.activity not in GROWS:
        return timing.seconds, None
    if timing.activity == "sampling" and timing.steps:
        grown = ratio**power
        pace, steps = step_pace(timing), node.steps or timing.steps
        first = timing.first_step_seconds
        first = pace if first is None else first
        # What comes after the last step, and steps slower than their median, are kept apiece.
        rest = max(0.0, timing.seconds - first) / (timing.steps - 1) if timing.steps > 1 else pace
        return grown * (first + max(0, steps - 1) * rest), grown * first
    return timing.seconds * ratio, None


def node_seconds(
    node: PlannedNode, asked: Asked, runs: Sequence[Run], *, cold: bool, power: float
) -> tuple[float, float | None] | None:
    """Median seconds of *node* (and until its first step) in the runs most like what is *asked*.

    None where no node of its class ever ran.
    """
    for alike in _levels(node, asked, runs):
        same_state = [pair for pair in alike if pair[0].cold is cold] or alike
        same_size = [pair for pair in same_state if asked.is_size_of(pair[0])]
        found = [
            scaled(timing, node, asked, power) for _, timing in (same_size or same_state)[:NEWEST]
        ]
        if found:
            firsts = [first for _, first in found if first is not None]
            return median(s for s, _ in found), median(firsts) if firsts else None
    return None


def _levels(
    node: PlannedNode, asked: Asked, runs: Sequence[Run]
) -> Iterable[list[tuple[Run, NodeTiming]]]:
    """Timings of *node*'s class, from those most like it to those least."""
    found = [(run, t) for run in runs if (t := run.timing(node, asked.workflow)) is not None]
    if node.activity == "sampling":
        found = [(run, t) for run, t in found if t.steps] or found
    own = [(run, t) for run, t in found if run.checkpoint == asked.checkpoint]
    here = [(r, t) for r, t in own if r.workflow == asked.workflow and t.node == node.id]
    if node.activity == "sampling":
        yield [(run, t) for run, t in here if run.sampler == asked.sampler]
        yield here
        yield [(run, t) for run, t in own if run.sampler == asked.sampler]
    yield here
    yield own
    yield found
