"""What is kept as a table: a row for each image, with all that is known of it. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from storage.mapping.rows import LAST_MOMENT
from storage.records import Generation, Image
from studio.generations import made_with

COLUMNS = (
    "id", "number", "file", "media", "width", "height", "seconds", "bytes", "rating", "favourite",
    "note", "tags", "collections", "status", "created", "started", "finished", "prompt",
    "negative_prompt", "checkpoint", "lora", "sampler", "scheduler", "steps", "cfg", "seed",
    "workflow", "server", "made_from", "relation", "origin", "texts", "error", "warning",
    "typed_prompt", "typed_negative_prompt",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a text begins that a spreadsheet takes for a formula, the last ones by what may follow."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it a spreadsheet takes UTF-8 for something else."""


def lines(found: Iterable[tuple[Generation, tuple[Image, ...]]]) -> Iterator[str]:
    """The table as CSV, piece by piece: its head, then the rows of each generation.

    One that has no image to show has one row.
    """
    yield BYTE_ORDER_MARK + _written([COLUMNS])
    for record, images in found:
        yield _written([_row(record, image) for image in images or (None,)])


def _row(record: Generation, image: Image | None) -> list[Any]:
    marks = record.marks_of(image.number) if image else record.marks
    file: tuple[Any, ...] = ("",) * 7
    if image:
        size = (image.width or "", image.height or "", round(image.seconds, 3) or "", image.bytes)
        file = (image.number, image.filename, image.media, *size)
    loras = ", ".join(one.said for one in made_with.loras(record))
    values = (
        record.id, *file, marks.rating or "", "yes" if marks.favourite else "", marks.note,
        ", ".join(marks.tags), ", ".join(marks.collections), str(record.status),
        _moment(record.created_at), _moment(record.started_at), _moment(record.finished_at),
        record.prompt, record.negative_prompt, record.checkpoint, loras, record.sampler,
        record.scheduler, made_with.steps(record), made_with.cfg(record),
        made_with.seed_text(record), record.workflow, record.server, record.parent,
        record.relation, record.origin, "\n".join(record.texts), record.error, record.warning,
        record.typed_prompt, record.typed_negative_prompt,
    )  # fmt: skip
    return [_cell(value) for value in values]


def _cell(value: Any) -> Any:
    """*value* as no spreadsheet takes it for a formula; numbers are none."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    plain = value.replace("\0", "")
    return f"'{plain}" if plain.lstrip(" ").startswith(_FORMULA) else plain


def _moment(seconds: float | None) -> str:
    """UTC, to the second, as ISO 8601 writes it."""
    if seconds is None or not 0 <= seconds <= LAST_MOMENT:
        return ""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _written(rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
