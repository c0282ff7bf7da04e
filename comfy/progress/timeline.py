"""Spans, step intervals, speed and time left, from a Progress. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from comfy.progress.advance import Phase, Progress
from comfy.progress.nodes import NodeProgress
from comfy.progress.step_rate import seconds_per_step, step_seconds


@dataclass(frozen=True, slots=True)
class Span:
    """One node's time on the server, by `comfy.clock`.

    `step_seconds` holds the first step from the node's start (warm-up included), then each
    interval; a report that jumps several steps is spread evenly over them. `megapixels` is what
    the graph says it worked on, frames and batch included, 0 where it does not say.
    """

    node: str
    title: str
    node_class: str
    activity: str
    started_at: float
    ended_at: float
    steps: int = 0
    step_seconds: tuple[float, ...] = ()
    megapixels: float = 0.0


def spans(progress: Progress) -> tuple[Span, ...]:
    """Return the spans of all nodes that ran, in the order in which they started."""
    found = []
    for id_, node in progress.nodes.items():
        planned = progress.plan.nodes.get(id_)
        if node.cached or node.started_at is None or planned is None:
            continue
        ended = node.ended_at or progress.ended_at or progress.heard_at or node.started_at
        found.append(
            Span(
                id_,
                planned.title,
                planned.node_class,
                planned.activity,
                node.started_at,
                max(ended, node.started_at),
                node.steps,
                tuple(step_seconds(node)) if node.steps else (),
                planned.megapixels,
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


def seconds_left(progress: Progress, at: float | None = None) -> float | None:
    """Seconds left *at* a moment, by default that of the last event.

    None before there is a basis, before it runs, and once what runs is overdue.

    One step is none: the first is slower than the others, nobody knows by how much. How long
    what is before it on the server takes, nobody knows.
    """
    found = progress.outlook
    if progress.phase is not Phase.RUNNING or found is None or not found.firm:
        return None
    now = progress.heard_at or 0.0 if at is None else at
    return None if found.is_overdue(now) else found.left(now)


def _by_recency(progress: Progress) -> Sequence[NodeProgress]:
    counting = [n for n in progress.nodes.values() if n.step_times and n.steps]
    return sorted(counting, key=lambda n: n.step_times[-1][1], reverse=True)
