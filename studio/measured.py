"""What a run took, as it is stored: here the core's clock becomes the time of day.

All of one run is moved by the same seconds: what lies between two of its moments stays as the
monotonic clock had it, whatever the wall clock did meanwhile.
"""

from typing import Any

from comfy import clock
from comfy.progress import Progress
from comfy.timeline import spans
from storage.records import NodeRun


def times(progress: Progress) -> dict[str, Any]:
    """`started_at` and `finished_at` of a run that is over; None where not known."""
    return {"started_at": _wall(progress.started_at), "finished_at": _wall(progress.ended_at)}


def node_runs(progress: Progress) -> tuple[NodeRun, ...]:
    """Each node that ran."""
    shift = clock.wall(0.0)
    return tuple(
        NodeRun(
            span.node,
            span.title,
            span.node_class,
            span.activity,
            span.started_at + shift,
            span.ended_at + shift,
            span.steps,
            span.step_seconds,
            span.megapixels,
        )
        for span in spans(progress)
    )


def _wall(at: float | None) -> float | None:
    return None if at is None else clock.wall(at)
