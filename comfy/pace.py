"""How fast a node steps. Pure."""

from collections.abc import Sequence
from statistics import median

from comfy.nodes import NodeProgress

RECENT_STEPS = 8
"""Intervals that speed and time left look back on."""
MAX_STEPS = 10_000
"""Step intervals of one node, whatever a server counts."""


def step_seconds(node: NodeProgress) -> list[float]:
    """Seconds of each step seen; from 0.9 on ComfyUI may report several steps at once."""
    return _intervals((0.0, node.started_at), node.step_times)


def seconds_per_step(node: NodeProgress) -> float | None:
    """Median of the last intervals without the first (warm-up); None before there are two reports.

    What the first report tells may be many steps, for who comes late or where they are fast.
    """
    # Every event asks, so no more is looked at than is needed.
    before, *last = node.step_times[-RECENT_STEPS - 1 :] or ((0.0, None),)
    recent = _intervals(before, last)
    return median(recent[-RECENT_STEPS:]) if recent else None


def _intervals(
    start: tuple[float, float | None], reports: Sequence[tuple[float, float]]
) -> list[float]:
    """Seconds of each step from *start* on; it and *reports* are (value, time)."""
    seconds: list[float] = []
    value, at = start
    for next_value, next_at in reports:
        steps = max(1, round(next_value - value))
        if at is not None:
            seconds += [max(0.0, next_at - at) / steps] * min(steps, MAX_STEPS - len(seconds))
        value, at = next_value, next_at
    return seconds
