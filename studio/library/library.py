"""The gallery without a page: finding, rating, labelling, the bin, where things came from.

Everything takes the viewer. What is not theirs is left alone, as if it were not there. A target is
one image of a generation, or by the id of a generation each of its images.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from storage.files.thumbnailer import Previews
from storage.mapping.rows import COLLECTION, TAG
from storage.records import Generation, Target, generation_of
from storage.search.facets import Facets
from storage.search.query import Count, Search
from storage.search.reads import MAX_PAGE
from storage.search.usage import Freed, Rule, Usage
from storage.store import Store
from studio.access.people import is_served
from studio.access.viewer import Viewer, scope
from studio.access.visible import Access, shown, within
from studio.background.janitor import Janitor
from studio.background.parts import Part
from studio.errors import Absent, StudioError
from studio.ids import is_id
from studio.library.bare_copies import BareCopies
from studio.library.cleanup import Upkeep
from studio.library.diff import Difference, differences
from studio.library.grids import PressGrid, laid_out
from studio.library.image_files import ImageFiles
from studio.library.importer import Importer, ImportWork
from studio.library.sheets import Sheets
from studio.library.watched_folders import WatchedFolders
from studio.settings.settings import Settings

__all__ = ["MAX_PAGE", "Library", "Lineage"]

MAX_AT_ONCE = 20_000
"""Images, or generations as a whole, that one change concerns."""
MAX_NAME = 80
"""Characters of a tag or a collection."""
MAX_TAGS = 16
"""Tags in one search."""
MAX_NAMES = 50
"""Tags in one change."""
MAX_NOTE = 10_000
"""Characters of a note."""
BEST = 5
MAX_PARENTS, MAX_CHILDREN = 50, 200
"""How far up a line of generations is followed, and how many come of one."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """What `here` was made from, nearest first, and what was made from it, oldest first."""

    here: Generation
    parents: tuple[Generation, ...] = ()
    children: tuple[Generation, ...] = ()


class Library:
    """All that is kept, of one viewer at a time. `get` finds what a viewer may see.

    `files` are those of images, `bare` copies of them without metadata, `sheets` contact sheets;
    `importer` brings in folders, `watched` those that are to be watched, `previews` makes
    thumbnails; `parts` run in the background.
    """

    def __init__(self, store: Store, access: Access, settings: Settings) -> None:
        self._store = store
        self._access = access
        private = settings.is_private
        self._upkeep = Upkeep(store, store.folder, is_private=private)
        self.previews = Previews(store.folder)
        self.files = ImageFiles(store.folder, self.previews)
        self.bare = BareCopies(store.folder, self.previews)
        self.sheets = Sheets(self.files)
        self.importer = Importer(store, self.previews, settings.import_folders, is_private=private)
        self.watched = WatchedFolders(
            store,
            self.previews,
            self.importer.checked,
            self.importer.may_import,
            may_come=lambda owner: is_served(owner, settings),
        )
        self.parts: tuple[Part, ...] = (
            ImportWork(self.importer, self.previews),
            self.watched,
            Janitor([self._upkeep.purge_old]),
        )

    def page(
        self, viewer: Viewer, search: Search, after: str = "", limit: int = 100
    ) -> list[Generation]:
        """The next *limit* found after the one with id *after*, the first ones without it.

        Each with its images that are in the bin, or that are not, as the search asks; which of
        these it finds says ``search.found_in``. Raises StudioError.
        """
        _check_search(search)
        found = self._store.library.search(search, owner=scope(viewer), after=after, limit=limit)
        return [within(record, binned=search.binned) for record in found]

    def count(self, viewer: Viewer, search: Search) -> Count:
        """How many are found, with how many images; where not `is_exact`, more than that.

        Raises StudioError.
        """
        _check_search(search)
        return self._store.library.count(search, owner=scope(viewer))

    def facets(self, viewer: Viewer) -> Facets:
        """What there is to choose from."""
        return self._store.library.facets(scope(viewer))

    def rate(self, targets: Sequence[Target], viewer: Viewer, rating: int) -> int:
        """Give *rating*, 1 to 5, or 0 for none; return how many have it now. Raises StudioError."""
        if not 0 <= rating <= BEST:
            raise StudioError(f"A rating is 1 to {BEST}, or 0 for none.")
        return _some(self._store.library.mark(_checked(targets), scope(viewer), rating=int(rating)))

    def favour(self, targets: Sequence[Target], viewer: Viewer, on: bool) -> int:  # noqa: FBT001 - a form's tick
        """Make favourites, or none any more; return how many. Raises StudioError."""
        return _some(self._store.library.mark(_checked(targets), scope(viewer), favourite=bool(on)))

    def note(self, target: Target, viewer: Viewer, text: str) -> int:
        """Keep a note, in place of the one before. Raises StudioError."""
        if len(text) > MAX_NOTE:
            raise StudioError(f"A note has at most {MAX_NOTE:,} characters: make it shorter.")
        return _some(self._store.library.mark(_checked([target]), scope(viewer), note=text.strip()))

    def tag(
        self,
        targets: Sequence[Target],
        viewer: Viewer,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
    ) -> int:
        """Add and remove tags; return how many targets that was. Raises StudioError."""
        added, removed = _names(add), _names(remove)
        return _some(
            self._store.library.label(
                _checked(targets), scope(viewer), TAG, add=added, remove=removed
            )
        )

    def collect(self, targets: Sequence[Target], viewer: Viewer, name: str, on: bool) -> int:  # noqa: FBT001 - a form's tick
        """Put into the collection *name*, or take out; return how many. Raises StudioError."""
        names = _names([name])
        if not names:
            raise StudioError("The collection has no name: give it one.")
        change = {"add" if on else "remove": names}
        library = self._store.library
        return _some(library.label(_checked(targets), scope(viewer), COLLECTION, **change))

    def delete(self, targets: Sequence[Target], viewer: Viewer) -> tuple[Target, ...]:
        """Put into the bin what is the viewer's and over; return that. Raises StudioError."""
        return self._store.library.bin(_checked(targets), scope(viewer))

    def restore(self, targets: Sequence[Target], viewer: Viewer) -> tuple[Target, ...]:
        """Take out of the bin; return what was there. Raises StudioError."""
        return self._store.library.unbin(_checked(targets), scope(viewer))

    def purge(self, targets: Sequence[Target] | None, viewer: Viewer) -> Freed:
        """Remove for good what lies in the bin, all of the viewer's where *targets* is None."""
        if targets is None:
            return self._upkeep.purge(scope(viewer), time.time())
        return self._upkeep.purge_some(_checked(targets), scope(viewer), time.time())

    def usage(self, viewer: Viewer) -> Usage:
        """How much the viewer has, in the bin and beside it."""
        return self._upkeep.usage(viewer)

    def cleanup_plan(self, viewer: Viewer, rule: Rule, days: int = 0) -> Freed:
        """What `cleanup` would take now; *days* are for Rule.OLD. Raises StudioError."""
        return self._upkeep.plan(viewer, rule, days)

    def cleanup(self, viewer: Viewer, rule: Rule, days: int = 0) -> Freed:
        """Put what *rule* concerns into the bin; what is there already, and orphans, are removed.

        Raises StudioError.
        """
        return self._upkeep.clean(viewer, rule, days)

    def binned(self, id_: str, viewer: Viewer) -> Generation | None:
        """The record with those of its images that lie in the bin of this viewer; None without."""
        stored = self._stored(id_)
        return _in_bin(stored, viewer) if stored else None

    def find(self, target: Target, viewer: Viewer) -> Generation | None:
        """The record of *target* as it is seen where that lies: in the gallery, or in the bin."""
        stored = self._stored(generation_of(target))
        if stored is None:
            return None
        for record in (_in_gallery(stored, viewer), _in_bin(stored, viewer)):
            if record and (isinstance(target, str) or record.image(target.number)):
                return record
        return None

    def _stored(self, id_: str) -> Generation | None:
        return self._store.generations.get(id_, deleted=True) if is_id(id_) else None

    def compare(self, first: Target, second: Target, viewer: Viewer) -> list[Difference]:
        """What differs between two images, or two sets of settings. Raises StudioError."""
        records = [self._access.seen(generation_of(one), viewer) for one in (first, second)]
        numbers = [None if isinstance(one, str) else one.number for one in (first, second)]
        return differences(records[0], records[1], (numbers[0], numbers[1]))

    def grid(self, id_: str, viewer: Viewer) -> PressGrid:
        """The grid that a generation's press made, as far as it is seen. Raises StudioError."""
        press = self._store.generations.group(self._access.seen(id_, viewer).group)
        grid = laid_out(seen for record in press if (seen := shown(record, viewer)))
        if grid is None:
            raise StudioError("This image was not made in a grid.")
        return grid

    def lineage(self, id_: str, viewer: Viewer) -> Lineage:
        """Where a generation came from and what came of it. Raises StudioError."""
        here = first = self._access.seen(id_, viewer)
        parents: list[Generation] = []
        while here.parent and len(parents) < MAX_PARENTS:
            parent = self._access.get(here.parent, viewer)
            if parent is None or parent.id in {id_, *(p.id for p in parents)}:
                break
            parents.append(parent)
            here = parent
        children = self._store.generations.children(id_, MAX_CHILDREN)
        seen = (shown(child, viewer) for child in children)
        return Lineage(first, tuple(parents), tuple(child for child in seen if child))


def _check_search(search: Search) -> None:
    if len(search.tags) > MAX_TAGS:
        raise StudioError(f"A search takes at most {MAX_TAGS} tags: leave some out.")


def _checked(targets: Sequence[Target]) -> tuple[Target, ...]:
    """*targets* once each, those that can be none left out."""
    if isinstance(targets, str):
        raise TypeError("several targets are expected, not one text")
    if len(targets) > MAX_AT_ONCE:
        raise StudioError(f"One change concerns at most {MAX_AT_ONCE:,} images: take fewer.")
    return tuple(dict.fromkeys(one for one in targets if is_id(generation_of(one))))


def _in_gallery(stored: Generation, viewer: Viewer) -> Generation | None:
    """What *viewer* sees of a record outside of the bin; None where that is nothing."""
    return shown(stored, viewer) if stored.deleted_at is None else None


def _in_bin(stored: Generation, viewer: Viewer) -> Generation | None:
    """The same of the viewer's own bin."""
    if not viewer.may_change(stored.owner):
        return None
    there = within(stored, binned=True)
    return there if there.images or stored.deleted_at is not None else None


def _names(names: Sequence[str]) -> tuple[str, ...]:
    """Names of labels, trimmed, once each. Raises StudioError."""
    if len(names) > MAX_NAMES:
        raise StudioError(f"One change takes at most {MAX_NAMES} tags.")
    trimmed = tuple(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))
    for name in trimmed:
        if len(name) > MAX_NAME or not name.isprintable():
            raise StudioError(
                f"“{name[:MAX_NAME]}” cannot be a name: it may have up to {MAX_NAME} printable "
                "characters."
            )
    return trimmed


def _some(changed: Sequence[Target]) -> int:
    if not changed:
        raise Absent
    return len(changed)
