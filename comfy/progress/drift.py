"""How much slower or faster than learned a run is, by the steps that it has shown. Pure."""

import math

from comfy.graph.plan import PlannedNode
from comfy.progress.nodes import NodeProgress
from comfy.progress.step_rate import RECENT_STEPS, recent_intervals, seconds_per_step

MOST_DRIFT = 100.0
"""How many times faster or slower than learned a run is believed to be."""
FIRST_DRIFT = 3.0
"""The same that a first step is believed: one farther off loads a model, or found it loaded."""
STEP_SPREAD, SPREAD_WORTH = 0.2, 2.0
"""How far apart steps of a node are before any is seen (deviation of the logarithm), and the
intervals that this is worth."""
LEAST_TRUST, MOST_TRUST = 0.1, 10.0
"""Steps of this run, at least and at most, that say as much as what is learned of earlier ones."""


def drift(planned: PlannedNode, node: NodeProgress) -> float:
    """How many times slower than learned *node* is, as far as it tells.

    Its steps speak for this run, what is learned for the runs before; each counts the more, the
    less far apart its figures are: the mean of a prior and of measurements, both normal.
    """
    learned = learned_pace(planned, node.max)
    if not learned or not planned.seconds:
        return 1.0
    said = seen = 0.0
    if planned.first_seconds and (first := first_interval(node)) > 0:
        reported = max(1.0, node.step_times[0][0])
        expected = (planned.first_seconds + (reported - 1.0) * learned) / reported
        said, seen = _log_ratio(first, expected, FIRST_DRIFT), 1.0
    if own := seconds_per_step(node):
        intervals = intervals_seen(node)
        said += intervals * _log_ratio(own, learned, MOST_DRIFT)
        seen += intervals
    trust = _step_variance(node) / planned.doubt**2
    return math.exp(said / (seen + max(LEAST_TRUST, min(MOST_TRUST, trust))))


def _log_ratio(seconds: float, learned: float, most: float) -> float:
    return math.log(max(1.0 / most, min(most, seconds / learned)))


def _step_variance(node: NodeProgress) -> float:
    """How far apart the steps of *node* are: the variance of their logarithms."""
    logs = [math.log(max(1e-6, one)) for one in recent_intervals(node)]
    mean = sum(logs) / len(logs) if logs else 0.0
    squares = sum((one - mean) ** 2 for one in logs)
    freedom = max(0, len(logs) - 1)
    return (squares + SPREAD_WORTH * STEP_SPREAD**2) / (freedom + SPREAD_WORTH)


def learned_pace(planned: PlannedNode, steps: float) -> float:
    """Learned seconds a step after the first, where the server counts *steps*."""
    seconds, count = planned.seconds or 0.0, max(1.0, steps)
    if planned.first_seconds is None or count <= 1:
        return seconds / count
    return max(0.0, seconds - planned.first_seconds) / (count - 1)


def first_interval(node: NodeProgress) -> float:
    """Seconds a step up to the first report."""
    value, at = node.step_times[0]
    started = at if node.started_at is None else node.started_at
    return max(0.0, at - started) / max(1.0, value)


def intervals_seen(node: NodeProgress) -> float:
    """Step intervals after the first, up to as many as the pace looks back on."""
    if not node.step_times:
        return 0.0
    return min(float(RECENT_STEPS), max(0.0, node.step_times[-1][0] - node.step_times[0][0]))
