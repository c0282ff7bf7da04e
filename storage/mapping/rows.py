"""Records to rows of the tables and back. Pure."""

import json
import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import fields
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from storage.mapping.columns import TIME_COLUMNS, check_depth, fitted, whole
from storage.mapping.columns import clean as clean  # what other modules take from here
from storage.records import Generation, Image, Marks, NodeRun, Status

Row = tuple[Any, ...]

_COLUMN_OF = {"group": "press"}  # the word is reserved
TIMES = frozenset(TIME_COLUMNS)
"""Fields of a generation that are times."""
_JSON = frozenset({"request", "graph", "texts"})
LAST_MOMENT = 253_402_300_799.0
"""9999-12-31T23:59:59Z, the last second that Python and PostgreSQL both can say."""

_ELSEWHERE = frozenset({"images", "tags", "collections", "image_marks"})
"""Fields of a generation that are rows of other tables."""

GENERATION_FIELDS = tuple(f.name for f in fields(Generation) if f.name not in _ELSEWHERE)
"""Fields of a generation that are columns, in the order of its rows."""
IMAGE_COLUMNS = ("generation", *(f.name for f in fields(Image)))
NODE_RUN_COLUMNS = ("generation", "number", *(f.name for f in fields(NodeRun)))
LABEL_COLUMNS = ("generation", "kind", "name")
MARK_COLUMNS = ("generation", "number", *(f.name for f in fields(Marks)))
TAG, COLLECTION = "tag", "collection"
"""Kinds of labels."""
DERIVED_COLUMNS = (
    "prompt_folded", "files", "image_count", "hidden_count", "label_count", "mark_count",
    "binned_count",
)  # fmt: skip
"""Columns of generations that follow from the record."""
GENERATION_COLUMNS = tuple(_COLUMN_OF.get(name, name) for name in GENERATION_FIELDS)


def fold(text: str) -> str:
    """*text* as it is searched: without differences of case, width or composition."""
    return unicodedata.normalize("NFKC", clean(text)).casefold()


def moment(seconds: float | None) -> datetime | None:
    """Epoch *seconds* as a naive UTC datetime; None where it is no time at all."""
    if seconds is None or not 0.0 <= seconds <= LAST_MOMENT:
        return None
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def seconds_of(value: datetime | None) -> float | None:
    """The inverse of `moment`."""
    return None if value is None else value.replace(tzinfo=UTC).timestamp()


_FROM_COLUMN: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "request": json.loads,
        "graph": json.loads,
        "texts": lambda text: tuple(json.loads(text)),
        "status": Status,
        "seed": int,
        "loras": lambda names: tuple(names or ()),
    }
)
_DECODERS = tuple(
    seconds_of if name in TIMES else _FROM_COLUMN.get(name) for name in GENERATION_FIELDS
)
"""What makes fields of the columns in a row of GENERATION_COLUMNS; None where they are the same."""


def field_values(generation: Generation, of: Set[str]) -> dict[str, Any]:
    """Those fields *of* the generation that are columns, by column.

    Raises ValueError or TypeError where something in them cannot be stored.
    """
    values = {
        _COLUMN_OF.get(name, name): _encoded(name, getattr(generation, name))
        for name in of - _ELSEWHERE
    }
    if "created_at" in values and values["created_at"] is None:
        raise ValueError(f"created_at is no time: {generation.created_at!r}")
    return values


def folded_values(generation: Generation) -> dict[str, Any]:
    """The column that words are looked for in."""
    return {"prompt_folded": fold(generation.prompt)}


def file_values(generation: Generation) -> dict[str, Any]:
    """The columns that follow from the images."""
    files = json_text([image_values(image) for image in generation.images])
    hidden = len(generation.images) - len(generation.shown_images)
    return {"files": files, "image_count": len(generation.images), "hidden_count": hidden}


def label_values(generation: Generation) -> dict[str, Any]:
    """The column that follows from the labels."""
    return {"label_count": len(label_rows(generation))}


def mark_values(generation: Generation) -> dict[str, Any]:
    """The columns that follow from the marks of its images."""
    return mark_counts(generation.image_marks)


def mark_counts(image_marks: Mapping[int, Marks]) -> dict[str, Any]:
    """How many images have marks of their own, and how many of these are in the bin, by column."""
    binned = sum(marks.deleted_at is not None for marks in image_marks.values())
    return {"mark_count": len(image_marks), "binned_count": binned}


def generation_from(
    row: Row,
    files: str = "[]",
    labels: Iterable[tuple[str, str]] = (),
    image_marks: Mapping[int, Marks] = MappingProxyType({}),
) -> Generation:
    """The record of a *row* of GENERATION_COLUMNS.

    *files* is the column of that name, *labels* are pairs of kind and name.
    """
    pairs = sorted(labels)
    fields: dict[str, Any] = {
        name: decode(value) if decode else value
        for name, decode, value in zip(GENERATION_FIELDS, _DECODERS, row, strict=True)
    }
    return Generation(
        images=tuple(Image(**values) for values in json.loads(files)),
        tags=tuple(name for kind, name in pairs if kind == TAG),
        collections=tuple(name for kind, name in pairs if kind == COLLECTION),
        image_marks=image_marks,
        **fields,
    )


def mark_rows(generation: str, image_marks: Mapping[int, Marks]) -> list[Row]:
    """*image_marks* in the order of MARK_COLUMNS."""
    return [
        (generation, number, *(_mark(name, getattr(marks, name)) for name in MARK_COLUMNS[2:]))
        for number, marks in image_marks.items()
    ]


def marks_from(row: Row) -> Marks:
    """The marks in a *row* of MARK_COLUMNS."""
    rating, favourite, note, tags, collections, deleted_at = row[2:]
    return Marks(rating, favourite, note, tuple(tags), tuple(collections), seconds_of(deleted_at))


def _mark(name: str, value: Any) -> Any:
    return moment(value) if name in TIMES else fitted("image_marks", name, value)


def image_rows(generation: Generation) -> list[Row]:
    """The images of *generation*, each in the order of IMAGE_COLUMNS."""
    return [image_row(generation.id, image) for image in generation.images]


def label_rows(generation: Generation) -> list[Row]:
    """The labels of *generation* in the order of LABEL_COLUMNS, each once."""
    return labels(generation.id, generation.tags, generation.collections)


def labels(id_: str, tags: Iterable[str], collections: Iterable[str]) -> list[Row]:
    """The rows of these labels of the generation *id_*."""
    pairs = [(TAG, name) for name in tags]
    pairs += [(COLLECTION, name) for name in collections]
    return [(id_, kind, clean(name)) for kind, name in dict.fromkeys(pairs)]


def image_values(image: Image) -> dict[str, Any]:
    """*image* by field, as it is stored."""
    return {name: fitted("images", name, getattr(image, name)) for name in IMAGE_COLUMNS[1:]}


def image_row(generation: str, image: Image) -> Row:
    """*image* of *generation* in the order of IMAGE_COLUMNS."""
    return (generation, *image_values(image).values())


def node_run_rows(generation: str, runs: Sequence[NodeRun]) -> list[Row]:
    """*runs* in the order of NODE_RUN_COLUMNS; a run without times, which says nothing, is none."""
    rows: list[Row] = []
    for run in runs:
        started, finished = moment(run.started_at), moment(run.finished_at)
        if started is None or finished is None:
            continue
        texts = (clean(t) for t in (run.node, run.title, run.node_class, run.activity))
        seconds = fitted("node_runs", "step_seconds", run.step_seconds)
        size = fitted("node_runs", "megapixels", run.megapixels)
        times = (started, finished, whole(run.steps), seconds)
        rows.append((generation, len(rows), *texts, *times, size))
    return rows


def node_run_from(row: Row) -> NodeRun:
    """The record of a *row* of NODE_RUN_COLUMNS."""
    node, title, node_class, activity, started, finished, steps, step_seconds, size = row[2:]
    return NodeRun(
        node,
        title,
        node_class,
        activity,
        seconds_of(started) or 0.0,
        seconds_of(finished) or 0.0,
        steps,
        tuple(step_seconds),
        size,
    )


def _encoded(name: str, value: Any) -> Any:
    if name in TIMES:
        return moment(value)
    if name in _JSON:
        return json_text(value)
    if isinstance(value, Status):
        return value.value
    # No LoRAs are as in the rows of earlier versions, which knew no list.
    return fitted("generations", _COLUMN_OF.get(name, name), value) if value != () else None


def json_text(value: Any) -> str:
    """*value* as JSON; NaN and infinities, which JSON has not, become null.

    Raises ValueError (Unstorable) and TypeError for what no JSON column can hold.
    """
    check_depth(value)
    try:
        return clean(json.dumps(value, ensure_ascii=False, allow_nan=False))
    except ValueError:
        return clean(json.dumps(_finite(value), ensure_ascii=False, allow_nan=False))


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {k: _finite(v) for k, v in value.items()}
    return [_finite(v) for v in value] if isinstance(value, list | tuple) else value
