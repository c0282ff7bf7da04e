"""The times of a run as they are stored: the core's clock turned into the time of day.

All of one run is moved by the same seconds: what lies between two of its moments stays as the
monotonic clock had it, whatever the wall clock did meanwhile.

Sleep is told apart from work here. Our clock stands still while this machine is suspended. A
server on this machine slept along, so what we heard is the truth, and its own clock counts the
night. One elsewhere worked on: then its own word for the whole is the truth, and of the single
nodes nobody knows. What cannot be told is left out, so that no statistics count it.
"""

from dataclasses import dataclass
from typing import Any

from comfy import clock
from comfy.progress.advance import Progress
from comfy.progress.timeline import Span, spans
from storage.records import NodeRun

LEAST_SLEEP = 5.0
"""Seconds of suspend that matter."""
SLACK_SECONDS, SLACK = 2.0, 1.2
"""By how much what is told of one run in two ways may differ: seconds, and times as much."""


@dataclass(frozen=True, slots=True)
class Measured:
    """`times` are `started_at` and `finished_at` as fields of a record, None where not known.

    `runs` is each node that ran; none where they cannot be believed.
    """

    times: dict[str, Any]
    runs: tuple[NodeRun, ...]


def measured(progress: Progress, *, slept: float = 0.0, here: bool = True) -> Measured:
    """What is to be stored of a run that is over.

    *slept* are the seconds that this machine was suspended while it followed the run; *here*
    says that the server is on it too.
    """
    start, end = progress.started_at, progress.ended_at
    heard, told = progress.heard_seconds, progress.told_seconds
    was_asleep = slept >= LEAST_SLEEP
    if was_asleep and here and heard is not None and end is not None:
        start = end - (heard if told is None else min(heard, told))
    elif was_asleep and not here and told is None:
        start = None  # it may have run on all night
    is_known = not was_asleep or here or _agree(heard, told)
    found = spans(progress) if is_known else ()
    return Measured(
        {"started_at": clock.wall_of(start), "finished_at": clock.wall_of(end)},
        _node_runs(found) if _is_credible(found, start, end) else (),
    )


def _agree(heard: float | None, told: float | None) -> bool:
    """Whether the server took no longer than was heard of it: the sleep was before or after."""
    return heard is not None and told is not None and told <= heard * SLACK + SLACK_SECONDS


def _is_credible(found: tuple[Span, ...], start: float | None, end: float | None) -> bool:
    """Whether the nodes fit into the run: what was stopped itself hears everything late."""
    if not found or start is None or end is None:
        return True
    covered = max(span.ended_at for span in found) - min(span.started_at for span in found)
    return covered <= (end - start) * SLACK + SLACK_SECONDS


def _node_runs(found: tuple[Span, ...]) -> tuple[NodeRun, ...]:
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
        for span in found
    )
