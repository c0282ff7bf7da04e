"""DuckDB's and the system's errors, as `StorageError` with a sentence for people."""

import errno
import re
from pathlib import Path

import duckdb

from storage.errors import (
    DatabaseNewer,
    DatabaseUnreadable,
    DiskFull,
    FolderInUse,
    FolderReadOnly,
    StorageError,
)

_NO_ROOM = ("No space left", "not enough space", "quota exceeded", "File too large", "disk full")
_NOT_WRITABLE = ("Read-only file system", "Permission denied", "read-only mode", "Access is denied")
_IN_USE = ("Could not set lock on file", "being used by another process")
_NEWER = re.compile(r"database file with version number|newer version|newer DuckDB|storage version")
_ERRNO = {
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EFBIG: DiskFull,
    errno.EROFS: FolderReadOnly,
    errno.EACCES: FolderReadOnly,
    errno.EPERM: FolderReadOnly,
}


def is_fatal(error: BaseException) -> bool:
    """True where DuckDB has given up on the open database: it must be closed and opened anew."""
    return isinstance(error, duckdb.FatalException | duckdb.InternalException) or (
        isinstance(error, duckdb.Error) and "has been invalidated" in str(error)
    )


def is_conflict(error: BaseException) -> bool:
    """True where two transactions met and this one may simply be tried again."""
    return isinstance(error, duckdb.TransactionException) and "onflict" in str(error)


def explain_opening(error: duckdb.Error, file: Path) -> StorageError:
    """Why the database *file* cannot be opened."""
    text = str(error)
    if any(words in text for words in _IN_USE):
        return _in_use(text, file)
    if isinstance(common := explain(error, file.parent), DiskFull | FolderReadOnly):
        return common
    if isinstance(error, duckdb.OutOfMemoryException):
        return StorageError(
            f"Opening the database {file} takes more memory than there is: end other programs or "
            "give Stepglass more, then start it again. Nothing in it is lost."
        )
    if _NEWER.search(text):
        return DatabaseNewer(
            f"The database {file} was written by a newer DuckDB: start the newer Stepglass that "
            "wrote it, or choose another data folder."
        )
    return DatabaseUnreadable(
        f"The database {file} cannot be read ({_first_line(text)}): restore a backup into a new "
        "folder, or move the file away to begin with an empty one."
    )


def explain(error: duckdb.Error | OSError, folder: Path) -> StorageError:
    """Why reading or writing in the data *folder* failed."""
    text = str(error)
    kind = _ERRNO.get(error.errno or 0) if isinstance(error, OSError) else None
    if kind is DiskFull or (kind is None and any(words in text for words in _NO_ROOM)):
        return disk_full(folder)
    if kind is FolderReadOnly or (kind is None and any(words in text for words in _NOT_WRITABLE)):
        return FolderReadOnly(
            f"The data folder {folder} may not be written ({_first_line(text)}): give Stepglass "
            "the right to, or choose another with --data-folder."
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return StorageError(f"The database in {folder} ran out of memory: try a smaller question.")
    return StorageError(
        f"The data folder {folder} failed ({_first_line(text)}): look at its disk, then try again."
    )


def disk_full(folder: Path) -> DiskFull:
    """What to say where there is no room in *folder*."""
    return DiskFull(
        f"The disk of the data folder {folder} is full: free some space; what is waiting is "
        "written then."
    )


def _in_use(text: str, file: Path) -> FolderInUse:
    found = re.search(r"PID (\d+)", text)
    who = f"process {found[1]}" if found else "another process"
    return FolderInUse(
        f"The data folder {file.parent} is in use by {who}: stop that one, or choose another "
        "folder with --data-folder."
    )


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:300].rstrip(".") if text.strip() else "no reason given"
