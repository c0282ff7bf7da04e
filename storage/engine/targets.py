"""What a write about marks concerns: generations as a whole, and images of others."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import duckdb

from storage.mapping import rows
from storage.mapping.image_marks import Marked
from storage.mapping.rows import COLLECTION, TAG
from storage.records import Image, Marks, Target, generation_of, numbers_by_generation
from storage.search.conditions import Conditions
from storage.search.reads import FEW, image_marks_of, labels_of, span

Asked = Mapping[str, frozenset[int] | None]
"""By the id of a generation the numbers of the images that are meant, None for all of it."""


@dataclass(frozen=True, slots=True)
class Aims:
    """Ids of generations whose images are alike and all concerned, and images of others, by id."""

    whole: tuple[str, ...]
    apart: Mapping[str, tuple[Marked, frozenset[int]]]
    numbers: Asked

    def hit(self, targets: Iterable[Target]) -> tuple[Target, ...]:
        """Those of *targets* that are concerned, or something of which is."""
        return tuple(target for target in targets if self._is_hit(target))

    def _is_hit(self, target: Target) -> bool:
        id_ = rows.clean(generation_of(target))
        if id_ not in self.numbers:
            return False
        numbers = self.numbers[id_]
        return isinstance(target, str) or numbers is None or target.number in numbers


def asked_of(targets: Iterable[Target]) -> Asked:
    """What *targets* mean, by generation."""
    found = numbers_by_generation(targets)
    return {rows.clean(id_): numbers for id_, numbers in found.items()}


def among(found: Conditions, ids: Collection[str]) -> None:
    """Ask for generations with one of *ids*."""
    if len(ids) <= FEW:  # by the key's own index
        found.add(f"id IN ({', '.join(['{}'] * len(ids))})", *ids)
    else:
        found.add("id >= {} AND id <= {} AND id = ANY({})", *span(ids))


def aims_of(
    cursor: duckdb.DuckDBPyConnection, asked: Asked, theirs: Conditions, *, binned: bool
) -> Aims:
    """What of *asked* is also *theirs*, and in the bin, or not."""
    found = cursor.execute(
        f"SELECT id, mark_count FROM generations WHERE {theirs.where}", theirs.values
    ).fetchall()
    numbers: dict[str, frozenset[int] | None] = {}
    whole = [id_ for id_, count in found if count == 0 and asked[id_] is None]
    numbers.update(dict.fromkeys(whole))
    apart: dict[str, tuple[Marked, frozenset[int]]] = {}
    rest = [id_ for id_, _ in found if id_ not in numbers]
    for id_, marked in marked_by_id(cursor, rest).items():
        meant = asked[id_]
        if meant is None and binned:
            some = marked.binned_last()
        else:
            there = marked.where(binned=binned)
            some = there if meant is None else there & meant
        if not some:
            continue
        numbers[id_] = some
        if not marked.images and len(some) == len(marked.numbers):
            whole.append(id_)
        else:
            apart[id_] = (marked, some)
    return Aims(tuple(whole), apart, numbers)


def marked_by_id(cursor: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, Marked]:
    """The marks of generations, by id; of each only what marks are about is read."""
    if not ids:
        return {}
    wanted = Conditions()
    among(wanted, ids)
    found = cursor.execute(
        "SELECT id, files, rating, favourite, note, deleted_at, label_count, mark_count "
        f"FROM generations WHERE {wanted.where}",
        wanted.values,
    ).fetchall()
    labels = labels_of(cursor, [row[0] for row in found if row[-2]])
    marks = image_marks_of(cursor, [row[0] for row in found if row[-1]])
    return {
        row[0]: Marked(
            _shown(row[1]), _own(row[2:6], labels.get(row[0], ())), marks.get(row[0], {})
        )
        for row in found
    }


def _shown(files: str) -> tuple[int, ...]:
    images = (Image(**values) for values in json.loads(files))
    return tuple(image.number for image in images if image.is_shown)


def _own(row: rows.Row, labels: Iterable[tuple[str, str]]) -> Marks:
    rating, favourite, note, deleted_at = row
    pairs = sorted(labels)
    names = {kind: tuple(name for k, name in pairs if k == kind) for kind in (TAG, COLLECTION)}
    at = rows.seconds_of(deleted_at)
    return Marks(rating, favourite, note, names[TAG], names[COLLECTION], at)
