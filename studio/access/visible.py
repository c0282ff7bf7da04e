"""From an id to a generation, for whoever asks. There is no other way for `ui` and `web`."""

from collections.abc import Callable
from dataclasses import replace

from storage.mapping.image_marks import Marked, marked_of, with_marks
from storage.records import Generation, Marks
from studio.access.viewer import Viewer
from studio.errors import Absent, ReadOnly

Find = Callable[[str], Generation | None]
UNMARKED = Marked((), Marks(), {})


def shown(record: Generation, viewer: Viewer) -> Generation | None:
    """*record* as *viewer* may see it, None where they may not.

    Without the images of it that lie in the bin. Whoever may only look gets it without what its
    owner noted beside it.
    """
    if not viewer.visible(record.owner, record.id):
        return None
    kept = within(record, binned=False)
    return kept if viewer.may_change(record.owner) else with_marks(kept, UNMARKED)


def within(record: Generation, *, binned: bool) -> Generation:
    """*record* with those of its images alone that lie in the bin, or that do not."""
    if not record.image_marks:
        is_there = (record.deleted_at is not None) == binned
        return record if is_there else replace(record, images=())
    marked = marked_of(record)
    return replace(
        record,
        images=tuple(
            image
            for image in record.images
            if (marked.of(image.number).deleted_at is not None) == binned
        ),
    )


class Access:
    """*find* knows all records; nothing of them passes to whoever may not see them."""

    def __init__(self, find: Find) -> None:
        self._find = find

    def get(self, id_: str, viewer: Viewer) -> Generation | None:
        """The record; None where it is unknown, deleted, or not for this viewer."""
        record = self._find(id_)
        return shown(record, viewer) if record else None

    def seen(self, id_: str, viewer: Viewer) -> Generation:
        """The record. Raises Absent."""
        record = self.get(id_, viewer)
        if record is None:
            raise Absent
        return record

    def own(self, id_: str, viewer: Viewer) -> Generation:
        """The record, which the viewer may change. Raises Absent, ReadOnly."""
        record = self.seen(id_, viewer)
        if not viewer.may_change(record.owner):
            raise ReadOnly
        return record
