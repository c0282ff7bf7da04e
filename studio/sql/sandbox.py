"""The SQL box: a viewer's own questions over a copy of what that viewer may see, and no more."""

import logging
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from storage.errors import BoxRefused, StorageError
from storage.sandbox.runner import CLOSED, MAX_ROWS, MAX_SECONDS, MAX_SQL, Answer, Box
from storage.sandbox.visible_copy import MAX_GENERATIONS, write_copy
from storage.store import Store
from studio.access.viewer import Viewer, scope
from studio.errors import StudioError
from studio.sql.examples import EXAMPLES

__all__ = ["MAX_GENERATIONS", "MAX_ROWS", "MAX_SECONDS", "MAX_SQL", "Answer", "Sandbox"]

log = logging.getLogger(__name__)

FRESH_SECONDS = 30.0
"""How long a copy is asked again before another is made."""
MAX_COPIES = 8
"""Copies kept at once, each of one viewer."""


@dataclass(frozen=True, slots=True)
class _Copy:
    file: Path
    made_at: float


class Sandbox:
    """Answers from copies in a folder of its own. `_lock` guards them, and is held to make one."""

    examples = EXAMPLES

    def __init__(self, store: Store, seconds: float = MAX_SECONDS) -> None:
        self._store = store
        self._box = Box(seconds)
        self._lock = threading.Lock()
        self._copies: dict[str | None, _Copy] = {}
        self._folder: Path | None = None
        self._closed = False

    def run(self, sql: str, viewer: Viewer) -> Answer:
        """What *sql* finds in the viewer's newest generations. Raises StudioError with a sentence.

        The tables are generations, images and nodes. Blocks for seconds.
        """
        try:
            return self._box.ask(self._copy(scope(viewer)), sql)
        except StorageError as error:
            raise StudioError(str(error)) from error

    def start(self) -> None:
        """Nothing runs before the first question."""

    def stop(self) -> None:
        """Kill what is being answered."""
        self._box.close()

    def close(self, _seconds: float = 0.0) -> None:
        """Remove the copies."""
        self.stop()
        with self._lock:
            self._closed = True
            self._copies.clear()
            if self._folder:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None

    def _copy(self, owner: str | None) -> Path:
        with self._lock:
            if self._closed:
                raise BoxRefused(CLOSED)
            known = self._copies.get(owner)
            if known and time.monotonic() - known.made_at < FRESH_SECONDS:
                return known.file
            self._make_room(owner)
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="stepglass-box-"))
            folder = Path(tempfile.mkdtemp(dir=self._folder))
            file = folder / "records.duckdb"
            self._store.read(lambda cursor: write_copy(cursor, file, owner))
            self._copies[owner] = _Copy(file, time.monotonic())
            return file

    def _make_room(self, owner: str | None) -> None:
        """Forget the viewer's last copy, and the oldest where there are too many.

        One that is being read stays readable until its reader ends.
        """
        gone = [self._copies.pop(owner, None)]
        while len(self._copies) >= MAX_COPIES:
            gone.append(self._copies.pop(min(self._copies, key=lambda o: self._copies[o].made_at)))
        for copy in filter(None, gone):
            shutil.rmtree(copy.file.parent, ignore_errors=True)
