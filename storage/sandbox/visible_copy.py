"""A copy of what one viewer may see, for questions of their own: the newest, friendly names.

It holds no graph, no path, no detail of errors, and the owner only where everybody's are copied.
"""

import uuid
from datetime import datetime
from pathlib import Path

import duckdb

from storage.mapping.rows import clean
from storage.search.image_filter import IMAGES
from storage.stats.period import SIZE

MAX_GENERATIONS = 100_000
"""Newest generations in a copy."""
_WINDOWS = (7, 30, 90, 365)
"""Days in which so many are looked for, before all time."""
_MINE = "deleted_at IS NULL AND (CAST($owner AS VARCHAR) IS NULL OR owner = $owner)"
_TIMES = ("created_at", "started_at", "finished_at")
_MEASURES = (
    "waiting_seconds", "run_seconds", "loading_seconds", "encoding_seconds", "sampling_seconds",
    "decoding_seconds", "saving_seconds", "other_seconds", "fetching_seconds", "sampled_steps",
    "steps_per_second", "is_cold", "forecast_seconds",
)  # fmt: skip
_LORAS = "CASE WHEN len(loras) > 0 THEN loras WHEN lora <> '' THEN [lora] ELSE [] END"
_GENERATIONS = f"""
SELECT id, {", ".join(_TIMES)}, status, prompt, negative_prompt, checkpoint, lora,
    {_LORAS} AS loras, sampler, scheduler, width, height, {SIZE} AS size,
    width * CAST(height AS BIGINT) / 1e6 AS megapixels, steps, cfg,
    CAST(seed AS HUGEINT) AS seed, batch, workflow, server,
    {IMAGES} AS images, {", ".join(_MEASURES)}, error, error_kind, error_node
FROM generations WHERE {_MINE} AND created_at >= $since
ORDER BY created_at DESC, id DESC LIMIT {MAX_GENERATIONS}
"""
_IMAGES = """
SELECT generation, number, kind, media, width, height, bytes, filename FROM images
ANTI JOIN (SELECT generation, number FROM image_marks WHERE deleted_at IS NOT NULL) AS binned
    USING (generation, number)
WHERE generation >= $first AND generation IN (SELECT id FROM {name}.generations)
    AND NOT (temporary AND thumbnail = '')
"""
_NODES = """
SELECT generation, number, node, title, node_class, activity, started_at,
    date_diff('microsecond', started_at, finished_at) / 1e6 AS seconds, steps
FROM node_runs
WHERE generation >= $first AND generation IN (SELECT id FROM {name}.generations)
"""


def write_copy(cursor: duckdb.DuckDBPyConnection, file: Path, owner: str | None) -> None:
    """Write the tables generations, images and nodes into the new database *file*.

    *owner* None copies everybody's, each with its owner. Raises duckdb.Error.
    """
    name = f"copy_{uuid.uuid4().hex}"
    path = str(file).replace("'", "''")
    cursor.execute(f"ATTACH '{path}' AS {name}")
    try:
        mine = None if owner is None else clean(owner)
        values = {"owner": mine, "since": _since(cursor, mine)}
        whose = _GENERATIONS.replace("SELECT id", "SELECT id, owner", 1)
        sql = whose if owner is None else _GENERATIONS
        cursor.execute(f"CREATE TABLE {name}.generations AS {sql}", values)
        first = cursor.execute(f"SELECT coalesce(min(id), '') FROM {name}.generations").fetchall()
        for table, query in (("images", _IMAGES), ("nodes", _NODES)):
            cursor.execute(
                f"CREATE TABLE {name}.{table} AS {query.format(name=name)}", {"first": first[0][0]}
            )
        cursor.execute(f"CHECKPOINT {name}")
    finally:
        cursor.execute(f"DETACH {name}")


def _since(cursor: duckdb.DuckDBPyConnection, owner: str | None) -> datetime:
    """From when on there are MAX_GENERATIONS, roughly; sorting all of them takes long."""
    beginning = datetime(1970, 1, 1)  # noqa: DTZ001 - stored naive, in UTC
    for days in _WINDOWS:
        found = cursor.execute(
            "SELECT since, "
            f"(SELECT count(*) FROM generations WHERE {_MINE} AND created_at >= since) "
            "FROM (SELECT max(created_at) - to_days(CAST($days AS INTEGER)) AS since "
            "FROM generations)",
            {"owner": owner, "days": days},
        ).fetchone()
        if found and found[0] and found[1] >= MAX_GENERATIONS:
            since: datetime = found[0]
            return since
    return beginning
