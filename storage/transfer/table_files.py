"""Writes tables as CSV and Parquet, by DuckDB itself.

A text in a CSV file that a spreadsheet would take for a formula gets an apostrophe before it.
"""

import tempfile
from enum import StrEnum
from pathlib import Path

import duckdb
import pandas as pd

from storage.error_translation import explain

_FORMULA = "^[=+@\\-\\t\\r\\n＝＋－＠]"
_OPTIONS = {
    # One form for every time, or whoever reads the file by the form of its first row fails.
    "csv": "FORMAT csv, HEADER true, TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S.%f'",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}
_TEXT = ("VARCHAR", "JSON", "ENUM")


class Format(StrEnum):
    """A kind of file for tables, named as its ending."""

    CSV = "csv"
    PARQUET = "parquet"


def write_table(cursor: duckdb.DuckDBPyConnection, query: str, file: Path, kind: Format) -> None:
    """Write what *query* finds into *file*, in place of what was there. Raises duckdb.Error."""
    part = file.with_name(f".{file.name}.part")
    path = str(part).replace("'", "''")
    if kind is Format.CSV:
        query = _harmless(cursor, query)
    try:
        cursor.execute(f"COPY ({query}) TO '{path}' ({_OPTIONS[kind]})")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def write_frame(frame: pd.DataFrame, file: Path, kind: Format) -> None:
    """Write *frame* into *file*, in place of what was there. Raises duckdb.Error."""
    with duckdb.connect(":memory:") as connection:
        connection.register("frame", _typed(frame))
        write_table(connection, "SELECT * FROM frame", file, kind)


def encode(frame: pd.DataFrame, kind: Format) -> bytes:
    """*frame* as the content of a file. Raises StorageError."""
    folder = Path(tempfile.gettempdir())
    try:
        with tempfile.TemporaryDirectory(prefix="stepglass-") as made:
            folder = Path(made)
            file = folder / f"table.{kind}"
            write_frame(frame, file, kind)
            return file.read_bytes()
    except (OSError, duckdb.Error) as error:
        raise explain(error, folder) from error


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """*frame* with its columns of objects as texts: an empty one would have no type at all."""
    texts = [name for name in frame.columns if frame[name].dtype == object]
    return frame.astype(dict.fromkeys(texts, "string"))


def _harmless(cursor: duckdb.DuckDBPyConnection, query: str) -> str:
    """*query* with an apostrophe before each text that begins as a formula does."""
    found = cursor.execute(f"DESCRIBE {query}").fetchall()
    names = [name.replace('"', '""') for name, kind, *_ in found if kind.startswith(_TEXT)]
    if not names:
        return query
    safe = ", ".join(
        f"CASE WHEN regexp_matches(CAST(\"{n}\" AS VARCHAR), '{_FORMULA}') "
        f'THEN \'\'\'\' || CAST("{n}" AS VARCHAR) ELSE CAST("{n}" AS VARCHAR) END AS "{n}"'
        for n in names
    )
    return f"SELECT * REPLACE ({safe}) FROM ({query})"
