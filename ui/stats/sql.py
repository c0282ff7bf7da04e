"""Answers of the SQL box for the script: any value as text, numbers as numbers. Pure."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from ui.stats import words
from ui.stats.pictures import Json

TABLES = """SELECT table_name, column_name, data_type FROM information_schema.columns
ORDER BY table_name, ordinal_position"""
"""Asks which tables there are."""
MAX_SHOWN = 200
"""Rows sent to the page."""
MAX_CELL = 300
MAX_EXACT = 2**53
"""A browser's numbers are exact up to here."""


def answered(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], *, truncated: bool, seconds: float
) -> Json:
    """A table of the first rows, and what it took."""
    shown = [[cell(value) for value in row] for row in rows[:MAX_SHOWN]]
    count = f"{len(rows):,}" + ("+" if truncated else "")
    said = f"{count} {'row' if count == '1' else 'rows'} in {words.seconds(seconds)}"
    if len(rows) > MAX_SHOWN:
        said += f"; the first {MAX_SHOWN} are shown"
    if truncated:
        said += ". There are more: the answer was cut off"
    numeric = [_is_numeric(row[n] for row in rows) for n in range(len(columns))]
    return {
        "table": {
            "columns": [
                {"title": str(title), "number": number, "hint": ""}
                for title, number in zip(columns, numeric, strict=True)
            ],
            "rows": shown,
            "more": 0,
        },
        "said": f"{said}.",
    }


def cell(value: Any) -> list[Any]:
    """[sort by, text, whole text] of one value."""
    text = _text(value)
    return [_order(value), text[:MAX_CELL], text[: MAX_CELL * 10]]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.6g}" if math.isfinite(value) and abs(value) < 1e6 else f"{value:g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{len(bytes(value))} bytes"
    return str(value)


def _order(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        exact = math.isfinite(value) and abs(value) <= MAX_EXACT
        return value if exact else (float(value) if math.isfinite(value) else None)
    return _text(value).lower()[:MAX_CELL]


def _is_numeric(values: Iterable[Any]) -> bool:
    known = [v for v in values if v is not None]
    return bool(known) and all(
        isinstance(v, int | float) and not isinstance(v, bool) for v in known
    )


def listed(columns: Iterable[Sequence[Any]]) -> list[Json]:
    """Tables with their columns, from rows of (table, column, type)."""
    tables: dict[str, list[list[str]]] = {}
    for table, column, kind in columns:
        tables.setdefault(str(table), []).append([str(column), str(kind).lower()])
    return [{"name": name, "columns": found} for name, found in tables.items()]
