"""Past generations of one server as the estimates see them: runs, and what each node took. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from statistics import median
from typing import Any

from comfy.graph.plan import Plan, PlannedNode, loads_model
from comfy.workflow.families.detect import tell
from storage.records import Generation, NodeRun
from storage.stats.timings import NodeTiming
from studio.forecast.interval import Pool, pool_of, spread_of

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


@lru_cache(maxsize=4096)
def family_of_model(name: str) -> str:
    """The family that a model's *name* tells; "" for none."""
    family = tell(name).family
    return family.name if family else ""


@dataclass(frozen=True, slots=True)
class Run:
    """One past generation. `nodes` are those that ran, `cold` whether a model was loaded.

    `worked` are the megapixels of its first sampler, frames included, 0 where not known.
    """

    generation: str
    checkpoint: str
    sampler: str
    workflow: str
    megapixels: float
    nodes: Mapping[str, NodeTiming]
    cold: bool
    worked: float = 0.0

    @property
    def family(self) -> str:
        """The family of its model, by its name; "" where that tells nothing."""
        return family_of_model(self.checkpoint)

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


def megapixels_of(record: Generation) -> float:
    """What *record* asks for, batch included; 0 where it names no size."""
    return record.width * record.height * record.batch / 1e6


def timings_of(record: Generation, runs: Sequence[NodeRun]) -> list[NodeTiming]:
    """What the nodes of *record*, which has just ended, took."""
    cold = any(run.activity == "loading" for run in runs)
    asked = (record.checkpoint, record.sampler, record.workflow, megapixels_of(record))
    return [
        NodeTiming(
            record.id,
            record.created_at,
            run.node,
            run.node_class,
            run.activity,
            *asked,
            run.steps,
            max(0.0, run.finished_at - run.started_at),
            run.step_seconds[0] if run.step_seconds else None,
            median(run.step_seconds[1:]) if run.step_seconds[1:] else None,
            record.server,
            cold,
            run.megapixels,
        )
        for run in runs
    ]


def _run(nodes: Mapping[str, NodeTiming]) -> Run:
    one = next(iter(nodes.values()))
    cold = any(loads_model(timing.node_class) for timing in nodes.values())
    worked = next((t.worked for t in nodes.values() if t.activity == "sampling" and t.worked), 0.0)
    asked = (one.checkpoint, one.sampler, one.workflow, one.megapixels)
    return Run(one.generation, *asked, nodes, cold, worked)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a generation asks for, as far as its time depends on it; `megapixels` with batch.

    `worked` are those of its first sampler, frames included, 0 where the graph does not say.
    """

    checkpoint: str
    sampler: str
    workflow: str
    megapixels: float
    worked: float = 0.0

    def planned(self, plan: Plan) -> "Asked":
        """The same with what the graph says its first sampler works on."""
        sizes = (n.megapixels for n in plan.nodes.values() if n.steps and n.megapixels)
        return replace(self, worked=next(sizes, 0.0))

    def ratio(self, run: Run) -> float:
        """How many times larger *run* was; 1 where nobody can say."""
        own, other = self.megapixels, run.megapixels
        if self.worked and run.worked:
            own, other = self.worked, run.worked
        return other / own if own and other else 1.0

    def is_size_of(self, run: Run) -> bool:
        """Whether *run* was of the same size."""
        return abs(self.ratio(run) - 1.0) <= SAME_SIZE


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one node, by what it works on: `fixed`, `growing` with megapixels, and steps.

    The first of `steps` takes `first` seconds, the others `each`; those grow with a power.
    """

    fixed: float = 0.0
    growing: float = 0.0
    first: float = 0.0
    each: float = 0.0
    steps: int = 0

    def seconds(self, ratio: float, power: float, steps: int | None = None) -> float:
        """Those for *ratio* times the megapixels, and with other *steps* where it has any."""
        count = self.steps if steps is None or not self.steps else steps
        sampling = self.first + max(0, count - 1) * self.each if count else 0.0
        return self.fixed + self.growing * ratio + sampling * math.pow(ratio, power)


def cost(timing: NodeTiming, node: PlannedNode, asked: Asked, power: float) -> Cost:
    """What *node* would take by *timing*; never less for more steps or more megapixels."""
    if timing.activity not in GROWS:
        return Cost(fixed=timing.seconds)
    ratio = _ratio(timing, node, asked)
    if timing.activity != "sampling" or not timing.steps:
        return Cost(growing=timing.seconds * ratio)
    pace = step_pace(timing)
    first = pace if timing.first_step_seconds is None else timing.first_step_seconds
    # What comes after the last step, and steps slower than their median, are kept apiece.
    rest = max(0.0, timing.seconds - first) / (timing.steps - 1) if timing.steps > 1 else pace
    grown = ratio**power
    return Cost(first=grown * first, each=grown * rest, steps=node.steps or timing.steps)


def _ratio(timing: NodeTiming, node: PlannedNode, asked: Asked) -> float:
    """How many times what it did then *node* has to do."""
    if node.megapixels and timing.worked:
        return node.megapixels / timing.worked
    same = timing.node == node.id and timing.workflow == asked.workflow
    size = asked.megapixels if same or not node.megapixels else node.megapixels
    return size / timing.megapixels if timing.megapixels and size else 1.0


def exponent(runs: Iterable[Run], checkpoint: str) -> float:
    """The power of megapixels with which the steps of *checkpoint* have grown so far."""
    points = [
        (math.log(timing.size), math.log(pace))
        for run in runs
        if run.checkpoint == checkpoint
        for timing in run.nodes.values()
        if timing.activity == "sampling" and timing.size > 0 and (pace := step_pace(timing)) > 0
    ]
    if len(points) < 2:
        return PRIOR_EXPONENT
    x_mean = sum(x for x, _ in points) / len(points)
    y_mean = sum(y for _, y in points) / len(points)
    spread = sum((x - x_mean) ** 2 for x, _ in points)
    excess = sum((x - x_mean) * (y - y_mean - PRIOR_EXPONENT * (x - x_mean)) for x, y in points)
    low, high = EXPONENT_RANGE
    return max(low, min(high, PRIOR_EXPONENT + excess / (spread + EXPONENT_TRUST)))


def pooled(runs: Iterable[Run]) -> Pool:
    """How far apart runs of the same kind were, whatever the kind.

    By their sampling after the first step, which takes as long cold as warm.
    """
    kinds: dict[tuple[object, ...], list[float]] = {}
    for run in runs:
        sampled = [t for t in run.nodes.values() if t.activity == "sampling" and t.steps > 1]
        seconds = sum(t.seconds - (t.first_step_seconds or 0.0) for t in sampled)
        if seconds > 0:
            asked = (run.checkpoint, run.workflow, run.sampler, run.megapixels, run.worked)
            kind = (*asked, *sorted((t.node, t.steps) for t in sampled))
            kinds.setdefault(kind, []).append(seconds)
    return pool_of(kinds.values())


def step_pace(timing: NodeTiming) -> float:
    """Seconds a step after the first; 0 where it counted none."""
    if not timing.steps:
        return 0.0
    if timing.step_seconds_median is not None:
        return timing.step_seconds_median
    return timing.seconds / timing.steps


def node_seconds(
    node: PlannedNode, asked: Asked, runs: Sequence[Run], *, cold: bool, power: float
) -> tuple[float, float | None, float] | None:
    """Median seconds of *node*, and until its first step, in the runs most like what is *asked*.

    The third is how far apart they are (deviation of the logarithm). None where no node of its
    class ever ran.
    """
    alike = _alike(node, asked, runs, cold=cold)
    same_size = [pair for pair in alike if asked.is_size_of(pair[0])]
    costs = [cost(timing, node, asked, power) for _, timing in (same_size or alike)[:NEWEST]]
    if not costs:
        return None
    firsts = [one.first for one in costs if one.steps]
    seconds = [one.seconds(1.0, power) for one in costs]
    doubt = spread_of(seconds, [1.0] * len(seconds)).deviation
    return median(seconds), median(firsts) if firsts else None, doubt


def typical(
    node: PlannedNode, asked: Asked, runs: Sequence[Run], *, cold: bool
) -> NodeTiming | None:
    """The timing in the middle of those most like *node*, whatever its size; None without any."""
    timings = [timing for _, timing in _alike(node, asked, runs, cold=cold)[:NEWEST]]
    timings.sort(key=_apiece)
    return timings[len(timings) // 2] if timings else None


def _apiece(timing: NodeTiming) -> float:
    """Seconds for one of what *timing* grows with."""
    size = timing.size if timing.activity in GROWS and timing.size else 1.0
    return timing.seconds / size / max(1, timing.steps)


def _alike(
    node: PlannedNode, asked: Asked, runs: Sequence[Run], *, cold: bool
) -> list[tuple[Run, NodeTiming]]:
    """The runs most like what is *asked* in which *node*'s class ran, with what it took."""
    for alike in _levels(node, asked, runs):
        if alike:
            return [pair for pair in alike if pair[0].cold is cold] or alike
    return []


def _levels(
    node: PlannedNode, asked: Asked, runs: Sequence[Run]
) -> Iterable[list[tuple[Run, NodeTiming]]]:
    """Timings of *node*'s class, from those most like it to those least."""
    found = [(run, t) for run in runs if (t := run.timing(node, asked.workflow)) is not None]
    if node.activity == "sampling":
        found = [(run, t) for run, t in found if t.steps] or found
    own = [(run, t) for run, t in found if run.checkpoint == asked.checkpoint]
    family = family_of_model(asked.checkpoint)
    here = [(r, t) for r, t in own if r.workflow == asked.workflow and t.node == node.id]
    if node.activity == "sampling":
        yield [(run, t) for run, t in here if run.sampler == asked.sampler]
        yield here
        yield [(run, t) for run, t in own if run.sampler == asked.sampler]
    yield here
    yield own
    yield [(run, t) for run, t in found if family and run.family == family]
    yield found
