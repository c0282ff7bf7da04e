"""What a search asks of each image by itself: of the generations, and of one generation's images.

While the images of a generation are marked alike its own columns answer; else each image has rows
of its own, and it is one and the same image that must be all that is asked for. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from storage.mapping import rows
from storage.mapping.rows import COLLECTION, TAG
from storage.records import Generation, Image, Marks
from storage.search.conditions import MAX_INTEGER, Conditions

SHOWN = "greatest(image_count - hidden_count, 1)"
"""How many images a generation is shown as: one where it has no file to show."""
IMAGES = "image_count - hidden_count - binned_count"
"""How many images a generation has that count, wherever images are counted: those that people see
and that are not in the bin, of a generation that is not there itself."""
KEPT = f"greatest({IMAGES}, 1)"
"""How many images such a generation is shown as."""
_LABELLED = (
    "id IN (SELECT generation FROM labels WHERE kind = {} AND name = ANY({}) "
    "GROUP BY generation HAVING count(*) = {})"
)


@dataclass(frozen=True, slots=True)
class ImageFilter:
    """At least so many stars, a favourite, with all tags, in the collection; in the bin or not."""

    rating: int = 0
    favourite: bool = False
    tags: tuple[str, ...] = ()
    collection: str = ""
    binned: bool = False

    def finds(self, marks: Marks) -> bool:
        """Whether an image with these *marks* is all that."""
        return (
            (marks.deleted_at is not None) == self.binned
            and marks.rating >= self.rating
            and (marks.favourite or not self.favourite)
            and set(self._tags) <= set(marks.tags)
            and all(name in marks.collections for name in self._collections)
        )

    def images(self, record: Generation) -> tuple[Image, ...]:
        """Those of the *record*'s images that are found, which the record itself was."""
        return tuple(i for i in record.shown_images if self.finds(record.marks_of(i.number)))

    def add_to(self, found: Conditions) -> None:
        """Ask for generations with such an image."""
        if not self.binned:
            found.add("deleted_at IS NULL")
            if self._is_plain:  # it has an image outside of the bin, then
                return
            for text, values in self._own():  # the generation has the most of what these have
                found.add(text, *values)
        else:
            found.add("(deleted_at IS NOT NULL OR binned_count > 0)")
            for text, values in self._own():
                found.add(f"(mark_count > 0 OR {text})", *values)
        found.add(f"(mark_count = 0 OR id IN (SELECT generation FROM {self._apart(found)}))")

    def counting(self, found: Conditions) -> tuple[str, str]:
        """How many images each generation under *found* has that are found, and from where."""
        if self._is_plain and not self.binned:
            return KEPT, found.source
        apart = f"(SELECT generation, count(*) AS number FROM {self._apart(found)} GROUP BY ALL)"
        source = f"{found.source} LEFT JOIN {apart} AS apart ON apart.generation = generations.id"
        return f"CASE WHEN mark_count = 0 THEN {SHOWN} ELSE apart.number END", source

    @property
    def _is_plain(self) -> bool:
        return not (self.rating > 0 or self.favourite or self._tags or self._collections)

    @property
    def _tags(self) -> list[str]:
        return sorted({rows.clean(tag) for tag in self.tags})

    @property
    def _collections(self) -> list[str]:
        return [rows.clean(self.collection)] if self.collection else []

    def _own(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Conditions that the columns of the generation answer, with their values."""
        if self.rating > 0:
            yield "rating >= {}", (min(self.rating, MAX_INTEGER),)
        if self.favourite:
            yield "favourite", ()
        for kind, names in ((TAG, self._tags), (COLLECTION, self._collections)):
            if names:
                yield "label_count >= {}", (len(names),)
                yield _LABELLED, (kind, names, len(names))

    def _apart(self, found: Conditions) -> str:
        """The rows of the images that have their own and are found; the values join *found*."""
        texts = [f"deleted_at IS {'NOT ' if self.binned else ''}NULL"]
        if self.rating > 0:
            texts.append(f"rating >= {found.value(min(self.rating, MAX_INTEGER))}")
        if self.favourite:
            texts.append("favourite")
        for column, names in (("tags", self._tags), ("collections", self._collections)):
            if names:
                place = found.value(names)
                texts.append(f"list_has_all({column}, CAST({place} AS VARCHAR[]))")
        return f"image_marks WHERE {' AND '.join(texts)}"
