"""An existing output folder becomes records: copied, never moved, and never twice.

What is imported already is known by its content, so that doing it again, or going on after an end
in the middle, adds only what is new.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from storage.errors import StorageError, Unstorable
from storage.files.kept_files import adopt
from storage.files.sniff import EXTENSIONS, TEXT, UNKNOWN
from storage.files.thumbnailer import Previews
from storage.records import Generation
from storage.store import Store
from studio.errors import StudioError
from studio.library.folder_files import Fail, FolderFiles, Skip
from studio.library.scan import Finding, Unwanted, examine, id_of, record_of

T = TypeVar("T")
log = logging.getLogger(__name__)

BATCH = 100
"""Files whose records are stored in one transaction."""
MAX_NAMED = 100
"""Failures that are named; all are counted."""
_NAMED = {f".{one}" for one in (*EXTENSIONS, "jpeg", "tif")} - {
    f".{TEXT.extension}",
    f".{UNKNOWN.extension}",
}
"""Endings of files that an import is for."""
REPORT_EVERY = 0.1
"""Seconds between two reports, at least."""


@dataclass(frozen=True, slots=True)
class ImportState:
    """How far an import is: files `found` so far, `done` of them, and what became of these.

    `known` were here already. `skipped` are passed over, `reasons` say how many for what reason;
    those that are no files of the folder are not among the found. `failures` and `skips` name the
    first of each and say why; `error` says what ended the import early, "" where nothing did. Times
    are epoch seconds.
    """

    folder: str = ""
    found: int = 0
    done: int = 0
    added: int = 0
    known: int = 0
    failed: int = 0
    failures: tuple[str, ...] = ()
    skipped: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    skips: tuple[str, ...] = ()
    running: bool = False
    finished_at: float | None = None
    error: str = ""


def _ignore(_path: Path, _what: object) -> None:
    """Whoever only counts files is told nothing."""


class Import:
    """One import of the folder *source* for *owner*. `report` is called with each new state.

    Failures are named of files that an import is for; with *names_all* of whatever lies there.
    Links are followed where *may_follow* says so of what they lead to; files that *chosen* is
    False of are not looked at. `unread` are those of which the system says that it cannot.
    """

    def __init__(
        self,
        store: Store,
        source: Path,
        owner: str,
        previews: Previews,
        report: Callable[[ImportState], None],
        *,
        names_all: bool = False,
        may_follow: Callable[[Path], bool] = lambda _target: True,
        chosen: Callable[[Path], bool] = lambda _path: True,
    ) -> None:
        self._names_all = names_all
        self._folder = FolderFiles(source, store.folder, may_follow)
        self._chosen = chosen
        self._store = store
        self._source = source
        self._owner = owner
        self._previews = previews
        self._report = report
        self._reported = 0.0
        self.unread: set[Path] = set()
        self._state = ImportState(folder=str(source), running=True)

    def run(self, is_stopping: Callable[[], bool]) -> ImportState:
        """Import until the end, or until *is_stopping*; return the last state. Never raises."""
        try:
            self._count(is_stopping)
            self._bring(is_stopping)
        except (StorageError, OSError) as error:
            self._change(error=str(error))
        if is_stopping() and not self._state.error:
            self._change(error="It was stopped: start it again to go on.")
        self._change(running=False, finished_at=time.time())
        self._report(self._state)
        return self._state

    def _count(self, is_stopping: Callable[[], bool]) -> None:
        for _ in self._files():
            self._change(found=self._state.found + 1)
            if is_stopping():
                return

    def _bring(self, is_stopping: Callable[[], bool]) -> None:
        batch: list[Finding] = []
        for path in self._files(self._skip, self._fail):
            if is_stopping():
                return
            try:
                finding = self._of_file(path, partial(self._examined, path))
            except Unwanted as error:
                self._leave(path, error)
                continue
            if finding:
                batch.append(finding)
            if len(batch) >= BATCH:
                self._settle(batch)
                batch = []
        self._settle(batch)

    def _examined(self, path: Path) -> Finding:
        with self._folder.open(path) as file:
            return examine(path, file, time.time())

    def _settle(self, batch: Sequence[Finding]) -> None:
        """Keep and store what of *batch* is new, in one transaction."""
        with self._store.naming:
            known = set(self._store.library.known_files(self._owner, [one.sha256 for one in batch]))
            records: list[tuple[Path, Generation]] = []
            for one in batch:
                if one.sha256 in known:
                    self._change(known=self._state.known + 1, done=self._state.done + 1)
                elif record := self._of_file(one.path, partial(self._kept, one)):
                    known.add(one.sha256)
                    records.append((one.path, record))
            added = self._added(records)
        self._change(added=self._state.added + len(added), done=self._state.done + len(added))
        self._previews.add(image for record in added for image in record.images)

    def _added(self, records: Sequence[tuple[Path, Generation]]) -> list[Generation]:
        """Store *records* at once, or, where one of them cannot be, the others one by one."""
        try:
            self._store.generations.add([record for _, record in records])
        except (Unstorable, TypeError):
            stored = (self._of_file(path, partial(self._stored, one)) for path, one in records)
            return [record for record in stored if record]
        return [record for _, record in records]

    def _stored(self, record: Generation) -> Generation:
        self._store.generations.add([record])
        return record

    def _kept(self, one: Finding) -> Generation:
        id_ = id_of(one, self._owner)
        with self._folder.open(one.path) as file:
            image = adopt(
                self._store.folder,
                id_,
                file,
                one.path.name,
                sha256=one.sha256,
                width=one.width,
                height=one.height,
                seconds=one.seconds,
                kind=one.kind,
            )
        return record_of(one, id_, self._owner, image)

    def _of_file(self, path: Path, work: Callable[[], T]) -> T | None:
        """What *work* makes of one file; whatever it raises fails that file and no other.

        Only trouble with the data folder, which any other file would meet as well, leaves.
        """
        try:
            return work()
        except (StudioError, Unstorable, OSError, ValueError) as error:
            self._fail(path, error)
        except (StorageError, Unwanted):
            raise
        except Exception as error:
            log.exception("%s cannot be imported", path)
            self._fail(path, error)
        return None

    def _files(self, skip: Skip = _ignore, fail: Fail = _ignore) -> Iterator[Path]:
        """The files to import."""
        return filter(self._chosen, self._folder.walk(skip, fail))

    def _skip(self, path: Path, why: str) -> None:
        """Count what is passed over, and name it where it might be missed."""
        reasons = dict(self._state.reasons)
        reasons[why] = reasons.get(why, 0) + 1
        skips = self._named(path, why, self._state.skips)
        self._change(skipped=self._state.skipped + 1, reasons=tuple(reasons.items()), skips=skips)

    def _leave(self, path: Path, error: Unwanted) -> None:
        """Pass a file over; one that is called an image, and is none, has failed."""
        if path.suffix.lower() in _NAMED:
            self._fail(path, error)
        else:
            self._skip(path, str(error))
            self._change(done=self._state.done + 1)

    def _named(self, path: Path, why: str, names: tuple[str, ...]) -> tuple[str, ...]:
        # What else lies there is nobody's business: it is counted only.
        if not self._names_all and path.suffix.lower() not in _NAMED:
            return names
        name = os.fsencode(path.relative_to(self._source)).decode("utf-8", "replace")
        return (*names, f"{name}: {why}.")[:MAX_NAMED]

    def _fail(self, path: Path, error: Exception) -> None:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        if isinstance(error, OSError):
            self.unread.add(path)
        failures = self._named(path, why, self._state.failures)
        self._change(failed=self._state.failed + 1, done=self._state.done + 1, failures=failures)

    def _change(self, **fields: object) -> None:
        self._state = replace(self._state, **fields)  # type: ignore[arg-type] # its own fields
        now = time.monotonic()
        if now - self._reported >= REPORT_EVERY:
            self._reported = now
            self._report(self._state)
