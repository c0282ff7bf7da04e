"""Named JSON that people keep: presets, forms they work at, the number of their token."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from storage.mapping import rows


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep a named document, in place of one of that name; `data` None removes it."""

    kind: str
    owner: str
    name: str
    data: Mapping[str, Any] | None
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Trim:
    """Of all documents of one kind let only the newest be, so `many` and so many `bytes`."""

    kind: str
    many: int
    bytes: int


_TRIM = """
DELETE FROM documents WHERE kind = $1 AND (owner, name) IN (
    SELECT (owner, name) FROM (
        SELECT owner, name, row_number() OVER newest AS number,
            sum(strlen(CAST(data AS VARCHAR))) OVER newest AS bytes
        FROM documents WHERE kind = $1
        WINDOW newest AS (ORDER BY changed_at DESC, owner, name ROWS UNBOUNDED PRECEDING)
    ) WHERE number > $2 OR bytes > $3
)
"""


def keep(cursor: duckdb.DuckDBPyConnection, write: Keep) -> None:
    """Carry *write* out. Raises ValueError or TypeError for what JSON cannot say."""
    key = [rows.clean(text) for text in (write.kind, write.owner, write.name)]
    if write.data is None:
        cursor.execute("DELETE FROM documents WHERE kind = $1 AND owner = $2 AND name = $3", key)
        return
    cursor.execute(
        "INSERT INTO documents VALUES ($1, $2, $3, $4, $5) ON CONFLICT (kind, owner, name) "
        "DO UPDATE SET data = excluded.data, changed_at = excluded.changed_at",
        [*key, rows.json_text(write.data), rows.moment(write.at)],
    )


def trim(cursor: duckdb.DuckDBPyConnection, write: Trim) -> None:
    """Carry *write* out."""
    cursor.execute(_TRIM, [rows.clean(write.kind), write.many, write.bytes])


def documents(
    cursor: duckdb.DuckDBPyConnection, kind: str, owner: str
) -> dict[str, dict[str, Any]]:
    """See `storage.documents.Documents.by_name`."""
    found = cursor.execute(
        "SELECT name, data FROM documents WHERE kind = $1 AND owner = $2 "
        "ORDER BY changed_at DESC, name",
        [rows.clean(kind), rows.clean(owner)],
    ).fetchall()
    return {name: json.loads(data) for name, data in found}


def everybodys(cursor: duckdb.DuckDBPyConnection, kind: str) -> list[tuple[str, str]]:
    """See `storage.documents.Documents.everybodys`."""
    return cursor.execute(
        "SELECT owner, name FROM documents WHERE kind = $1 ORDER BY owner, name",
        [rows.clean(kind)],
    ).fetchall()


def upload_names(cursor: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """See `storage.documents.Documents.upload_names`."""
    found = cursor.execute(
        "SELECT DISTINCT unnest(regexp_extract_all(CAST(text AS VARCHAR), $1)) FROM "
        "(SELECT request AS text FROM generations UNION ALL SELECT data FROM documents)",
        [r"[0-9a-f]{64}\.[a-z0-9]{3,4}"],
    ).fetchall()
    return frozenset(name for (name,) in found)
