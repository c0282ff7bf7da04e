"""How fast a node steps. Pure."""

import math
from collections.abc import Sequence
from statistics import median

from comfy.progress.nodes import NodeProgress

RECENT_STEPS = 8
"""Intervals that speed and time left look back on."""
SETTLE_SECONDS = 0.05
"""Reports that came within less may have been held up somewhere, and say little of the pace."""
HELD_UP = 0.05
"""Intervals shorter than this share of the mean are of reports that came all at once."""
MAX_INTERVALS = 10_000
"""Step intervals of one node, whatever a server counts."""


def step_seconds(node: NodeProgress) -> list[float]:
    """Seconds of each step seen; from 0.9 on ComfyUI may report several steps at once."""
    return _intervals((0.0, node.started_at), node.step_times)


def is_settled(node: NodeProgress) -> bool:
    """Whether the reports of *node* cover time enough to say anything of its pace."""
    if not node.step_times or node.started_at is None:
        return bool(node.step_times)
    return node.step_times[-1][1] - node.started_at >= SETTLE_SECONDS


def seconds_per_step(node: NodeProgress) -> float | None:
    """Median of the last intervals without the first (warm-up); None before there are two reports.

    What the first report tells may be many steps, for who comes late or where they are fast.
    Reports that were held up come all at once: their intervals are left out, and the shorter the
    time that all cover, the more counts the mean since the node began.
    """
    before, last = _lately(node)
    if not node.steps:  # bytes, say: nobody lists the intervals of a million at once
        return _mean(before, last[-1]) if last and is_settled(node) else None
    recent = recent_intervals(node)
    if not recent or not is_settled(node):
        return None
    pace = median(recent)
    value, at = last[-1]
    if node.started_at is None or before[1] is None or value < 1:
        return pace
    doubt = math.exp(min(0.0, (before[1] - at) / SETTLE_SECONDS))
    return pace + doubt * max(0.0, (at - node.started_at) / value - pace)


def recent_intervals(node: NodeProgress) -> list[float]:
    """The last intervals that say something of the pace of *node*, without the first (warm-up)."""
    before, last = _lately(node)
    recent = _intervals(before, last) if node.steps else []
    least = HELD_UP * sum(recent) / len(recent) if recent else 0.0
    return [seconds for seconds in recent if seconds >= least][-RECENT_STEPS:]


def _lately(
    node: NodeProgress,
) -> tuple[tuple[float, float | None], tuple[tuple[float, float], ...]]:
    """The last reports (value, time), and the one before: every event asks for no more."""
    last = node.step_times[-RECENT_STEPS - 1 :]
    return (last[0], last[1:]) if last else ((0.0, None), ())


def _mean(first: tuple[float, float | None], last: tuple[float, float]) -> float | None:
    """Seconds for one of what is counted, from one report to another."""
    counted = last[0] - first[0]
    if first[1] is None or counted <= 0:
        return None
    return max(0.0, last[1] - first[1]) / counted


def _intervals(
    start: tuple[float, float | None], reports: Sequence[tuple[float, float]]
) -> list[float]:
    """Seconds of each step from *start* on; it and *reports* are (value, time)."""
    seconds: list[float] = []
    value, at = start
    for next_value, next_at in reports:
        steps = max(1, round(next_value - value))
        if at is not None:
            seconds += [max(0.0, next_at - at) / steps] * min(steps, MAX_INTERVALS - len(seconds))
        value, at = next_value, next_at
    return seconds
