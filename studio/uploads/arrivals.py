"""Files that people sent through the page: which there are, and whose.

An event names such a file by its path on this machine. Whoever names another path, or a file that
somebody else sent, gets nothing: this is the only place that makes a path of what was sent.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

MAX_FILES = 1_000
"""Files remembered of one owner; the one sent first is forgotten first."""
MAX_OWNERS = 10_000
"""Owners remembered; the one who sent nothing for longest is forgotten first."""


class Arrivals:
    """Safe to call from several threads; `_lock` guards `_files`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()

    def add(self, owner: str, paths: Iterable[str]) -> None:
        """Note that *owner* has sent, or was handed, the files at *paths*."""
        with self._lock:
            files = self._files.setdefault(owner, OrderedDict())
            self._files.move_to_end(owner)
            for path in paths:
                files[_real(path)] = None
            while len(files) > MAX_FILES:
                files.popitem(last=False)
            while len(self._files) > MAX_OWNERS:
                self._files.popitem(last=False)

    def path(self, text: str, owner: str) -> Path | None:
        """The file at *text* where *owner* has sent it and it is still there, else None."""
        try:
            path = _real(text)
        except (OSError, ValueError):  # no path at all
            return None
        with self._lock:
            is_known = path in self._files.get(owner, ())
        return Path(path) if is_known and Path(path).is_file() else None

    def all(self) -> frozenset[str]:
        """The real paths of all files that are remembered."""
        with self._lock:
            return frozenset(path for files in self._files.values() for path in files)


def _real(path: str) -> str:
    """*path* with every link followed. Raises OSError, ValueError."""
    return os.path.realpath(path)
