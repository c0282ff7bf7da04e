"""How often models, LoRAs and embeddings were used, how fast, and what was made with them last."""

from dataclasses import dataclass

import duckdb

from storage.mapping import rows
from storage.search.image_filter import IMAGES

MOST = 20_000
"""Names that are told of, the most used ones."""


@dataclass(frozen=True, slots=True)
class ModelUse:
    """`seconds` is the median of a run, None where none was measured.

    `image` is the newest generation that has one, and the first of its images that is not binned.
    """

    kind: str
    name: str
    count: int
    seconds: float | None
    image: tuple[str, int] | None


_USES = rf"""
WITH mine AS (
    SELECT id, run_seconds, {IMAGES} AS kept, checkpoint, lora, loras,
        prompt || ' ' || negative_prompt AS words
    FROM generations WHERE owner = $1 AND status = 'finished' AND deleted_at IS NULL
), used AS (
    SELECT 'models' AS kind, checkpoint AS name, id, run_seconds, kept FROM mine
    UNION ALL SELECT 'loras',
        unnest(CASE WHEN len(loras) > 0 THEN loras ELSE [lora] END), id, run_seconds, kept
    FROM mine WHERE lora <> ''
    UNION ALL SELECT 'embeddings', unnest(list_distinct(
        regexp_extract_all(words, '(?i)embedding:([^\s,()<>:]+)', 1))), id, run_seconds, kept
    FROM mine WHERE contains(lower(words), 'embedding:')
), counted AS (
    SELECT kind, name, count(*) AS count, median(run_seconds) AS seconds,
        max(id) FILTER (kept > 0) AS last
    FROM used WHERE name <> '' GROUP BY kind, name ORDER BY count DESC, name LIMIT {MOST}
), shown AS (
    SELECT generation, min(number) AS number FROM images
        SEMI JOIN counted ON images.generation = counted.last
        ANTI JOIN (SELECT generation, number FROM image_marks WHERE deleted_at IS NOT NULL) AS gone
            USING (generation, number)
    WHERE thumbnail <> '' GROUP BY generation
)
SELECT kind, name, count, seconds, last, number FROM counted
LEFT JOIN shown ON last = generation ORDER BY count DESC, kind, name
"""


def model_uses(cursor: duckdb.DuckDBPyConnection, owner: str) -> list[ModelUse]:
    """See `storage.library.Library.model_uses`."""
    found = cursor.execute(_USES, [rows.clean(owner)]).fetchall()
    return [
        ModelUse(kind, name, count, seconds, None if number is None else (last, number))
        for kind, name, count, seconds, last, number in found
    ]
