"""Keeping the data folder small: how much there is, and clean-ups that say first what they free.

What a rule takes of generations that are kept goes into the bin, from which it can be taken back;
only emptying the bin, and removing files that no record names, is for good.
"""

import logging
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path

from storage.engine.purges import Gone
from storage.files import kept_files
from storage.records import Target
from storage.search.usage import Freed, Rule, Usage
from storage.store import Store
from studio.access.viewer import ONE, Viewer, scope
from studio.errors import StudioError
from studio.library.calendar import Calendar

log = logging.getLogger(__name__)

BIN_DAYS = 30
"""What was deleted stays so long in the bin, then it is removed for good."""
ORPHAN_DAYS = 1
"""A file that no record names is only removed when it is older: a record may be on its way."""
MAX_DAYS = 36_500
DAY = 86_400.0
_AT_ONCE = 500
"""Generations and images in one transaction, so that nobody waits long."""
_IMAGES = "images"
_BESIDE = (".thumbnail.webp", ".storyboard.webp")
"""What is made of a kept file: no record names those of videos."""
_NOBODYS = "Files that no record names can be removed by an administrator, or by the one "
_NOBODYS += "person whose page this is."


class Upkeep:
    """Usage and clean-ups of the data *folder*. *is_private*: it is one person's."""

    def __init__(self, store: Store, folder: Path, *, is_private: bool) -> None:
        self._store = store
        self._folder = folder
        self._is_private = is_private
        self._calendar = Calendar(store)

    def usage(self, viewer: Viewer) -> Usage:
        """How much the viewer has. Reads much: seconds at millions of files."""
        return self._store.library.usage(scope(viewer))

    def plan(self, viewer: Viewer, rule: Rule, days: int) -> Freed:
        """What `clean` would take now. Raises StudioError."""
        if rule is Rule.ORPHANS:
            return _sizes(self._orphans(viewer))
        return self._store.library.concerned(rule, scope(viewer), _before(rule, days))

    def clean(self, viewer: Viewer, rule: Rule, days: int) -> Freed:
        """Carry out *rule*; return what that took. Raises StudioError."""
        if rule is Rule.ORPHANS:
            return self._remove(self._orphans(viewer))
        before = _before(rule, days)
        if rule is Rule.BIN:
            return self.purge(scope(viewer), before)
        taken = self._store.library.concerned(rule, scope(viewer), before)
        while some := self._store.library.concerned_targets(rule, scope(viewer), before, _AT_ONCE):
            if not self._store.library.bin(some, scope(viewer)):
                break
        return taken

    def purge_old(self, is_stopping: Callable[[], bool]) -> None:
        """Remove for good what has lain in the bin for BIN_DAYS, by the clock and by evidence."""
        now = time.time()
        before = min(now - BIN_DAYS * DAY, self._calendar.look(now))
        gone = self.purge(None, before, is_stopping=is_stopping)
        if gone.generations or gone.files:
            log.info(
                "Emptied from the bin after %d days: %d generations, %d files, %d bytes",
                BIN_DAYS, gone.generations, gone.files, gone.bytes,
            )  # fmt: skip

    def purge(
        self,
        owner: str | None,
        before: float,
        *,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> Freed:
        """Remove for good what *owner* (None: anybody) put into the bin before that time."""
        freed = Freed()
        while not is_stopping():
            some = self._store.library.concerned_targets(Rule.BIN, owner, before, _AT_ONCE)
            if not some:
                break
            freed += self.purge_some(some, owner, before)
        return freed

    def purge_some(self, targets: Sequence[Target], owner: str | None, before: float) -> Freed:
        """The same for those of *targets*, their files included."""
        gone = self._store.library.purge(before, owner=owner, targets=targets)
        with self._store.naming:
            # What was imported anew meanwhile has the same ids, and so the same files.
            named = self._store.library.named_by([one.record.id for one in gone])
            for one in gone:
                kept_files.remove(self._folder, one.images, named)  # what is left is an orphan
        return _of(gone)

    def _orphans(self, viewer: Viewer) -> Iterator[Path]:
        """Old files among the images that no record names, month by month."""
        if not (viewer.is_admin or (self._is_private and viewer.owner == ONE)):
            raise StudioError(_NOBODYS)
        limit = time.time() - ORPHAN_DAYS * DAY
        # What is kept of a generation that waits for its other files is of no record yet.
        live = {generation.id for generation in self._store.generations.unfinished()}
        root = self._folder / _IMAGES
        for month in sorted(root.iterdir()) if root.is_dir() else ():
            if month.is_symlink() or not month.is_dir():
                continue
            present = [entry for entry in os.scandir(month) if _is_older(entry, limit)]
            named = self._store.library.named_files(f"{_IMAGES}/{month.name}/") if present else ()
            stems = {_stem(path) for path in named}
            for entry in present:
                is_named = _is_named(f"{_IMAGES}/{month.name}/{entry.name}", named, stems)
                if not is_named and _generation_of(entry.name) not in live:
                    yield month / entry.name

    def _remove(self, paths: Iterator[Path]) -> Freed:
        freed = Freed()
        while some := list(islice(paths, _AT_ONCE)):
            with self._store.naming:
                named = self._store.library.named_by({_generation_of(path.name) for path in some})
                stems = {_stem(path) for path in named}
                for path in some:
                    if not _is_named(path.relative_to(self._folder).as_posix(), named, stems):
                        freed += _removed(path)
        return freed


def _removed(path: Path) -> Freed:
    try:
        size = path.stat().st_size
        path.unlink()
    except OSError as error:
        log.warning("%s is not removed: %s", path, error)
        return Freed()
    return Freed(0, 1, size)


def _is_named(path: str, named: Collection[str], stems: Collection[str]) -> bool:
    """Whether a record names *path*, or the file that it was made of and lies beside."""
    return path in named or (path.endswith(_BESIDE) and _stem(path) in stems)


def _stem(path: str) -> str:
    """*path* without its extension, which for what was made of a file are two."""
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.partition('.')[0]}"


def _generation_of(name: str) -> str:
    """The id in the name of a kept file, ``<id>-<number>.<extension>``."""
    return name.rpartition("-")[0]


def _sizes(paths: Iterator[Path]) -> Freed:
    freed = Freed()
    for path in paths:
        try:
            freed += Freed(0, 1, path.stat().st_size)
        except OSError:
            continue  # gone meanwhile
    return freed


def _is_older(entry: os.DirEntry[str], limit: float) -> bool:
    try:
        return entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < limit
    except OSError:
        return False


def _before(rule: Rule, days: int) -> float:
    if rule is not Rule.OLD:
        return time.time()
    if not 1 <= days <= MAX_DAYS:
        raise StudioError(f"Say how old, in days: a whole number from 1 to {MAX_DAYS:,}.")
    return time.time() - days * DAY


def _of(gone: Sequence[Gone]) -> Freed:
    images = [image for one in gone for image in one.images]
    generations = sum(one.is_whole for one in gone)
    return Freed(generations, len(images), sum(image.bytes for image in images))
