"""One archive of a data folder: a consistent copy of its database, and every kept file.

A ZIP file: ``stepglass.duckdb``, the other files under their own paths, and a manifest.
"""

import contextlib
import errno
import json
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import time

import duckdb

from storage.engine.database import FILE_NAME, Database
from storage.error_translation import disk_full, explain
from storage.errors import BackupRefused, StorageError
from storage.transfer.portable import MANIFEST, SCRATCH, LeftOut, is_safe, portable
from storage.transfer.restored import settle

FORMAT = 1
MAX_FILES = 10_000_000
_CHUNK = 2**20
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
"""Of what is restored, whatever the archive says: it is everybody's prompts, and keys."""
_BINARY = getattr(os, "O_BINARY", 0)  # Windows' own
_DAMAGE = frozenset({None, errno.EINVAL})
"""Error numbers that reading damaged data gives; all others are of the disk."""


@dataclass(frozen=True, slots=True)
class Backup:
    """How many `files` an archive holds, and what of the folder is `left_out`, as a sentence."""

    files: int
    left_out: str = ""


def backup(folder: Path, file: Path) -> Backup:
    """Write the data *folder* into the new archive *file*: all that `restore` takes.

    Opens the folder itself, so that no other process may have it open; a running Stepglass uses
    `backup_open`. Raises StorageError.
    """
    if not (folder / FILE_NAME).is_file():
        raise BackupRefused(
            f"{folder} holds no Stepglass database: give the data folder with --data-folder."
        )
    database = Database(folder)
    try:
        return backup_open(database, file)
    finally:
        database.close()


def backup_open(database: Database, file: Path) -> Backup:
    """Like `backup`, of a folder that is open; others may go on reading and writing."""
    if file.exists():
        raise BackupRefused(f"{file} exists already: choose another name for the backup.")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=SCRATCH) as scratch:
            copy = Path(scratch) / FILE_NAME
            database.copy_to(copy)
            made = _write_archive(database.folder, copy, part, skip={file, part})
        part.replace(file)
    except (OSError, duckdb.Error) as error:
        raise explain(error, file.parent) from error
    finally:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            part.unlink(missing_ok=True)
    return made


def restore(file: Path, folder: Path) -> int:
    """Unpack the archive *file* into the new or empty data *folder*; return its files' number.

    The files are unpacked aside and checked, then moved into place, the database last; what was
    not over when the backup was made is held, or lost, see `storage.transfer.restored`. Raises
    StorageError; the folder is then as it was.
    """
    if folder.exists() and (not folder.is_dir() or any(_contents(folder))):
        raise BackupRefused(
            f"{folder} is not empty: restore into a new folder, then start Stepglass with it."
        )
    is_new = not folder.exists()
    try:
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        try:
            # Inside of the folder, which may be a volume of its own.
            with tempfile.TemporaryDirectory(dir=folder, prefix=SCRATCH) as scratch:
                number, made_at = _unpack(file, Path(scratch))
                _settle(Path(scratch), made_at)
                _move(Path(scratch), folder)
        except BaseException:
            if is_new and not any(folder.iterdir()):
                folder.rmdir()
            raise
    except (OSError, duckdb.Error) as error:
        raise explain(error, folder) from error
    return number


def _settle(folder: Path, made_at: float) -> None:
    """Open the unpacked database: it says so where it cannot be read, or is newer."""
    database = Database(folder)
    try:
        settle(database, made_at)
    finally:
        database.close()


def _contents(folder: Path) -> Iterator[Path]:
    """What *folder* holds, less what a fresh volume does."""
    return (path for path in folder.iterdir() if path.name != "lost+found")


def _move(source: Path, target: Path) -> None:
    for path in sorted(source.iterdir(), key=lambda path: path.name == FILE_NAME):
        path.replace(target / path.name)


def _write_archive(folder: Path, database: Path, part: Path, skip: set[Path]) -> Backup:
    skipped = {path.resolve() for path in skip}
    number, left_out = 1, LeftOut()
    part.touch(mode=0o600, exist_ok=False)  # it holds everybody's prompts, and keys
    with zipfile.ZipFile(part, "w", strict_timestamps=False) as archive:
        _add(archive, database, FILE_NAME, zipfile.ZIP_DEFLATED)
        for path, name in portable(folder, left_out):
            if path.resolve() in skipped:
                continue
            try:
                _add(archive, path, name, zipfile.ZIP_STORED)
            except FileNotFoundError:
                continue  # removed since it was listed
            number += 1
        manifest = {"format": FORMAT, "createdAt": time(), "files": number}
        archive.writestr(MANIFEST, json.dumps(manifest))
    with part.open("rb") as file:
        os.fsync(file.fileno())
    return Backup(number, left_out.sentence())


def _add(archive: zipfile.ZipFile, path: Path, name: str, compression: int) -> None:
    """Add a file of any size, even where it grows meanwhile."""
    with path.open("rb") as source:
        member = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
        member.compress_type = compression
        with archive.open(member, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, _CHUNK)


def _unpack(file: Path, target: Path) -> tuple[int, float]:
    """Unpack *file*; return how many files that are, and when it was made (epoch seconds).

    Whatever reading it raises means that it is damaged, unless it is the disk's own trouble.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            made_at = _check(archive, members, file, target)
            for member in members:
                if member.filename != MANIFEST:
                    _extract(archive, member, target)
            return len(members) - 1, made_at
    except FileNotFoundError as error:
        raise BackupRefused(f"There is no file {file}: look at its name.") from error
    except StorageError:
        raise
    except OSError as error:
        if error.errno in _DAMAGE:
            raise _damaged(file, str(error)) from error
        raise
    except Exception as error:
        raise _damaged(file, str(error)) from error


def _check(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], file: Path, scratch: Path
) -> float:
    """When *archive* was made, epoch seconds.

    Raises where it is not a whole backup of ours, leads elsewhere, or does not fit.
    """
    names = [m.filename for m in members]
    if MANIFEST not in names or FILE_NAME not in names:
        raise _damaged(file, "it is no backup of Stepglass")
    if len(names) > MAX_FILES or len({n.casefold() for n in names}) != len(names):
        raise _damaged(file, "it holds a file twice, or too many")
    for member in members:
        if not _is_safe(member):
            raise _damaged(file, f"{member.filename[:100]!r} is no path in a data folder")
    manifest = json.loads(archive.read(MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("files") != len(members) - 1:
        raise _damaged(file, "some of its files are missing")
    if manifest.get("format") != FORMAT:
        raise BackupRefused(f"{file} was written by a newer Stepglass: restore it with that one.")
    if shutil.disk_usage(scratch).free < sum(m.file_size for m in members):
        raise disk_full(scratch)
    made_at = manifest.get("createdAt")
    if isinstance(made_at, float) and 0.0 <= made_at <= time():
        return made_at
    return time()


def _is_safe(member: zipfile.ZipInfo) -> bool:
    """A plain file under a path that stays in the folder."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    return kind in (0, stat.S_IFREG) and is_safe(member.filename)


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    path = target / member.filename
    for parent in reversed(path.relative_to(target).parents[:-1]):
        (target / parent).mkdir(mode=_FOLDER_MODE, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, _FILE_MODE)
    with os.fdopen(handle, "wb") as file, archive.open(member) as source:
        shutil.copyfileobj(source, file, _CHUNK)
        file.flush()
        os.fsync(file.fileno())


def _damaged(file: Path, why: str) -> StorageError:
    return BackupRefused(f"{file} cannot be restored ({why}): use another backup.")
