"""Presses that ended lately, and how: what a page tells its person of."""

from dataclasses import dataclass

import duckdb

from storage.mapping import rows
from storage.records import Generation
from storage.search.image_filter import IMAGES
from storage.search.reads import records_by_id

MOST = 50
"""Presses looked at, the newest ends first."""


@dataclass(frozen=True, slots=True)
class Press:
    """How far one press of Generate has come: its generations by their end, and its images.

    `id` is that of its first generation, `at` when (epoch seconds) the last of them ended so far,
    `failed` counts lost ones too, and `fresh` are those of its images that were not seen yet.
    """

    id: str
    at: float
    finished: int
    failed: int
    cancelled: int
    images: int
    fresh: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How many jobs finished and failed, lost ones too; `shown` are of those that finished.

    The last to finish is first.
    """

    finished: int
    failed: int
    shown: tuple[Generation, ...]


_PRESSES = f"""
WITH lately AS (
    SELECT press, max(finished_at) AS ended FROM generations
    WHERE owner = $1 AND finished_at > $2 AND deleted_at IS NULL AND origin = ''
        AND status IN ('finished', 'failed', 'lost', 'cancelled')
    GROUP BY press ORDER BY ended DESC LIMIT {MOST}
)
SELECT press, lately.ended,
    count(*) FILTER (status = 'finished'), count(*) FILTER (status IN ('failed', 'lost')),
    count(*) FILTER (status = 'cancelled'),
    coalesce(sum({IMAGES}) FILTER (status = 'finished'), 0),
    coalesce(sum({IMAGES}) FILTER (status = 'finished' AND finished_at > $3), 0)
FROM generations JOIN lately USING (press)
WHERE id >= (SELECT min(press) FROM lately) AND owner = $1 AND deleted_at IS NULL
GROUP BY ALL ORDER BY lately.ended
"""
_JOBS = """
SELECT count(*) FILTER (status = 'finished'), count(*) FILTER (status IN ('failed', 'lost')),
    coalesce(list(id ORDER BY finished_at DESC, id DESC) FILTER (status = 'finished'), [])
FROM generations
WHERE owner = $1 AND finished_at > $2 AND deleted_at IS NULL AND origin = ''
"""


def ended_since(
    cursor: duckdb.DuckDBPyConnection, owner: str, since: float, seen: float
) -> tuple[Press, ...]:
    """See `storage.generations.Generations.ended_since`."""
    found = cursor.execute(
        _PRESSES, [rows.clean(owner), rows.moment(since), rows.moment(seen)]
    ).fetchall()
    return tuple(Press(row[0], rows.seconds_of(row[1]) or 0.0, *map(int, row[2:])) for row in found)


def jobs_since(cursor: duckdb.DuckDBPyConnection, owner: str, since: float) -> Ended:
    """See `storage.generations.Generations.jobs_since`."""
    found = cursor.execute(_JOBS, [rows.clean(owner), rows.moment(since)]).fetchall()
    finished, failed, ids = found[0]
    records = records_by_id(cursor, ids[:MOST])
    return Ended(finished, failed, tuple(records[id_] for id_ in ids[:MOST]))
