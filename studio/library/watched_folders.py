"""Folders that people have asked to watch: what comes into them is imported, once.

What was deleted for good does not come back, and what could not be stored is tried again: up to
which change of the folder all is done is kept with it, and what changed later is new. A file that
could not be read is tried again while the program runs.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Self

from comfy.client.threads import Threaded
from storage.errors import StorageError
from storage.files.thumbnailer import Previews
from storage.store import Store
from studio.access.people import WATCHED
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

Key = tuple[str, str]
"""Owner and folder."""


class Mark(NamedTuple):
    """What shows that a file changed: bytes; when its content, and it, changed (ns of its disk).

    Whoever copies or moves a file gives it the content's time, and cannot give it the other.
    """

    size: int
    written_at: int
    changed_at: int


Marks = dict[Path, Mark]
_NEVER = -1


@dataclass(frozen=True, slots=True)
class _Kept:
    """Since when a folder is watched (epoch seconds), and *until* which change all is done."""

    since: float = 0.0
    until: int = _NEVER

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Read it as it is kept; the version before kept nothing."""
        return cls(data.get("since", 0.0), data.get("until", _NEVER))


class WatchedFolders(Threaded):
    """Watches folders on one thread; which, outlives the program.

    *checked* is the folder behind its name, or raises StudioError where its owner may not import
    it; *may_follow* says it of what links lead to. The folders of whoever, so *may_come*, cannot
    be here any more rest until they can. Only the thread touches `_last` and `_done`;
    `_lock` guards which folders are watched.
    """

    def __init__(
        self,
        store: Store,
        previews: Previews,
        checked: Callable[[str, str], Path],
        may_follow: Callable[[Path, str], bool],
        may_come: Callable[[str], bool] = lambda _owner: True,
        every: float = EVERY,
    ) -> None:
        super().__init__()
        self._store = store
        self._previews = previews
        self._checked = checked
        self._may_follow = may_follow
        self._may_come = may_come
        self._every = every
        self._woken = threading.Event()
        self._lock = threading.Lock()
        self._last: dict[Key, Marks] = {}
        self._done: dict[Key, Marks] = {}
        self._runs("watched folders", self._run)

    def of(self, viewer: Viewer) -> tuple[str, ...]:
        """The folders that the viewer has asked to watch, the latest first."""
        return tuple(self._kept(viewer.owner))

    def watch(self, folder: str, viewer: Viewer) -> None:
        """Watch *folder* for the viewer from now on. Raises StudioError, StorageError."""
        source = str(self._checked(folder, viewer.owner))
        with self._lock:
            watched = self.of(viewer)
            if source in watched:
                return
            if len(watched) >= MAX_FOLDERS:
                message = f"You watch {MAX_FOLDERS} folders already: stop watching one first."
                raise StudioError(message)
            self._keep((viewer.owner, source), _Kept(time.time()))
        self._woken.set()

    def leave(self, folder: str, viewer: Viewer) -> None:
        """Watch *folder* no more; what was imported stays. Raises StorageError."""
        with self._lock:
            self._store.documents.drop(WATCHED, viewer.owner, folder)

    def look(self) -> None:
        """Look at all folders once, and import what has come and is whole."""
        everybodys = self._store.documents.everybodys(WATCHED)
        keys = [key for key in everybodys if self._may_come(key[0])]
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
        now, last, kept = self._marks(source, owner), self._last.get(key, {}), self._kept(owner)
        until = kept.get(folder, _Kept()).until
        done = self._done.get(key)
        if done is None:
            done = {path: mark for path, mark in now.items() if mark.changed_at <= until}
        fresh = {path for path, mark in now.items() if last.get(path) == mark != done.get(path)}
        brought, unread = self._import(source, owner, fresh) if fresh else (fresh, fresh)
        self._last[key] = now
        through = {p: m for p, m in now.items() if p in brought or done.get(p) == m}
        self._done[key] = {p: m for p, m in through.items() if p not in unread}
        # One that can never be read keeps nothing else from being done with.
        if (now_until := _until(now, through)) > until:
            self._note(key, now_until)

    def _kept(self, owner: str) -> dict[str, _Kept]:
        """The owner's folders, the latest first."""
        found = self._store.documents.by_name(WATCHED, owner)
        kept = [(folder, _Kept.of(data)) for folder, data in found.items()]
        return dict(sorted(kept, key=lambda item: item[1].since, reverse=True))

    def _note(self, key: Key, until: int) -> None:
        """Keep *until* which change all is done, unless the folder is watched no more."""
        owner, folder = key
        with self._lock:
            if kept := self._kept(owner).get(folder):
                self._keep(key, replace(kept, until=until))

    def _keep(self, key: Key, kept: _Kept) -> None:
        owner, folder = key
        self._store.documents.keep(WATCHED, owner, folder, asdict(kept))

    def _import(
        self, source: Path, owner: str, fresh: set[Path]
    ) -> tuple[Set[Path], Collection[Path]]:
        """Import the *fresh* files of *source*: those come to, and those that could not be read."""
        job = Import(
            self._store,
            source,
            owner,
            self._previews,
            lambda _state: None,
            may_follow=lambda place: self._may_follow(place, owner),
            chosen=fresh.__contains__,
        )
        state = job.run(self._ending.is_set)
        if state.added or state.failed:
            log.info("Of %s %d files came in, %d failed", source, state.added, state.failed)
        if state.error:
            log.warning("%s is looked at again later: %s", source, state.error)
            return frozenset(), ()
        return fresh, job.unread

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
            found[path] = Mark(status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        return found


def _until(now: Marks, done: Marks) -> int:
    """The latest change up to which all of *now* is *done*."""
    waits = [mark.changed_at for path, mark in now.items() if done.get(path) != mark]
    if waits:
        return min(waits) - 1
    return max((mark.changed_at for mark in now.values()), default=_NEVER)
