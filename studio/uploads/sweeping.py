"""Files that people sent and nothing names any more: after a day they go.

An upload stays for as long as a generation, a draft or a preset names it, in the bin too; what a
page holds besides is told by *held*.
"""

import logging
import os
import re
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from storage.store import Store
from studio.background.process import ARRIVALS
from studio.uploads.uploads import NAME

KEPT_SECONDS = 86_400.0
"""How old a file is before it goes: a page may be about to name it."""
log = logging.getLogger(__name__)

Held = Callable[[], Collection[str]]


class Sweeping:
    """A chore over the data *folder*. `held` are functions that tell names of uploads in use."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self.held: list[Held] = []

    def sweep(self, is_stopping: Callable[[], bool]) -> None:
        """Remove what is old and named nowhere. Raises StorageError."""
        before = time.time() - KEPT_SECONDS
        old = [p for p in _files(self._folder / "uploads", before) if NAME.fullmatch(p.name)]
        named = self._store.documents.upload_names() if old else frozenset()
        named = named.union(*(tell() for tell in self.held))
        gone = [path for path in old if path.name not in named]
        # What came through the page was kept under another name long since, or never.
        gone += _files(self._folder / ARRIVALS, before)
        for path in gone:
            if is_stopping():
                return
            _remove(path, before)


def _files(folder: Path, before: float) -> Iterator[Path]:
    """The plain files under *folder* that were last touched before then (epoch seconds)."""
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent) / name
            if _is_older(path, before):
                yield path


def _is_older(path: Path, before: float) -> bool:
    try:
        return not path.is_symlink() and path.stat().st_mtime < before
    except OSError:
        return False  # gone meanwhile


def _remove(path: Path, before: float) -> None:
    if not _is_older(path, before):
        return  # kept anew meanwhile
    try:
        path.unlink()
        if re.fullmatch(r"[0-9a-f]{64}", path.parent.name):
            path.parent.rmdir()
    except OSError as error:
        log.info("%s is not removed: %s", path.name, error.strerror)
