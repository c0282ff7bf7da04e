"""What a change of a record means to people: queued, started, finished, failed, cancelled. Pure."""

import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from storage.mapping import rows
from storage.records import Generation, Status

EVENTS: Final = ("queued", "started", "finished", "failed", "cancelled")
"""All there are, in the order in which they happen to one generation."""
MAX_PROMPT = 1_000
"""Characters of a prompt that are told."""
MAX_ERROR = 1_000

_ENDS: Mapping[Status, str] = {
    Status.FINISHED: "finished",
    Status.FAILED: "failed",
    Status.LOST: "failed",
    Status.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of one of *owner*'s generations, when it happened (epoch seconds), and its data.

    `id` is unique: whoever is told of it twice can tell.
    """

    id: str
    event: str
    owner: str
    at: float
    data: dict[str, Any]


def happenings(old: Generation | None, new: Generation) -> Iterator[Happening]:
    """What became of *old*, None where it is new, by being *new* now.

    One that ended before it was noted that it ran has started, too. One that waits again after a
    failed try has not been queued again; one whose cancelling was undone has.
    """
    before = old.status if old else None
    if new.status is before or new.origin:
        return
    now = time.time()
    if new.status is Status.QUEUED and before in (None, Status.CANCELLED):
        yield _happening("queued", None, now, new)
    has_run = new.status is Status.RUNNING or (new.status.is_final and new.started_at is not None)
    if has_run and old and before is not Status.RUNNING and not before.is_final:  # type: ignore[union-attr] # old has a status
        yield _happening("started", new.started_at, now, new)
    if old and (event := _ENDS.get(new.status)):
        yield _happening(event, new.finished_at, now, new)


def _happening(event: str, at: float | None, now: float, record: Generation) -> Happening:
    """One at its own time, or now where that is none that can be stored."""
    at = now if at is None or rows.moment(at) is None else at
    return Happening(f"evt_{uuid.uuid4().hex}", event, record.owner, at, data_of(record))


def data_of(record: Generation) -> dict[str, Any]:
    """What is told of a *record*; times are epoch seconds."""
    return {
        "generationId": record.id,
        "press": record.group,
        "status": str(record.status),
        "prompt": record.prompt[:MAX_PROMPT],
        "workflow": record.workflow,
        "server": record.server,
        "seed": str(rows.field_values(record, {"seed"})["seed"]),  # as it is stored
        "images": len(record.images),
        "createdAt": record.created_at,
        "startedAt": record.started_at,
        "finishedAt": record.finished_at,
        "error": record.error[:MAX_ERROR],
        "errorKind": record.error_kind,
        "link": f"/?job={record.group}",
    }
