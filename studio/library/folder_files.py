"""The files below a folder that an import looks at: each folder once, however links lead to it."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from studio.errors import StudioError

MAX_DEPTH = 64
"""Folders within folders that are looked into."""
HIDDEN = "hidden"
ELSEWHERE = "a link to a place that may not be imported"
BROKEN = "a link that leads nowhere"
AGAIN = "a link to a folder that is looked at anyway"
TOO_DEEP = f"over {MAX_DEPTH} folders deep"
SPECIAL = "neither a file nor a folder"

_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""A pipe without a writer opens at once."""

Skip = Callable[[Path, str], None]
Fail = Callable[[Path, Exception], None]


class FolderFiles:
    """Walks through *source* but for *ours*, where Stepglass keeps its own files.

    Links are followed where *may_follow* says so of what they lead to. `skip` is told of what is
    passed over, and why; `fail` of what cannot be read.
    """

    def __init__(
        self, source: Path, ours: Path, may_follow: Callable[[Path], bool] = lambda _target: True
    ) -> None:
        self._source = source
        self._ours = ours.resolve()
        self._may_follow = may_follow

    def walk(self, skip: Skip, fail: Fail) -> Iterator[Path]:
        """The files, folder by folder, in the order of their names."""
        folders, seen = [self._source], set[tuple[int, int]]()
        while folders:
            folder = folders.pop()
            try:
                if self._is_known(folder, seen):
                    if folder.is_symlink():
                        skip(folder, AGAIN)
                    continue
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                fail(folder, error)
                continue
            below = []
            for entry in entries:
                path = folder / entry.name
                try:
                    kind = self._kind(entry, path, seen, skip)
                except OSError as error:
                    fail(path, error)
                    continue
                if kind == "file":
                    yield path
                elif kind == "folder":
                    below.append(path)
            folders += reversed(below)

    def open(self, path: Path) -> BinaryIO:
        """Open the regular file at *path*, for reading. Raises StudioError, OSError.

        Since it was walked past, something else may have come there: a pipe, or a link to
        anywhere.
        """
        file = os.fdopen(os.open(path, _READING), "rb")
        try:
            self._check(path, os.fstat(file.fileno()))
        except BaseException:
            file.close()
            raise
        return file

    def _check(self, path: Path, opened: os.stat_result) -> None:
        """Whether what was *opened* at *path* is a file that may be read. Raises StudioError."""
        if not stat.S_ISREG(opened.st_mode):
            raise StudioError(f"it is {SPECIAL} by now")
        place = path.resolve(strict=True)
        if _inode(place) != (opened.st_dev, opened.st_ino):
            raise StudioError("it changed while it was read")
        is_inside = place.is_relative_to(self._source.resolve())
        if place.is_relative_to(self._ours) or not (is_inside or self._may_follow(place)):
            raise StudioError(f"it is {ELSEWHERE}")

    def _kind(
        self, entry: os.DirEntry[str], path: Path, seen: set[tuple[int, int]], skip: Skip
    ) -> str:
        """What *entry* is: "file", "folder", or "" for what is passed over."""
        if entry.is_symlink() and (why := self._against(path, seen)):
            skip(path, why)
        elif entry.name.startswith("."):
            skip(path, HIDDEN)
        elif entry.is_file():
            return "file"
        elif not entry.is_dir():
            skip(path, SPECIAL)
        elif len(path.parts) - len(self._source.parts) > MAX_DEPTH:
            skip(path, TOO_DEEP)
        elif not path.resolve().is_relative_to(self._ours):
            return "folder"
        return ""

    def _against(self, link: Path, seen: set[tuple[int, int]]) -> str:
        """Why *link* is not followed; "" where it is."""
        try:
            target = link.resolve(strict=True)
        except (OSError, RuntimeError):
            return BROKEN
        if not self._may_follow(target):
            return ELSEWHERE
        return AGAIN if target.is_dir() and _inode(target) in seen else ""

    def _is_known(self, folder: Path, seen: set[tuple[int, int]]) -> bool:
        """Whether *folder* was looked into already, by another way."""
        inode = _inode(folder)
        is_known = inode in seen
        seen.add(inode)
        return is_known


def _inode(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino
