"""A stored generation in words: what the full view shows. Pure."""

from typing import Any

from storage.records import Generation, NodeRun
from studio.generations import made_with
from studio.requested import is_built_in
from ui.library.tiles import NO_FILE

ACTIVITIES = (
    "waiting",
    "loading",
    "encoding",
    "sampling",
    "decoding",
    "saving",
    "other",
    "fetching",
)
"""What time is spent on, in the order in which it is usually spent."""


def describe(record: Generation, number: int = NO_FILE) -> dict[str, Any]:
    """Everything about *record* for people; times as epoch seconds under "times".

    Marks are those of its image with that *number*.
    """
    marks = record.marks if number == NO_FILE else record.marks_of(number)
    return {
        "id": record.id,
        "status": str(record.status),
        "prompt": record.prompt,
        "negative": record.negative_prompt,
        "typed": record.typed_prompt,
        "typed_negative": record.typed_negative_prompt,
        "rows": [[name, text] for name, text in _rows(record) if text],
        "times": [[name, at] for name, at in _times(record) if at],
        "images": [
            {"n": i.number, "width": i.width, "height": i.height, "bytes": i.bytes}
            for i in record.images
        ],
        "texts": [text[:20_000] for text in record.texts],
        "error": record.error,
        "detail": record.error_detail[:20_000],
        "warning": record.warning,
        "rating": marks.rating,
        "favourite": marks.favourite,
        "tags": list(marks.tags),
        "collections": list(marks.collections),
        "note": marks.note,
        "binned": marks.deleted_at is not None,
    }


def _rows(record: Generation) -> list[tuple[str, str]]:
    request, seed, cfg = record.request, made_with.seed(record), made_with.cfg(record)
    return [
        ("Checkpoint", record.checkpoint),
        *(("LoRA", one.said) for one in made_with.loras(record)),
        ("Styles", _listed(request.get("styles"))),
        ("Seed", "" if seed is None else str(seed)),
        ("Workflow", "" if is_built_in(record) else record.workflow),
        ("Size", made_with.size_text(record)),
        ("Steps", str(made_with.steps(record) or "")),
        ("CFG", "" if cfg is None else _short(cfg)),
        ("Sampler", record.sampler),
        ("Scheduler", record.scheduler),
        ("Denoise", _short(request.get("denoise", 1.0)) * bool(request.get("image"))),
        ("Images", str(record.batch) if record.batch > 1 else ""),
        ("Queued for", _span(record.created_at, record.started_at)),
        ("Time", _span(record.started_at, record.finished_at)),
        ("Server", record.server),
        ("Generation", record.id),
    ]


def _times(record: Generation) -> list[tuple[str, float | None]]:
    return [("Created", record.created_at), ("Finished", record.finished_at)]


def waterfall(record: Generation, runs: list[NodeRun]) -> list[dict[str, Any]]:
    """Rows of a waterfall, in order: name, activity, start and length in seconds, steps.

    Starts count from when it was asked for. Waiting and fetching stand beside the nodes' spans.
    """
    zero = record.created_at
    began = record.started_at or (runs[0].started_at if runs else None)
    rows = [_row("In the queue", "waiting", zero, began, zero)] if began else []
    rows += [
        {**_row(r.title, r.activity, r.started_at, r.finished_at, zero), "steps": r.steps}
        for r in sorted(runs, key=lambda run: run.started_at)
    ]
    if record.finished_at and record.fetched_at:
        rows.append(
            _row("To this machine", "fetching", record.finished_at, record.fetched_at, zero)
        )
    return [row for row in rows if row["length"] >= 0]


def _row(name: str, activity: str, start: float, end: float | None, zero: float) -> dict[str, Any]:
    length = max(0.0, (end or start) - start)
    return {
        "name": name,
        "activity": activity if activity in ACTIVITIES else "other",
        "start": round(max(0.0, start - zero), 4),
        "length": round(length, 4),
        "steps": 0,
    }


def _listed(names: Any) -> str:
    return ", ".join(map(str, names)) if isinstance(names, list) else ""


def _span(start: float | None, end: float | None) -> str:
    if start is None or end is None or end < start:
        return ""
    seconds = end - start
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def _short(number: Any) -> str:
    return f"{number:g}" if isinstance(number, int | float) else str(number)
