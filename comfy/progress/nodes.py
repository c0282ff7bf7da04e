"""How far one node is, and all of them together. Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

EXPANDED_CEILING = 0.95
"""Highest fraction of a node that expanded into others, before it ends itself."""
MAX_STEP_TIMES = 2000
"""Step times kept for one node."""
MAX_STEPS = 100_000
"""A counter beyond this counts bytes or the like: it moves the bar and is no count of steps."""


@dataclass(frozen=True, slots=True)
class NodeProgress:
    """One node so far. `fraction` only grows, 1 when done; times are of `comfy.clock`.

    `value` and `max` are as last reported; `step_times` are (value, time) of each new value;
    `parent` is the planned node that an expanded one belongs to.
    """

    fraction: float = 0.0
    value: float = 0.0
    max: float = 1.0
    started_at: float | None = None
    ended_at: float | None = None
    cached: bool = False
    step_times: tuple[tuple[float, float], ...] = ()
    parent: str = ""

    @property
    def is_done(self) -> bool:
        """True once the node ended or was cached."""
        return self.cached or self.ended_at is not None

    @property
    def steps(self) -> int:
        """Steps that the node counts; 0 where it counts none, or what are no steps."""
        return int(self.max) if 1 < self.max <= MAX_STEPS else 0


def stepped(node: NodeProgress, value: float, maximum: float, at: float) -> NodeProgress:
    """Return *node* at *value* of *maximum*; its fraction never falls."""
    if not (maximum > 0 and math.isfinite(maximum) and math.isfinite(value)):
        return node
    value = min(max(value, 0.0), maximum)
    times = node.step_times
    if maximum > 1 and value > 0 and (value, maximum) != (node.value, node.max):
        if times and value < times[-1][0]:
            times = ()  # the node began to count again: an earlier pace says nothing now
        if not times or value > times[-1][0]:
            times = (*times, (value, at))[-MAX_STEP_TIMES:]
    fraction = max(node.fraction, value / maximum)
    return replace(node, value=value, max=maximum, fraction=fraction, step_times=times)


def counting(node: NodeProgress, children: Iterable[NodeProgress]) -> NodeProgress:
    """Return the one whose steps people see: *node* where it counts, else its last child that does.

    A child that runs comes before one that is over.
    """
    if node.steps:
        return node
    counted = [child for child in children if child.steps]
    running = [child for child in counted if not child.is_done]
    return (running or counted or [node])[-1]


def overall(
    weights: Mapping[str, float],
    nodes: Mapping[str, NodeProgress],
    expanded: Mapping[str, NodeProgress],
) -> float | None:
    """Return the weighted mean of *nodes*, *expanded* ones folded in; None without any weight.

    Cached nodes do not count, nor does a node that is not in *weights*.
    """
    total = done = 0.0
    children: dict[str, list[NodeProgress]] = {}
    for child in expanded.values():
        children.setdefault(child.parent, []).append(child)
    for id_, weight in weights.items():
        node = nodes.get(id_)
        if node and node.cached:
            continue
        total += weight
        if node:
            done += weight * folded(node, children.get(id_, ()))
    return done / total if total > 0 else None


def folded(node: NodeProgress, children: Iterable[NodeProgress]) -> float:
    """Fraction of *node*, that of the *children* it expanded into folded in.

    They are heard of as they begin: as long as it runs there may always be one more.
    """
    fractions = [child.fraction for child in children]
    if node.is_done or not fractions:
        return node.fraction
    mean = sum(fractions) / (len(fractions) + 1)
    return max(node.fraction, min(EXPANDED_CEILING, mean * EXPANDED_CEILING))
