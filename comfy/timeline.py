"""Spans, step intervals, speed and time left, from a Progress. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from comfy.nodes import NodeProgress
from comfy.pace import seconds_per_step, step_seconds
from comfy.progress import Phase, Progress


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


def speed(progress: Progress) -> float | None:
    """Steps per second of the current node, or of the last one that counted steps."""
    for node in _by_recency(progress):
        seconds = seconds_per_step(node)
        if seconds:
            return 1.0 / seconds
    return None


def seconds_left(progress: Progress) -> float | None:
    """Seconds left as of the last event; None before there is a basis.

    One step is none: the first is slower than the others, nobody knows by how much.
    """
    found = progress.outlook
    if progress.phase not in (Phase.RUNNING, Phase.QUEUED) or found is None or not found.firm:
        return None
    return found.left(progress.heard_at or found.since)


def _by_recency(progress: Progress) -> Sequence[NodeProgress]:
    counting = [n for n in progress.nodes.values() if n.step_times]
    return sorted(counting, key=lambda n: n.step_times[-1][1], reverse=True)
