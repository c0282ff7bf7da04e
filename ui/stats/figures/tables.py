"""Tables for the script: columns with titles, and cells as text with a value to sort by. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from ui.stats.figures import words

MAX_ROWS = 500
"""Rows sent of one table; the files have them all."""
MAX_TEXT = 300

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the frame's *name* for it, its *title*, how it is *said*, and its *hint*."""

    name: str
    title: str
    said: Callable[[Any], str] = str
    is_number: bool = True
    hint: str = ""


def table(frame: pd.DataFrame, columns: Sequence[Column]) -> Json:
    """*frame* for the script: columns, rows of [sort by, text, whole text], and how many more.

    A column that the frame does not have is left out.
    """
    known = [column for column in columns if column.name in frame.columns]
    return {
        "columns": [{"title": c.title, "number": c.is_number, "hint": c.hint} for c in known],
        "rows": [[_cell(row[c.name], c) for c in known] for row in rows(frame.head(MAX_ROWS))],
        "more": max(0, len(frame) - MAX_ROWS),
    }


def rows(frame: pd.DataFrame) -> list[Json]:
    """The rows of *frame* by name."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _cell(value: Any, column: Column) -> list[Any]:
    text = column.said(value)[:MAX_TEXT]
    if column.is_number:
        order: Any = value.timestamp() if isinstance(value, datetime) else words.plain(value)
        return [order, text]
    whole = str(value)[:MAX_TEXT]
    return [whole.lower(), text, whole]
