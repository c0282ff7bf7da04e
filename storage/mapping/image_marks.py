"""The marks of the images of one generation: changed one by one, and what they come to. Pure.

While all are alike the generation has them once, and no image has any of its own; so they stand
in one place only, whichever that is.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass, replace

from storage.records import Generation, Marks, marks_of

Change = Callable[[Marks], Marks]


@dataclass(frozen=True, slots=True)
class Marked:
    """A generation as far as marks go: the `numbers` of its shown images, and their marks.

    `own` is the generation's; `images` is empty while all are marked alike, as `own` says.
    """

    numbers: tuple[int, ...]
    own: Marks
    images: Mapping[int, Marks]

    def of(self, number: int) -> Marks:
        """The marks of one image."""
        return marks_of(self.own, self.images, number)

    def where(self, *, binned: bool) -> frozenset[int]:
        """The numbers of its images that lie in the bin, or that do not."""
        return frozenset(n for n in self.numbers if (self.of(n).deleted_at is not None) == binned)

    def binned_last(self) -> frozenset[int]:
        """The numbers of those that the last act which put any of them into the bin put there."""
        there = {n: self.of(n).deleted_at or 0.0 for n in self.where(binned=True)}
        last = max(there.values(), default=0.0)
        return frozenset(n for n, at in there.items() if at == last)


def marked_of(record: Generation) -> Marked:
    """The marks of a *record*."""
    numbers = tuple(image.number for image in record.shown_images)
    return Marked(numbers, record.marks, record.image_marks)


def with_marks(record: Generation, marked: Marked) -> Generation:
    """The *record* with these marks, which are those of its images."""
    own = marked.own
    return replace(
        record,
        rating=own.rating,
        favourite=own.favourite,
        note=own.note,
        tags=own.tags,
        collections=own.collections,
        deleted_at=own.deleted_at,
        image_marks=marked.images,
    )


def changed(marked: Marked, numbers: Set[int], change: Change) -> Marked:
    """What *change* of the images with these *numbers* leaves; of a generation without, of it."""
    if not marked.numbers:
        return replace(marked, own=change(marked.own))
    each = {n: change(marked.of(n)) if n in numbers else marked.of(n) for n in marked.numbers}
    return settled(each)


def settled(each: Mapping[int, Marks]) -> Marked:
    """The marks *each* image is to have, at least one, where they belong."""
    numbers = tuple(each)
    if len(set(each.values())) == 1:
        return Marked(numbers, next(iter(each.values())), {})
    return Marked(numbers, together(each.values()), each)


def together(every: Collection[Marks]) -> Marks:
    """What the marks of several images come to for their generation.

    The best rating, whatever any of them has, and the first note: of those that are not in the
    bin, while there are any. It is in the bin when all of them are, since the last one.
    """
    kept = [marks for marks in every if marks.deleted_at is None]
    seen = kept or list(every)
    return Marks(
        rating=max(marks.rating for marks in seen),
        favourite=any(marks.favourite for marks in seen),
        note=next((marks.note for marks in seen if marks.note), ""),
        tags=_union(marks.tags for marks in seen),
        collections=_union(marks.collections for marks in seen),
        deleted_at=None if kept else max(marks.deleted_at or 0.0 for marks in every),
    )


def without(marked: Marked, gone: Set[int]) -> Marked:
    """The marks that are left when the images *gone* are, of which there are not all."""
    return settled({n: marked.of(n) for n in marked.numbers if n not in gone})


def _union(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({name for some in names for name in some}))
