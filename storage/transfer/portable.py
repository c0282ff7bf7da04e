"""Which files of a data folder a backup can bring elsewhere, and which it must leave out."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from storage.engine.database import FILE_NAME
from storage.files.atomic_write import ARRIVING, INCOMING

MANIFEST = "stepglass-backup.json"
SCRATCH = ".stepglass-"
"""How the names of folders begin in which something is being made."""
CLIENT_FILE = "client.id"
"""What servers know this one folder by: a copy of it is to have another."""
MAX_NAME_BYTES = 65_535
"""Of a path in a ZIP file."""
MAX_NAMED = 100
"""Files left out that are named; all are counted."""
_OWN = frozenset({INCOMING, ARRIVING, MANIFEST, CLIENT_FILE})
"""What of the folder itself is of this place or moment alone."""


@dataclass
class LeftOut:
    """Files that a backup does not hold, though the folder does: `names` of the first, and why."""

    names: list[str] = field(default_factory=list)
    number: int = 0

    def add(self, path: str, why: str) -> None:
        """Leave one out."""
        self.number += 1
        if len(self.names) < MAX_NAMED:
            self.names.append(f"“{os.fsencode(path).decode('utf-8', 'replace')}” ({why})")

    def sentence(self) -> str:
        """What to tell whoever makes the backup; "" where nothing is left out."""
        if not self.number:
            return ""
        shown = ", ".join(self.names[:3])
        more = f" and {self.number - 3:,} more" if self.number > 3 else ""
        return f"Left out: {shown}{more}."


def is_safe(name: str) -> bool:
    """Whether *name* is a relative path without a step upwards, on every system."""
    return (
        not any(c in name for c in "\\:\0")
        and not PurePosixPath(name).is_absolute()
        and all(part not in ("", ".", "..") for part in name.split("/"))
    )


def portable(folder: Path, left_out: LeftOut) -> Iterator[tuple[Path, str]]:
    """The files under *folder* to bring along, each with its path in the archive.

    Less the database's own and those being written; whatever else is left out is noted.
    """
    taken: set[str] = set()
    for path, why in _entries(folder):
        name = path.relative_to(folder).as_posix()
        why = why or _why_not(name)
        if not why and name.casefold() in taken:
            why = "another one differs from it only by upper and lower case"
        if why:
            left_out.add(name, why)
            continue
        taken.add(name.casefold())
        yield path, name


def _why_not(name: str) -> str:
    try:
        encoded = name.encode()
    except UnicodeEncodeError:
        return "its name is no UTF-8"
    if len(encoded) > MAX_NAME_BYTES:
        return "its path is too long"
    return "" if is_safe(name) else "its name is not possible on every system"


def _entries(folder: Path) -> Iterator[tuple[Path, str]]:
    """Everything under *folder* but folders, and why it cannot be read where it cannot."""
    failed: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=failed.append):
        here = Path(parent)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = _ordered(n for n in folders if not (here == folder and _is_ours(n)))
        for name in _ordered((*names, *links)):
            if not (here == folder and _is_ours(name)):
                yield here / name, _kind(here / name)
    for error in failed:
        yield Path(str(error.filename)), "it cannot be read"


def _ordered(names: Iterable[str]) -> list[str]:
    """Sorted, of two that differ only by case the small letters, as ours are, first."""
    return sorted(names, key=str.swapcase)


def _kind(path: Path) -> str:
    """Why the entry at *path* is no file that can be copied; "" where it is one."""
    if path.is_symlink():
        return "it is a link"
    if not path.is_file():
        return "it is no plain file"
    return "" if os.access(path, os.R_OK) else "it cannot be read"


def _is_ours(name: str) -> bool:
    return name in _OWN or name.startswith((FILE_NAME, SCRATCH))
