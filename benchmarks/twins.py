"""The same records for others to answer from: SQLite with its write-ahead log, and pandas."""

import sqlite3
from pathlib import Path

import duckdb
import pandas as pd

from storage.engine.database import FILE_NAME

TWIN = "twin.sqlite"
TWIN_COLUMNS = (
    "id", "owner", "status", "created_at", "prompt", "checkpoint", "lora", "sampler", "width",
    "height", "steps", "batch", "workflow", "server", "error", "error_kind", "forecast_seconds",
    "image_count", "deleted_at", "waiting_seconds", "run_seconds", "fetching_seconds",
    "loading_seconds", "encoding_seconds", "sampling_seconds", "decoding_seconds",
    "saving_seconds", "other_seconds", "sampled_steps", "steps_per_second", "is_cold",
)  # fmt: skip
"""What SQLite and pandas are given: the measures too, so that they need no join either."""
_TWIN_INDEXES = (
    "created ON generations (created_at)",
    "mine ON generations (owner, created_at)",
    "by_status ON generations (status, created_at)",
    "by_checkpoint ON generations (checkpoint, width, height, server, created_at)",
)


_NAMES = (
    "owner", "status", "checkpoint", "sampler", "server", "error_kind", "workflow", "lora",
)  # fmt: skip


def twin(folder: Path) -> sqlite3.Connection:
    """The same records in SQLite, made where they are not there yet; times as epoch seconds."""
    file = folder / TWIN
    if not file.exists():
        part = folder / f"{TWIN}.part"
        part.unlink(missing_ok=True)
        _fill_twin(folder, part)
        part.replace(file)
    connection = sqlite3.connect(file, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA cache_size = -2000000")
    connection.execute("PRAGMA mmap_size = 30000000000")
    return connection


def _fill_twin(folder: Path, part: Path) -> None:
    columns = ", ".join(TWIN_COLUMNS)
    lite = sqlite3.connect(part)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
        lite.execute(f"PRAGMA {pragma}")  # nothing is lost with it: it would be made anew
    lite.execute(f"CREATE TABLE generations ({columns.replace('id,', 'id TEXT PRIMARY KEY,', 1)})")
    sql = f"INSERT INTO generations VALUES ({', '.join('?' * len(TWIN_COLUMNS))})"
    with duckdb.connect(str(folder / FILE_NAME), read_only=True) as connection:
        found = connection.execute(f"SELECT {_as_numbers()} FROM generations")
        while rows := found.fetchmany(50_000):
            lite.executemany(sql, rows)
    lite.commit()
    for index in _TWIN_INDEXES:
        lite.execute(f"CREATE INDEX {index}")
    lite.execute("ANALYZE")
    lite.commit()
    lite.close()


def _as_numbers() -> str:
    times = {"created_at", "deleted_at"}
    return ", ".join(f"epoch({c}) AS {c}" if c in times else c for c in TWIN_COLUMNS)


def frame(folder: Path) -> pd.DataFrame:
    """The same records for pandas: all but prompts and errors, names as categories."""
    left_out = ("prompt", "error", "id")
    with duckdb.connect(str(folder / FILE_NAME), read_only=True) as connection:
        for name in _NAMES:
            connection.execute(
                f"CREATE TEMP TYPE {name}_name AS ENUM (SELECT DISTINCT {name} FROM generations)"
            )
        cast = ", ".join(f"CAST({name} AS {name}_name) AS {name}" for name in _NAMES)
        return connection.execute(
            f"SELECT * EXCLUDE ({', '.join(left_out)}) REPLACE ({cast}) "
            f"FROM (SELECT {_as_numbers()} FROM generations)"
        ).df()
