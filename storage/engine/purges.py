"""What the bin lets go of, for good: whole generations, and single images of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from storage.engine.targets import asked_of
from storage.mapping import rows
from storage.mapping.image_marks import Marked, marked_of, with_marks, without
from storage.records import Generation, Image, Target
from storage.search.conditions import Conditions
from storage.search.reads import records_by_id, span, within


@dataclass(frozen=True, slots=True)
class Purge:
    """Remove for good what was deleted before a time (epoch seconds).

    Only what is the owner's, and among *targets*, where these are given.
    """

    before: float
    owner: str | None = None
    targets: tuple[Target, ...] | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """What is removed of a *record* as it was: these `images`; all of it where it `is_whole`."""

    record: Generation
    images: tuple[Image, ...]
    is_whole: bool

    @property
    def rest(self) -> Generation:
        """What stays of the record."""
        numbers = {image.number for image in self.images}
        images = tuple(image for image in self.record.images if image.number not in numbers)
        left = without(marked_of(self.record), numbers)
        return replace(with_marks(self.record, left), images=images)


def gone_of(cursor: duckdb.DuckDBPyConnection, write: Purge) -> tuple[Gone, ...]:
    """What *write* removes."""
    wanted = Conditions()
    asked = None if write.targets is None else asked_of(write.targets)
    wanted.add("(deleted_at < {} OR binned_count > 0)", rows.moment(write.before))
    if write.owner is not None:
        wanted.add("owner = {}", rows.clean(write.owner))
    if asked is not None:
        wanted.add("id = ANY({})", list(asked))
    found = cursor.execute(
        f"SELECT id FROM generations WHERE {wanted.where}", wanted.values
    ).fetchall()
    records = records_by_id(cursor, [row[0] for row in found])
    every = (_gone(r, write.before, asked[r.id] if asked else None) for r in records.values())
    return tuple(one for one in every if one)


def _gone(record: Generation, before: float, asked: frozenset[int] | None) -> Gone | None:
    """What of *record* goes; *asked* are the numbers of images, None for all."""
    marked = marked_of(record)
    if not marked.numbers:
        is_due = _is_due(record.deleted_at, before) and asked is None
        return Gone(record, record.images, is_whole=True) if is_due else None
    numbers = _due(marked, before) if asked is None else _due(marked, before) & asked
    if len(numbers) == len(marked.numbers):
        return Gone(record, record.images, is_whole=True)
    images = tuple(image for image in record.images if image.number in numbers)
    return Gone(record, images, is_whole=False) if images else None


def _due(marked: Marked, before: float) -> frozenset[int]:
    return frozenset(n for n in marked.numbers if _is_due(marked.of(n).deleted_at, before))


def _is_due(deleted_at: float | None, before: float) -> bool:
    return deleted_at is not None and deleted_at < before


def remove(cursor: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> None:
    """Remove every row of the generations with these *ids*."""
    if not ids:
        return
    for table in ("images", "image_marks", "labels", "node_runs"):
        cursor.execute(f"DELETE FROM {table} WHERE {within('generation')}", span(ids))
    cursor.execute(f"DELETE FROM generations WHERE {within('id')}", span(ids))
