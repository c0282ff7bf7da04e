"""A process of its own that answers one statement over a read-only copy, then ends.

Run as a script by `storage.sandbox.runner`, with the limits as JSON on its standard input; it
imports nothing of Stepglass, opens the copy with neither files nor network nor settings to change,
nothing else after it, and writes one JSON object. Whoever started it kills it when it takes too
long.
"""

import contextlib
import json
import math
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

SAFE_INTEGER = 2**53
"""What JSON readers hold exactly; larger whole numbers leave as text."""
MAX_DEPTH = 20
LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "allow_community_extensions": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_persistent_secrets": "false",
    "temp_directory": "",
    "lock_configuration": "true",
}

HERE = str(Path.cwd())
"""Where the copy lies, which is nobody's business."""

WARMING = """SELECT now(), uuid(), 1.5::DECIMAL(9, 2), current_date, TIME '12:00',
TIMETZ '12:00:00+01', INTERVAL 1 DAY, 'a'::BLOB, 1::HUGEINT, '1'::BIT, [1], {'a': 1},
MAP {'a': 1}, 1.5::DOUBLE"""
"""A value of each kind that Python has a module for: later none can be opened."""


def main() -> None:
    """Read what is asked, answer it; every mistake is a sentence in the answer."""
    asked = json.load(sys.stdin)
    _limit(asked)
    try:
        answer = _answer(asked)
    except duckdb.Error as error:
        text = f"{type(error).__name__}: {error}".replace(HERE, "…")
        answer = {"error": text[: asked["cell"]]}
    except (MemoryError, RecursionError):
        answer = {"error": "OutOfMemoryException"}
    json.dump(answer, sys.stdout)


def _limit(asked: dict[str, Any]) -> None:
    """Let the system stop what DuckDB does not: memory, processor time, writing files."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limits
        import resource

        seconds = math.ceil(asked["seconds"]) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (asked["address_space"], asked["address_space"]))


def _shut() -> None:
    """Let the system open nothing more: no file, not even the copy's own, and no connection.

    DuckDB still lets a database read its own file, and some table functions name files to write.
    """
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    settings = LOCKED | {"memory_limit": f"{asked['memory']}B", "threads": "1"}
    with duckdb.connect(asked["file"], read_only=True, config=settings) as connection:
        connection.execute(WARMING).fetchall()
        _shut()
        statements = connection.extract_statements(asked["sql"])
        if len(statements) != 1:
            return {"error": "OneStatement" if statements else "Nothing"}
        if statements[0].type != duckdb.StatementType.SELECT:
            return {"error": "OnlyQuestions"}
        found = connection.sql(statements[0].query)
        if found is None:
            return {"error": "OnlyQuestions"}
        return _table(found.limit(asked["rows"] + 1), asked)


def _table(found: duckdb.DuckDBPyRelation, asked: dict[str, Any]) -> dict[str, Any]:
    columns = [str(name)[: asked["cell"]] for name in found.columns]
    rows: list[list[Any]] = []
    room = asked["bytes"]
    for row in _each(found):
        if len(rows) == asked["rows"] or room < 0:
            return {"columns": columns, "rows": rows, "truncated": True}
        rows.append([_plain(value, asked["cell"]) for value in row])
        room -= sum(len(v) if isinstance(v, str) else 16 for v in rows[-1])
    return {"columns": columns, "rows": rows, "truncated": False}


def _each(found: duckdb.DuckDBPyRelation) -> Iterator[tuple[Any, ...]]:
    while (row := found.fetchone()) is not None:
        yield row


def _plain(value: Any, cell: int, depth: int = 0) -> Any:
    """*value* as JSON has it; texts are cut to *cell* characters."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= SAFE_INTEGER else str(value)
    if isinstance(value, float | Decimal):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value[:cell].hex()
    if isinstance(value, dict | list | tuple):
        return _nested(value, cell, depth)
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    text = text.replace(HERE, "…")
    return text if len(text) <= cell else text[: cell - 1] + "…"


def _nested(value: Any, cell: int, depth: int) -> Any:
    """A list or struct, as text where it is too deep or too long."""
    if depth >= MAX_DEPTH or len(value) > cell:
        return f"{str(value)[: cell - 1]}…"
    if isinstance(value, dict):
        return {str(k)[:cell]: _plain(v, cell, depth + 1) for k, v in value.items()}
    return [_plain(v, cell, depth + 1) for v in value]


if __name__ == "__main__":
    main()
