"""What a generation took, from its times and its node runs: columns that statistics read. Pure."""

from collections.abc import Sequence
from typing import Any

from storage.mapping.columns import ACTIVITY_COLUMNS, SPAN_COLUMNS, whole
from storage.mapping.rows import moment
from storage.records import Generation, NodeRun

ACTIVITIES = (
    "waiting", "loading", "encoding", "sampling", "decoding", "saving", "other", "fetching",
)  # fmt: skip
"""Where time goes, in the order of a generation's life."""
RUN_COLUMNS = (*ACTIVITY_COLUMNS, "sampled_steps", "steps_per_second", "is_cold")
"""Columns that follow from the node runs."""
SPAN_FIELDS = frozenset({"created_at", "started_at", "finished_at", "fetched_at"})
"""Fields that SPAN_COLUMNS follow from."""


def span_values(generation: Generation) -> dict[str, float | None]:
    """Seconds by SPAN_COLUMNS; None where a time is missing, or clocks disagree."""
    pairs = (
        (generation.created_at, generation.started_at),
        (generation.started_at, generation.finished_at),
        (generation.finished_at, generation.fetched_at),
    )
    return {name: _between(*pair) for name, pair in zip(SPAN_COLUMNS, pairs, strict=True)}


def run_values(runs: Sequence[NodeRun]) -> dict[str, Any]:
    """The RUN_COLUMNS of a generation in which *runs* are all that ran.

    `steps_per_second` is of the sampling nodes that counted steps, None without any; `is_cold`
    where anything was loaded.
    """
    seconds = dict.fromkeys(ACTIVITIES[1:-1], 0.0)
    steps, stepping, is_cold = 0, 0.0, False
    for run in runs:
        took = _between(run.started_at, run.finished_at) or 0.0
        seconds[run.activity if run.activity in seconds else "other"] += took
        is_cold = is_cold or run.activity == "loading"
        counted = whole(run.steps)
        if run.activity == "sampling" and counted > 0:
            steps, stepping = steps + counted, stepping + took
    rate = steps / stepping if stepping > 0 else None
    return dict(zip(RUN_COLUMNS, (*seconds.values(), whole(steps), rate, is_cold), strict=True))


def _between(start: float | None, end: float | None) -> float | None:
    first, last = moment(start), moment(end)
    if first is None or last is None or last < first:
        return None
    return (last - first).total_seconds()
