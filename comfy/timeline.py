"""Spans, step intervals, speed and time left, from a Progress. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from comfy.nodes import NodeProgress
from comfy.progress import Phase, Progress

RECENT_STEPS = 8
"""Intervals that speed and time left look back on."""
MAX_STEPS = 10_000
"""Step intervals of one node, whatever a server counts."""


@dataclass(frozen=True, slots=True)
class Span:
    """One node's time on the server; epoch seconds.

    `step_seconds` holds the first step from the node's start (warm-up included), then each
    interval; a report that jumps several steps is spread evenly over them.
    """

    node: str
    title: str
    node_class: str
    activity: str
    started_at: float
    ended_at: float
    steps: int = 0
    step_seconds: tuple[float, ...] = ()


def spans(progress: Progress) -> tuple[Span, ...]:
    """Return the spans of all nodes that ran, in the order in which they started."""
    found = []
    for id_, node in progress.nodes.items():
        planned = progress.plan.nodes.get(id_)
        if node.cached or node.started_at is None or planned is None:
            continue
        ended = node.ended_at or progress.ended_at or progress.heard_at or node.started_at
        steps = int(node.max) if node.max > 1 else 0
        found.append(
            Span(
                id_,
                planned.title,
                planned.node_class,
                planned.activity,
                node.started_at,
                max(ended, node.started_at),
                steps,
                tuple(step_seconds(node)),
            )
        )
    return tuple(sorted(found, key=lambda span: span.started_at))


def step_seconds(node: NodeProgress) -> list[float]:
    """Seconds of each step seen; from 0.9 on ComfyUI may report several steps at once."""
    return _intervals((0.0, node.started_at), node.step_times)


def seconds_per_step(node: NodeProgress) -> float | None:
    """Median of the last intervals without the first (warm-up); None before there are two steps."""
    # Every watcher asks at every step, so no more is looked at than is needed.
    before, *last = node.step_times[-RECENT_STEPS - 1 :] or ((0.0, None),)
    recent = _intervals(before, last) if len(last) == RECENT_STEPS else step_seconds(node)[1:]
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


def speed(progress: Progress) -> float | None:
    """Steps per second of the current node, or of the last one that counted steps."""
    for node in _by_recency(progress):
        seconds = seconds_per_step(node)
        if seconds:
            return 1.0 / seconds
    return None


def seconds_left(progress: Progress) -> float | None:
    """Seconds left as of the last event; None before there is a basis.

    Steps left of the current node at its present pace, plus the other nodes' seconds: learned
    ones, or, where none are, their weight in steps at the same pace.
    """
    if progress.phase not in (Phase.RUNNING, Phase.QUEUED):
        return None
    current = progress.nodes.get(progress.node, NodeProgress())
    pace = seconds_per_step(current)
    if pace is None:
        nodes = _by_recency(progress)
        pace = next((p for p in map(seconds_per_step, nodes) if p is not None), None)
    left = 0.0
    for id_, planned in progress.plan.nodes.items():
        node = progress.nodes.get(id_, NodeProgress())
        if node.is_done:
            continue
        known = planned.seconds
        if id_ == progress.node and node.max > 1 and (own := seconds_per_step(node)) is not None:
            left += (node.max - node.value) * own
        elif known is not None:
            left += known * (1.0 - node.fraction) if node.max > 1 else _rest(node, known, progress)
        elif pace is not None:
            left += planned.units * (1.0 - node.fraction) * pace
        else:
            return None
    return left


def _rest(node: NodeProgress, seconds: float, progress: Progress) -> float:
    """What is left of a node that reports nothing, by the time it has run."""
    if node.started_at is None or progress.heard_at is None:
        return seconds
    return max(0.0, seconds - (progress.heard_at - node.started_at))


def _by_recency(progress: Progress) -> Sequence[NodeProgress]:
    counting = [n for n in progress.nodes.values() if n.step_times]
    return sorted(counting, key=lambda n: n.step_times[-1][1], reverse=True)
