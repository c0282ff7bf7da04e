"""Answers of the SQL box for the script: any JSON value as text, numbers as numbers. Pure."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from studio.sql.sandbox import Answer
from ui.stats.figures import words
from ui.stats.figures.pictures import Json

TABLES = """SELECT table_name, column_name, data_type FROM information_schema.columns
ORDER BY table_name, ordinal_position"""
"""Asks which tables there are."""
MAX_CELL = 300
"""Characters of a cell that are shown; its title has them all."""


def answered(answer: Answer) -> Json:
    """A table of all rows that came, and what it took."""
    count = f"{len(answer.rows):,}"
    said = f"{count} {'row' if count == '1' else 'rows'} in {words.seconds(answer.seconds)}."
    if answer.truncated:
        said = f"The first {said} There are more: add a LIMIT, or group them."
    numeric = [_is_numeric(row[n] for row in answer.rows) for n in range(len(answer.columns))]
    columns = [
        {"title": title, "number": number, "hint": ""}
        for title, number in zip(answer.columns, numeric, strict=True)
    ]
    rows = [[cell(value) for value in row] for row in answer.rows]
    return {"table": {"columns": columns, "rows": rows, "more": 0}, "said": said}


def cell(value: Any) -> list[Any]:
    """[sort by, text, whole text] of one value."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [value, _number(value), str(value)]
    text = _text(value)
    return [text.lower()[:MAX_CELL], text[:MAX_CELL], text]


def _number(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:g}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list | bool):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


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
