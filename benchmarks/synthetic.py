"""Seeded records of three years, as many as wanted, written straight into a data folder.

Eight checkpoints, six sizes, five samplers, three servers, ten owners; prompts whose words are as
frequent as words are (Zipf), some of them rare; every outcome; images, and seven node runs each
with their steps. One server is slower in the last days, for change points to be found. Graphs are
left empty and prompts are short: they would only take disk.
"""

import argparse
import time
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks import synthetic_sql
from storage.engine.database import FILE_NAME
from storage.store import Store

SEED = 5
NOW = 1_790_000_000.0
"""The moment at which the records end, epoch seconds."""
YEARS = 3.0
CHUNK = 500_000
SLOWER_DAYS = 12
"""How long one server has been slower, in days before NOW."""
WORDS = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").split()
"""From the most frequent to the rarest."""
RARE = {"axolotl": 50_021, "quokka": 200_003, "zeppelin": 1_000_003}
"""Words that one in so many prompts has."""
OWNERS = [
    f"user:{name}"
    for name in ("ann", "bob", "cat", "dan", "eve", "fay", "gus", "hal", "ida", "joe")
]
CHECKPOINTS = (
    ("sdxl_base_1.0.safetensors", 0.16, 7.0),
    ("sd_v1-5.safetensors", 0.10, 3.0),
    ("juggernaut_xl.safetensors", 0.17, 7.0),
    ("flux1-dev.safetensors", 0.62, 21.0),
    ("dreamshaper_8.safetensors", 0.10, 3.0),
    ("sd3.5_medium.safetensors", 0.25, 9.0),
    ("qwen-image.safetensors", 0.80, 26.0),
    ("z-image-turbo.safetensors", 0.30, 11.0),
)
"""Name, seconds per step and megapixel, seconds to load."""


def make(folder: Path, rows: int, seed: int = SEED) -> Path:
    """Fill a new data folder with *rows* generations; return *folder*. One filled is kept."""
    done = folder / f"synthetic-{rows}-{seed}"
    if done.exists():
        return folder
    Store(folder).close()
    with duckdb.connect(str(folder / FILE_NAME)) as connection:
        connection.execute("SET checkpoint_threshold = '1 TB'")
        connection.execute("SET preserve_insertion_order = true")
        _run(connection, synthetic_sql.COMMON, {"seed": seed})
        for first in range(0, rows, CHUNK):
            _chunk(connection, first, min(rows, first + CHUNK), rows, seed)
    done.touch()
    return folder


def _chunk(
    connection: duckdb.DuckDBPyConnection, first: int, last: int, rows: int, seed: int
) -> None:
    rare = ", ".join(f"CASE WHEN i % {one_in} = 7 THEN '{w}' END" for w, one_in in RARE.items())
    values = {
        "seed": seed,
        "first": first,
        "last": last,
        "rows": rows,
        "days": YEARS * 365,
        "start": NOW - YEARS * 365 * 86_400,
        "slower": NOW - SLOWER_DAYS * 86_400,
        "owners": OWNERS,
        "words": WORDS,
        "checkpoints": [name for name, _, _ in CHECKPOINTS],
        "paces": [pace for _, pace, _ in CHECKPOINTS],
        "loads": [load for _, _, load in CHECKPOINTS],
    }
    _run(connection, synthetic_sql.MADE.replace("RARE", rare), values)
    for sql in (synthetic_sql.GENERATIONS, synthetic_sql.IMAGES, synthetic_sql.NODE_RUNS):
        _run(connection, sql, values)
    connection.execute("CHECKPOINT")


def _run(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, object]) -> None:
    """Run *sql* with *values* written into it, since macros take no parameters."""
    for name in sorted(values, key=len, reverse=True):
        sql = sql.replace(f"${name}", _literal(values[name]))
    connection.execute(sql)


def _literal(value: object) -> str:
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_literal(one) for one in value) + "]"
    return repr(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=float, default=1e6)
    given = parser.parse_args()
    began = time.monotonic()
    make(given.folder, int(given.rows))
    last = datetime(1970, 1, 1) + timedelta(seconds=NOW)  # noqa: DTZ001
    print(f"{int(given.rows):,} generations until {last} in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
