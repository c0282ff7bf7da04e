"""Imports asked for from the page: who may import which folder, and one at a time for each."""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from comfy.client.threads import JOIN_SECONDS, join
from storage.files.thumbnailer import Previews
from storage.store import Store
from studio.access.viewer import GUEST, ONE, Viewer
from studio.errors import StudioError
from studio.library.import_job import Import, ImportState

AT_ONCE = 2
"""Imports that run at the same time, of all viewers together."""
MAX_STATES = 1000
"""Viewers whose last import is remembered."""


class Importer:
    """Runs imports on threads of their own. `_lock` guards the dicts.

    *allowed* are the folders that may be imported; where *is_private*, the one person whose
    page it is may import those below the home folder too. Guests of theirs may import none.
    """

    def __init__(
        self, store: Store, previews: Previews, allowed: Sequence[Path], *, is_private: bool
    ) -> None:
        self._store = store
        self._previews = previews
        self._allowed = tuple(allowed)
        self._is_private = is_private
        self._lock = threading.Lock()
        self._states: dict[str, ImportState] = {}
        self._running: dict[str, tuple[threading.Thread, threading.Event]] = {}
        self._closed = False

    def folders(self, viewer: Viewer) -> tuple[str, ...]:
        """The folders that the viewer may import; where `takes_home`, those below home too."""
        return tuple(str(folder) for folder in self._allowed_to(viewer.owner))

    def takes_home(self, owner: str) -> bool:
        """Whether *owner* may import what lies below the home folder of who runs Stepglass."""
        return self._is_private and owner == ONE

    def start(self, folder: str, viewer: Viewer) -> ImportState:
        """Import *folder* for the viewer; returns at once. Raises StudioError."""
        source = self.checked(folder, viewer.owner)
        with self._lock:
            if self._closed:
                raise StudioError("Stepglass is shutting down: import the folder afterwards.")
            if viewer.owner in self._running:
                raise StudioError("An import is running already: wait for it, or cancel it.")
            if len(self._running) >= AT_ONCE:
                raise StudioError("Others are importing now: try again when they are done.")
            state = ImportState(folder=str(source), running=True)
            ending = threading.Event()
            thread = threading.Thread(
                target=self._run, args=(source, viewer.owner, ending), name="import", daemon=True
            )
            self._running[viewer.owner] = (thread, ending)
            self._note(viewer.owner, state)
            thread.start()
        return state

    def state(self, viewer: Viewer) -> ImportState:
        """The viewer's import now, or their last one."""
        with self._lock:
            return self._states.get(viewer.owner, ImportState())

    def cancel(self, viewer: Viewer) -> None:
        """Ask the viewer's import to end; what it has stored stays."""
        with self._lock:
            _, ending = self._running.get(viewer.owner, (None, None))
        if ending:
            ending.set()

    def stop(self) -> None:
        """Ask all imports to end; returns at once."""
        with self._lock:
            self._closed = True
            for _, ending in self._running.values():
                ending.set()

    def close(self, seconds: float = JOIN_SECONDS) -> None:
        """Stop, and wait at most *seconds*."""
        self.stop()
        with self._lock:
            threads = [thread for thread, _ in self._running.values()]
        join(threads, seconds)

    def _run(self, source: Path, owner: str, ending: threading.Event) -> None:
        def report(state: ImportState) -> None:
            with self._lock:
                # It says that it ended once another may begin.
                self._note(owner, replace(state, running=True, finished_at=None))

        last = ImportState(folder=str(source), error="It failed: the log says why.")
        try:
            job = Import(
                self._store,
                source,
                owner,
                self._previews,
                report,
                may_follow=lambda place: self.may_import(place, owner),
            )
            last = job.run(ending.is_set)
        finally:
            with self._lock:
                self._running.pop(owner, None)
                self._note(owner, replace(last, running=False))

    def _note(self, owner: str, state: ImportState) -> None:
        self._states.pop(owner, None)
        self._states[owner] = state
        while len(self._states) > MAX_STATES:
            self._states.pop(next(iter(self._states)))

    def checked(self, folder: str, owner: str) -> Path:
        """The real folder behind what *owner* typed. Raises StudioError."""
        typed = folder.strip()
        if not typed or "\0" in typed:
            raise StudioError("Name the folder to import.")
        try:
            source = Path(typed).expanduser() if self.takes_home(owner) else Path(typed)
            source = source.resolve()
            # Whether a folder that nobody may import is there is nobody's business.
            is_named = Path(typed).expanduser().is_absolute()
            if not is_named or not self.may_import(source, owner):
                raise StudioError(self._refusal(owner))
            if not source.is_dir():
                raise StudioError(f"There is no folder {typed[:200]}: look at its name.")
        except (OSError, RuntimeError, ValueError) as error:
            raise StudioError(f"{typed[:200]} cannot be read: name another folder.") from error
        if source.is_relative_to(self._store.folder.resolve()):
            raise StudioError("That is where Stepglass keeps its own files: name another folder.")
        return source

    def may_import(self, place: Path, owner: str) -> bool:
        """Whether *owner* may import *place*, which is without links.

        Any process of this machine may ask: what lies elsewhere is not this person's.
        """
        home = (Path.home(),) if self.takes_home(owner) else ()
        return any(place.is_relative_to(one.resolve()) for one in (*self._allowed_to(owner), *home))

    def _allowed_to(self, owner: str) -> tuple[Path, ...]:
        return () if owner.startswith(GUEST) else self._allowed

    def _refusal(self, owner: str) -> str:
        if owner.startswith(GUEST):
            return "Guests import no folders of this machine: drop the files on the page."
        if self.takes_home(owner):
            named = ", ".join(str(folder) for folder in (Path.home(), *self._allowed))
            return (
                f"Only what lies below {named} may be imported here: name it from the root on, or "
                "start Stepglass with --import-folder FOLDER."
            )
        if not self._allowed:
            return "No folder may be imported here: start Stepglass with --import-folder FOLDER."
        named = ", ".join(str(folder) for folder in self._allowed)
        return f"Only {named} may be imported here (--import-folder names more)."


class ImportWork:
    """What runs in the background of imports, as one part: they, and the thumbnails of theirs."""

    def __init__(self, importer: Importer, previews: Previews) -> None:
        self._importer = importer
        self._previews = previews

    def start(self) -> None:
        """Start making thumbnails; imports begin when they are asked for."""
        self._previews.start()

    def stop(self) -> None:
        """Ask all of it to end; returns at once."""
        self._importer.stop()
        self._previews.stop()

    def close(self, seconds: float = JOIN_SECONDS) -> None:
        """Stop, and wait at most *seconds*."""
        until = time.monotonic() + seconds
        self.stop()
        self._importer.close(seconds)
        self._previews.close(max(0.0, until - time.monotonic()))
