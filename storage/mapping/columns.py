"""The SQL type of each column, and values as the columns take them. Pure.

Numbers of servers, files and pages are bounded here, on their way in: what no column of that
kind can hold is no such number at all, and stored as the kind's "none" (0, or NULL where the
column has that), so that it fails no write.
"""

import math
from collections.abc import Mapping
from typing import Any

from storage.errors import Unstorable

MAX_INTEGER = 2**31 - 1
MAX_BIGINT = 2**63 - 1
MAX_SEED = 2**64 - 1
MAX_DEPTH = 200
"""Lists and objects in one another, in a JSON column: deeper ones could not be read back."""

TIME_COLUMNS = (
    "created_at", "submitted_at", "accepted_at", "started_at", "finished_at", "fetched_at",
    "deleted_at",
)  # fmt: skip
"""Columns of generations that are times."""
SPAN_COLUMNS = ("waiting_seconds", "run_seconds", "fetching_seconds")
"""Columns of generations that follow from the record's own times."""
ACTIVITY_COLUMNS = (
    "loading_seconds", "encoding_seconds", "sampling_seconds", "decoding_seconds",
    "saving_seconds", "other_seconds",
)  # fmt: skip
"""Columns of generations that follow from their node runs, besides the three below."""
TYPES: Mapping[str, Mapping[str, str]] = {
    "generations": {
        **dict.fromkeys(TIME_COLUMNS, "TIMESTAMP"),
        **dict.fromkeys(("request", "graph", "texts", "files"), "JSON"),
        **dict.fromkeys(("width", "height", "steps", "batch", "priority", "attempts"), "INTEGER"),
        **dict.fromkeys(("image_count", "hidden_count", "label_count", "rating"), "INTEGER"),
        **dict.fromkeys(("mark_count", "binned_count"), "INTEGER"),
        **dict.fromkeys(("cfg", "position", "forecast_seconds", "reached"), "DOUBLE PRECISION"),
        **dict.fromkeys(("held", "cancel_asked", "retry_on_loss", "favourite"), "BOOLEAN"),
        **dict.fromkeys((*SPAN_COLUMNS, *ACTIVITY_COLUMNS), "DOUBLE PRECISION"),
        "steps_per_second": "DOUBLE PRECISION",
        "sampled_steps": "INTEGER",
        "is_cold": "BOOLEAN",
        "seed": "NUMERIC(20, 0)",
        "loras": "VARCHAR[]",
    },
    "images": {
        **dict.fromkeys(("number", "width", "height"), "INTEGER"),
        "bytes": "BIGINT",
        "temporary": "BOOLEAN",
        "seconds": "DOUBLE PRECISION",
    },
    "node_runs": {
        **dict.fromkeys(("number", "steps"), "INTEGER"),
        **dict.fromkeys(("started_at", "finished_at"), "TIMESTAMP"),
        "step_seconds": "DOUBLE PRECISION[]",
        "megapixels": "DOUBLE PRECISION",
    },
    "labels": {},
    "hooks": {
        **dict.fromkeys(("created_at", "tried_at"), "TIMESTAMP"),
        "worked": "BOOLEAN",
        "dropped": "BIGINT",
    },
    "outbox": {"happened_at": "TIMESTAMP", "data": "JSON"},
    "image_marks": {
        **dict.fromkeys(("number", "rating"), "INTEGER"),
        **dict.fromkeys(("tags", "collections"), "VARCHAR[]"),
        "favourite": "BOOLEAN",
        "deleted_at": "TIMESTAMP",
    },
}
"""SQL types of the columns that are not VARCHAR."""
NULLABLE = frozenset(
    {
        *(*TIME_COLUMNS[1:], *SPAN_COLUMNS, *ACTIVITY_COLUMNS),
        *("forecast_seconds", "steps_per_second", "sampled_steps", "is_cold"),
    }
)
"""Columns that may be NULL: not measured, or not yet."""
_MOST = {"INTEGER": MAX_INTEGER, "BIGINT": MAX_BIGINT, "NUMERIC(20, 0)": MAX_SEED}


def type_of(table: str, column: str) -> str:
    """The SQL type of a column."""
    return TYPES[table].get(column, "VARCHAR")


def fitted(table: str, column: str, value: Any) -> Any:
    """*value* as the *column* takes it; times and JSON are left as they are.

    Raises TypeError where it is of another kind altogether.
    """
    kind = type_of(table, column)
    if kind in ("TIMESTAMP", "JSON") or (value is None and column in NULLABLE):
        return value
    if kind == "VARCHAR":
        return clean(_of(value, str, column))
    if kind == "BOOLEAN":
        return _of(value, bool, column)
    if kind == "VARCHAR[]":
        return [clean(_of(one, str, column)) for one in value]
    if kind == "DOUBLE PRECISION[]":
        return [real(one) for one in value if math.isfinite(real(one))]
    if kind in _MOST:
        return whole(_of(value, (int, float), column), _MOST[kind])
    number = real(_of(value, (int, float), column))
    return number if math.isfinite(number) else None if column in NULLABLE else 0.0


def whole(value: float, most: int = MAX_INTEGER) -> int:
    """*value* as a whole number of at most *most* either way; 0 where it is none."""
    return int(value) if _is_finite(value) and abs(value) <= most else 0


def real(value: float) -> float:
    """*value* as a float; NaN where it is beyond all of them."""
    try:
        return float(value)
    except OverflowError:
        return math.nan


def clean(text: str) -> str:
    """*text* without what no database takes: NUL and lone surrogates become U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    return (
        text
        if text.isascii()
        else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def check_depth(value: Any) -> None:
    """Raise Unstorable where *value* is nested too deeply for a JSON column."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [one for held in level for one in _held(held)]
        if not level:
            return
    raise Unstorable(
        f"This is nested over {MAX_DEPTH} levels deep, which nothing real is, so it is not kept."
    )


def _held(value: Any) -> list[Any]:
    """The lists and objects in *value*."""
    if not isinstance(value, Mapping | list | tuple):
        return []
    inside = value.values() if isinstance(value, Mapping) else value
    return [one for one in inside if isinstance(one, Mapping | list | tuple)]


def _is_finite(value: float) -> bool:
    return math.isfinite(real(value))


def _of(value: Any, kind: Any, column: str) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{column} cannot be {type(value).__name__}")
    return value
