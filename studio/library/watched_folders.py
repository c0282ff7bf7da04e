"""Folders that people have asked to watch: what comes into them is imported, again and again."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from comfy.client.threads import Threaded
from storage.errors import StorageError
from storage.files.thumbnailer import Previews
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.library.folder_files import FolderFiles
from studio.library.import_job import Import

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two looks; a file is imported once two of them found it unchanged."""
REST = 20
"""A look that takes long is followed by so many times its length of rest."""
MAX_FOLDERS = 20
"""Of one owner."""
KIND = "watched-folder"

Key = tuple[str, str]
"""Owner and folder."""
Marks = dict[Path, tuple[int, int]]
"""Sizes in bytes and times of change of files."""


class WatchedFolders(Threaded):
    """Watches folders on one thread; which, outlives the program.

    *checked* is the folder behind its name, or raises StudioError where its owner may not import
    it; *may_follow* says it of what links lead to. Only the thread touches `_last` and `_done`.
    """

    def __init__(
        self,
        store: Store,
        previews: Previews,
        checked: Callable[[str, str], Path],
        may_follow: Callable[[Path, str], bool],
        every: float = EVERY,
    ) -> None:
        super().__init__()
        self._store = store
        self._previews = previews
        self._checked = checked
        self._may_follow = may_follow
        self._every = every
        self._woken = threading.Event()
        self._last: dict[Key, Marks] = {}
        self._done: dict[Key, Marks] = {}
        self._runs("watched folders", self._run)

    def of(self, viewer: Viewer) -> tuple[str, ...]:
        """The folders that the viewer has asked to watch, the latest first."""
        return tuple(self._store.documents.by_name(KIND, viewer.owner))

    def watch(self, folder: str, viewer: Viewer) -> None:
        """Watch *folder* for the viewer from now on. Raises StudioError, StorageError."""
        source, watched = str(self._checked(folder, viewer.owner)), self.of(viewer)
        if source not in watched and len(watched) >= MAX_FOLDERS:
            raise StudioError(f"You watch {MAX_FOLDERS} folders already: stop watching one first.")
        self._store.documents.keep(KIND, viewer.owner, source, {})
        self._woken.set()

    def leave(self, folder: str, viewer: Viewer) -> None:
        """Watch *folder* no more; what was imported stays. Raises StorageError."""
        self._store.documents.drop(KIND, viewer.owner, folder)

    def look(self) -> None:
        """Look at all folders once, and import what has come and is whole."""
        keys = self._store.documents.everybodys(KIND)
        for key in keys:
            if not self._ending.is_set():
                self._look_at(key)
        for marks in (self._last, self._done):
            for key in marks.keys() - set(keys):
                del marks[key]

    def _run(self) -> None:
        while not self._ending.is_set():
            began = time.monotonic()
            self._woken.clear()
            try:
                self.look()
            except StorageError as error:
                log.warning("Watched folders are looked at later: %s", error)
            except Exception:
                log.exception("Watched folders could not be looked at")
            if not self._ending.is_set():
                self._woken.wait(max(self._every, REST * (time.monotonic() - began)))

    def _rouse(self) -> None:
        self._woken.set()

    def _look_at(self, key: Key) -> None:
        owner, folder = key
        try:
            source = self._checked(folder, owner)
        except StudioError as error:
            log.debug("%s is not looked at: %s", folder, error)
            return
        now, last, done = (
            self._marks(source, owner),
            self._last.get(key, {}),
            self._done.get(key, {}),
        )
        fresh = {path for path, mark in now.items() if last.get(path) == mark != done.get(path)}
        if fresh:
            self._import(source, owner, fresh)
        self._last[key] = now
        self._done[key] = {p: m for p, m in now.items() if p in fresh or done.get(p) == m}

    def _import(self, source: Path, owner: str, fresh: set[Path]) -> None:
        state = Import(
            self._store,
            source,
            owner,
            self._previews,
            lambda _state: None,
            may_follow=lambda place: self._may_follow(place, owner),
            chosen=fresh.__contains__,
        ).run(self._ending.is_set)
        if state.added or state.failed:
            log.info("Of %s %d files came in, %d failed", source, state.added, state.failed)

    def _marks(self, source: Path, owner: str) -> Marks:
        found: Marks = {}
        files = FolderFiles(
            source, self._store.folder, lambda place: self._may_follow(place, owner)
        )
        for path in files.walk(lambda _path, _why: None, lambda _path, _error: None):
            try:
                status = path.stat()
            except OSError:  # gone meanwhile
                continue
            found[path] = (status.st_size, status.st_mtime_ns)
        return found
