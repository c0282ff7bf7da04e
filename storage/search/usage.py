"""How much is kept, and what a clean-up would concern."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import duckdb

from storage.mapping import rows
from storage.records import FINALS, ImageKey, Status, Target
from storage.search.conditions import Conditions
from storage.search.query import add_statuses
from storage.search.reads import span, within

_FRUITLESS = (Status.FAILED, Status.CANCELLED, Status.LOST)


class Rule(StrEnum):
    """What a clean-up concerns."""

    BIN = "bin"  # what lies in the bin
    OLD = "old"  # older than some days; no favourite, no rating, note, tag or collection
    FRUITLESS = "fruitless"  # failed, cancelled or lost
    ORPHANS = "orphans"  # files that no record names


@dataclass(frozen=True, slots=True)
class Freed:
    """What goes, or went: generations, their files and these files' bytes."""

    generations: int = 0
    files: int = 0
    bytes: int = 0

    def __add__(self, other: "Freed") -> "Freed":
        return Freed(
            self.generations + other.generations,
            self.files + other.files,
            self.bytes + other.bytes,
        )


@dataclass(frozen=True, slots=True)
class Usage:
    """What is kept; what lies in the bin is counted apart, and thumbnails are not counted.

    A generation is in the bin once all of its images are; `bin_files` and `bin_bytes` are of
    whatever images are there.

    `months` ("2026-09", newest first) and `checkpoints` (largest first) are triples of a name,
    generations and bytes.
    """

    generations: int = 0
    files: int = 0
    bytes: int = 0
    bin_generations: int = 0
    bin_files: int = 0
    bin_bytes: int = 0
    months: tuple[tuple[str, int, int], ...] = ()
    checkpoints: tuple[tuple[str, int, int], ...] = ()


_GROUPED = """
WITH mine AS (
    SELECT id, strftime(created_at, '%Y-%m') AS month, checkpoint, deleted_at IS NOT NULL AS binned
    FROM generations WHERE {where}
), apart AS (
    SELECT generation, number FROM image_marks WHERE deleted_at IS NOT NULL
), sized AS (
    SELECT mine.month, mine.checkpoint, mine.binned OR apart.number IS NOT NULL AS binned,
        0 AS generations, count(*) AS files, sum(images.bytes) AS bytes
    FROM images JOIN mine ON mine.id = images.generation
        LEFT JOIN apart ON apart.generation = images.generation AND apart.number = images.number
    GROUP BY ALL
), counted AS (
    SELECT month, checkpoint, binned, count(*) AS generations, 0 AS files, 0 AS bytes
    FROM mine GROUP BY ALL
)
SELECT month, checkpoint, binned, CAST(sum(generations) AS BIGINT), CAST(sum(files) AS BIGINT),
    CAST(sum(bytes) AS BIGINT)
FROM (FROM sized UNION ALL FROM counted) GROUP BY ALL
"""


def usage(cursor: duckdb.DuckDBPyConnection, owner: str | None) -> Usage:
    """See `storage.library.Library.usage`."""
    wanted = _scope(owner)
    sql = _GROUPED.format(where=wanted.where)
    found = cursor.execute(sql, wanted.values).fetchall()
    kept = [row for row in found if not row[2]]
    binned = [row for row in found if row[2]]
    months = _summed([(row[0], row[3], row[5]) for row in kept])
    checkpoints = _summed([(row[1], row[3], row[5]) for row in kept])
    return Usage(
        generations=sum(row[3] for row in kept),
        files=sum(row[4] for row in kept),
        bytes=sum(row[5] for row in kept),
        bin_generations=sum(row[3] for row in binned),
        bin_files=sum(row[4] for row in binned),
        bin_bytes=sum(row[5] for row in binned),
        months=tuple(sorted(months, reverse=True)),
        checkpoints=tuple(sorted(checkpoints, key=lambda one: (-one[2], one[0]))),
    )


_CONCERNED = """
WITH whole AS (SELECT id AS generation FROM generations WHERE {whole}),
single AS (
    SELECT generation, number FROM image_marks
    WHERE {image} AND generation IN (SELECT id FROM generations WHERE {batch})
)
"""
"""What a rule concerns: generations, with all images that are where it looks; images of others."""
_SIZED = f"""{_CONCERNED}, elsewhere AS (
    SELECT generation, number FROM image_marks WHERE {{elsewhere}}
), sized AS (
    SELECT bytes FROM images SEMI JOIN whole USING (generation)
        ANTI JOIN elsewhere USING (generation, number)
    UNION ALL SELECT bytes FROM images SEMI JOIN single USING (generation, number)
)
SELECT (SELECT count(*) FROM whole), count(*), CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM sized
"""
_PLAIN = "rating = 0 AND NOT favourite AND note = ''"


def concerned(
    cursor: duckdb.DuckDBPyConnection, rule: Rule, owner: str | None, before: float
) -> Freed:
    """What *rule* concerns now; see `concerned_targets`."""
    sql, values = _filled(_SIZED, rule, owner, before)
    row = cursor.execute(sql, values).fetchone()
    return Freed(*row) if row else Freed()


def concerned_targets(
    cursor: duckdb.DuckDBPyConnection, rule: Rule, owner: str | None, before: float, limit: int
) -> list[Target]:
    """*limit* generations and images that *rule* concerns.

    *before* (epoch seconds) bounds when they were made or, of the bin, when they were put there.
    """
    sql, values = _filled(_CONCERNED, rule, owner, before)
    found = cursor.execute(
        f"{sql} SELECT generation, NULL AS number FROM whole UNION ALL FROM single LIMIT {limit}",
        values,
    ).fetchall()
    return [id_ if number is None else ImageKey(id_, number) for id_, number in found]


def named_files(cursor: duckdb.DuckDBPyConnection, folder: str) -> frozenset[str]:
    """The paths under *folder* ("images/2026-09/") that records name; thumbnails lie beside."""
    found = cursor.execute(
        "SELECT unnest([path, thumbnail]) FROM images WHERE starts_with(path, $1)",
        [rows.clean(folder)],
    ).fetchall()
    return frozenset(row[0] for row in found)


def named_by(cursor: duckdb.DuckDBPyConnection, ids: Collection[str]) -> frozenset[str]:
    """See `storage.library.Library.named_by`."""
    found = cursor.execute(
        f"SELECT unnest([path, thumbnail]) FROM images WHERE {within('generation')}", span(ids)
    ).fetchall()
    return frozenset(row[0] for row in found)


def _filled(sql: str, rule: Rule, owner: str | None, before: float) -> tuple[str, list[Any]]:
    """*sql* with what *rule* asks of generations, of batches, and of single images of these."""
    found = _scope(owner)
    limit = found.value(rows.moment(min(max(before, 0.0), rows.LAST_MOMENT)))
    if rule is Rule.BIN:
        return sql.format(
            whole=f"{found.where} AND deleted_at < {limit}",
            batch=f"{found.where} AND binned_count > 0 AND coalesce(deleted_at >= {limit}, true)",
            image=f"deleted_at < {limit}",
            elsewhere="false",
        ), found.values
    add_statuses(found, _FRUITLESS if rule is Rule.FRUITLESS else FINALS)
    mine = f"{found.where} AND deleted_at IS NULL AND created_at < {limit}"
    is_plain = f"{_PLAIN} AND label_count = 0" if rule is Rule.OLD else "true"
    return sql.format(
        whole=f"{mine} AND {is_plain}",
        batch=f"{mine} AND mark_count > 0 AND NOT ({is_plain})",
        image=f"deleted_at IS NULL AND {_PLAIN} AND len(tags) = 0 AND len(collections) = 0",
        elsewhere="deleted_at IS NOT NULL",
    ), found.values


def _scope(owner: str | None) -> Conditions:
    found = Conditions()
    if owner is not None:
        found.add("owner = {}", rows.clean(owner))
    return found


def _summed(rows_: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for name, generations, size in rows_:
        before = sums.get(name, (0, 0))
        sums[name] = (before[0] + generations, before[1] + size)
    return [(name, *both) for name, both in sums.items()]
