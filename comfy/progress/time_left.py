"""What is still to come of a prompt, in seconds: by what is learned, and by this very run. Pure.

A node's learned seconds are the first word; what the run has shown so far, step intervals and
nodes that are over, has more to say the longer it goes on (`comfy.progress.drift`). Where nothing
is learned, units (see `comfy.graph.plan`) are turned into seconds at the run's own rate, and before
it has shown any, at that of anybody's steps: the bar moves, and no time left is told.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from comfy.graph.plan import Plan, PlannedNode
from comfy.progress.drift import drift, first_interval, intervals_seen, learned_pace
from comfy.progress.nodes import NodeProgress, folded
from comfy.progress.step_rate import is_settled, seconds_per_step
from comfy.progress.stretch import KNEE, NO_KNEE, Outlook

UNTIMED_SECONDS = 2.0
"""What a node that runs and does nobody knows what is expected to take, at least."""
WARM_UP = 1.2
"""How many times longer than the others a first step takes, where nothing is learned."""
ANY_STEP = 0.3
"""Seconds that a step is taken for before anything is known: most take 0.03 to 3."""
LEAST_UNITS = 1.0
"""Units of finished nodes, at least, from which a rate may be read before any step."""
_GROWS = ("sampling", "decoding")

Nodes = Mapping[str, NodeProgress]


def outlook(plan: Plan, nodes: Nodes, children: Nodes, current: str, at: float) -> Outlook | None:
    """What is to come after the news of time *at*; None without any basis."""
    model = _Model(plan, nodes, children)
    rest, stretch, firm = 0.0, Outlook(0.0, at), True
    for id_, planned in plan.nodes.items():
        node = nodes.get(id_, _NEW)
        if node.is_done:
            continue
        found = model.expected(planned, node)
        if found is None:
            return None
        firm = firm and found.firm
        if id_ == current and node.started_at is not None:
            stretch, rest = found, rest + found.rest
        else:
            rest += found.left(at)
    if not math.isfinite(rest):
        return None  # learned times so long that their sum is no number are no basis
    return replace(stretch, rest=rest, firm=firm)


class _Model:
    """What this run has shown, once for all nodes."""

    def __init__(self, plan: Plan, nodes: Nodes, children: Nodes) -> None:
        self._plan = plan
        self._nodes = nodes
        self._children: dict[str, list[NodeProgress]] = {}
        for child in children.values():
            self._children.setdefault(child.parent, []).append(child)
        self._latest = self._last_that_counts()
        self._drift = self._measured_drift()
        rate, self._firm = self._measured_rate()
        self._is_guess = rate is None
        self._rate = ANY_STEP if rate is None else rate

    def expected(self, planned: PlannedNode, node: NodeProgress) -> Outlook | None:
        """The outlook of one node that is not over, as if it were the only one.

        None where its steps, held up and heard all at once, are the only basis.
        """
        if node.max > 1 and node.started_at is not None and node.step_times:
            return self._counting(planned, node)
        total, firm = self._total(planned), self._is_firm(planned)
        if node.started_at is None:
            return Outlook(total, firm=firm)
        if planned.seconds is None and planned.activity == "other":
            total, firm = max(total, UNTIMED_SECONDS), False  # anything may hide behind its name
        children = self._children.get(planned.id, ())
        if children and planned.seconds is None:
            return _unfolding(node, children, total, firm=firm)
        first = self._first(planned, total) if planned.steps else total
        if guess := self._is_guess and planned.seconds is None:
            first = min(first, self._rate)  # of what is a guess, a step's worth and no more
        return Outlook(total - first, node.started_at, first, firm, self._knee(planned), guess)

    def _counting(self, planned: PlannedNode, node: NodeProgress) -> Outlook | None:
        """Steps left at a pace between the learned one and the run's own."""
        pace, firm = self._pace(planned, node)
        if pace is None:
            return None
        steps = max(0.0, node.max - node.value)
        if not steps:
            return self._after_the_last(planned, node)
        jump = min(steps, max(1.0, _last_jump(node)))
        return Outlook((steps - jump) * pace, node.step_times[-1][1], jump * pace, firm)

    def _after_the_last(self, planned: PlannedNode, node: NodeProgress) -> Outlook:
        """A node that has counted to its end and is not over: what is learned of the rest."""
        at = node.step_times[-1][1]
        took = at - (at if node.started_at is None else node.started_at)
        total = 0.0 if planned.seconds is None else self._total(planned)
        return Outlook(0.0, at, max(0.0, total - took), self._is_firm(planned), NO_KNEE)

    def _pace(self, planned: PlannedNode, node: NodeProgress) -> tuple[float | None, bool]:
        """Seconds a step of a counting *node*, and whether that is firm."""
        prior = self._prior_pace(planned, node.max)
        own, seen = seconds_per_step(node), intervals_seen(node)
        if own is None and prior is None and is_settled(node):
            return first_interval(node) / WARM_UP, False
        if own is None:
            return prior, self._is_firm(planned)
        if prior is None:
            return own, True
        if planned.seconds is not None:
            return prior, True  # the drift has taken in what the run shows
        return (seen * own + prior) / (seen + 1.0), True

    def _prior_pace(self, planned: PlannedNode, steps: float) -> float | None:
        """Seconds a step by what is learned, else at the rate of this run's earlier samplers."""
        if planned.seconds is not None:
            return self._drift * learned_pace(planned, steps)
        if not planned.steps or self._latest in ("", planned.id):
            return None
        return self._rate * planned.units / planned.steps

    def _total(self, planned: PlannedNode) -> float:
        """Seconds of a whole node that has not told anything yet."""
        if planned.seconds is not None:
            return planned.seconds * (self._drift if planned.activity in _GROWS else 1.0)
        return planned.units * self._rate

    def _first(self, planned: PlannedNode, total: float) -> float:
        """Seconds until a sampler's first step, of *total*."""
        if planned.first_seconds is not None:
            return min(planned.first_seconds, total)
        return min(total, WARM_UP * total / max(1, planned.steps))

    def _knee(self, planned: PlannedNode) -> float:
        """How its stretch passes: evenly where it was timed before, else as nobody knows."""
        return KNEE if planned.seconds is not None else NO_KNEE

    def _is_firm(self, planned: PlannedNode) -> bool:
        return planned.seconds is not None or self._firm

    def _last_that_counts(self) -> str:
        counted = [
            (node.step_times[-1][1], id_)
            for id_, node in self._nodes.items()
            if node.step_times and id_ in self._plan.nodes
        ]
        return max(counted, default=(0.0, ""))[1]

    def _measured_drift(self) -> float:
        """How many times slower than learned this run's last sampler is, as far as it tells."""
        planned = self._plan.nodes.get(self._latest)
        return 1.0 if planned is None else drift(planned, self._nodes[self._latest])

    def _measured_rate(self) -> tuple[float | None, bool]:
        """Seconds a unit for what nothing is learned of: by steps, by learned nodes, by any."""
        planned = self._plan.nodes.get(self._latest)
        if planned is not None and planned.units:
            node = self._nodes[self._latest]
            if pace := seconds_per_step(node):
                # One unit is a step: what is no sampler has none by which to convert.
                is_sampler = planned.activity == "sampling"
                return pace * node.max / planned.units if is_sampler else pace, True
        learned = [n for n in self._plan.nodes.values() if n.seconds is not None and n.units]
        if units := sum(n.units for n in learned):
            return sum(n.seconds or 0.0 for n in learned) / units, True
        if planned is not None and planned.units and is_settled(self._nodes[self._latest]):
            node = self._nodes[self._latest]
            return first_interval(node) / WARM_UP * node.max / planned.units, False
        return self._rate_of_done(), False

    def _rate_of_done(self) -> float | None:
        """Seconds a unit of the nodes that are over; before any step, better than nothing."""
        units = seconds = 0.0
        for id_, node in self._nodes.items():
            planned = self._plan.nodes.get(id_)
            if planned is None or node.cached or node.started_at is None or node.ended_at is None:
                continue
            units += planned.units
            seconds += max(0.0, node.ended_at - node.started_at)
        return seconds / units if units >= LEAST_UNITS and seconds > 0 else None


_NEW = NodeProgress()


def unseen(nodes: Iterable[NodeProgress]) -> float:
    """Seconds of work that went on before we heard of it: a node first heard of at a late step."""
    missed = 0.0
    for node in nodes:
        if not node.step_times or node.started_at is None or node.step_times[0][0] <= 1:
            continue
        value, at = node.step_times[0]
        pace = seconds_per_step(node)
        if pace is not None:
            missed += max(0.0, (value - 1) * pace - (at - node.started_at))
    return missed


def _unfolding(
    node: NodeProgress, children: Sequence[NodeProgress], total: float, *, firm: bool
) -> Outlook:
    """A node that expanded into *children*, of which nobody knows how many are to come."""
    since, done = _last_news(node, children), folded(node, children)
    if since is not None and node.started_at is not None and done > 0:
        total = max(total, (since - node.started_at) / done)
    return Outlook(0.0, since, total * (1.0 - done), firm, NO_KNEE)


def _last_news(node: NodeProgress, children: Iterable[NodeProgress]) -> float | None:
    """When a node that expanded into *children* was last heard to move."""
    times = [node.started_at]
    for child in children:
        times += [child.started_at, child.ended_at, *(at for _, at in child.step_times[-1:])]
    return max((at for at in times if at is not None), default=None)


def _last_jump(node: NodeProgress) -> float:
    """Steps that the reports lately tell at once: servers tell fast steps together."""
    values = [value for value, _ in node.step_times[-4:]]
    return median(b - a for a, b in pairwise(values)) if len(values) > 1 else 1.0
