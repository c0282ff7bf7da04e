"""One archive of a data folder: a consistent copy of its database, and every kept file.

A ZIP file: ``stepglass.duckdb``, the other files under their own paths, and a manifest.
"""

import contextlib
import json
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from time import time

import duckdb

from storage.database import FILE_NAME, Database
from storage.errors import BackupRefused, StorageError
from storage.faults import disk_full, explain
from storage.writing import ARRIVING, INCOMING

MANIFEST = "stepglass-backup.json"
FORMAT = 1
MAX_FILES = 10_000_000
SCRATCH = ".stepglass-"
"""How the names of folders begin in which something is being made."""
_CHUNK = 2**20
_OWN = frozenset({INCOMING, ARRIVING})
"""Folders that hold only what is being written, and what is of no record yet."""


def backup(folder: Path, file: Path) -> int:
    """Write the data *folder* into the new archive *file*; return how many files it holds.

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


def backup_open(database: Database, file: Path) -> int:
    """Like `backup`, of a folder that is open; others may go on reading and writing."""
    if file.exists():
        raise BackupRefused(f"{file} exists already: choose another name for the backup.")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=SCRATCH) as scratch:
            copy = Path(scratch) / FILE_NAME
            database.copy_to(copy)
            number = _write_archive(database.folder, copy, part, skip={file, part})
        part.replace(file)
    except (OSError, duckdb.Error) as error:
        raise explain(error, file.parent) from error
    finally:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            part.unlink(missing_ok=True)
    return number


def restore(file: Path, folder: Path) -> int:
    """Unpack the archive *file* into the new or empty data *folder*; return its files' number.

    The files are unpacked aside and checked, then moved into place, the database last. Raises
    StorageError; the folder is then as it was.
    """
    if folder.exists() and (not folder.is_dir() or any(_contents(folder))):
        raise BackupRefused(
            f"{folder} is not empty: restore into a new folder, then start Stepglass with it."
        )
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            # Inside of the folder, which may be a volume of its own.
            with tempfile.TemporaryDirectory(dir=folder, prefix=SCRATCH) as scratch:
                number = _unpack(file, Path(scratch))
                Database(Path(scratch)).close()  # says so here where it cannot be read, or is newer
                _move(Path(scratch), folder)
        except BaseException:
            if is_new and not any(folder.iterdir()):
                folder.rmdir()
            raise
    except OSError as error:
        raise explain(error, folder) from error
    return number


def _contents(folder: Path) -> Iterator[Path]:
    """What *folder* holds, less what a fresh volume does."""
    return (path for path in folder.iterdir() if path.name != "lost+found")


def _move(source: Path, target: Path) -> None:
    for path in sorted(source.iterdir(), key=lambda path: path.name == FILE_NAME):
        path.replace(target / path.name)


def _write_archive(folder: Path, database: Path, part: Path, skip: set[Path]) -> int:
    left_out = {path.resolve() for path in skip}
    number = 1
    part.touch(mode=0o600, exist_ok=False)  # it holds everybody's prompts, and keys
    with zipfile.ZipFile(part, "w", strict_timestamps=False) as archive:
        archive.write(database, FILE_NAME, zipfile.ZIP_DEFLATED)
        for path in _files(folder):
            if path.resolve() in left_out:
                continue
            try:
                archive.write(path, path.relative_to(folder).as_posix(), zipfile.ZIP_STORED)
            except FileNotFoundError:
                continue  # removed since it was listed
            number += 1
        manifest = {"format": FORMAT, "createdAt": time(), "files": number}
        archive.writestr(MANIFEST, json.dumps(manifest))
    with part.open("rb") as file:
        os.fsync(file.fileno())
    return number


def _files(folder: Path) -> Iterator[Path]:
    """The plain files under *folder* but the database's own and those being written."""
    for parent, folders, names in os.walk(folder):
        here = Path(parent)
        folders[:] = sorted(n for n in folders if not (here == folder and _is_ours(n)))
        for name in sorted(names):
            path = here / name
            if path.is_file() and not path.is_symlink() and not (here == folder and _is_ours(name)):
                yield path


def _is_ours(name: str) -> bool:
    return name in _OWN or name.startswith((FILE_NAME, SCRATCH)) or name == MANIFEST


def _unpack(file: Path, target: Path) -> int:
    try:
        with zipfile.ZipFile(file) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            _check(archive, members, file, target)
            for member in members:
                if member.filename != MANIFEST:
                    _extract(archive, member, target)
            return len(members) - 1
    except FileNotFoundError as error:
        raise BackupRefused(f"There is no file {file}: look at its name.") from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as error:
        raise _damaged(file, str(error)) from error
    except (RuntimeError, ValueError, UnicodeError) as error:  # encrypted, or a broken manifest
        raise _damaged(file, str(error)) from error


def _check(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], file: Path, scratch: Path
) -> None:
    """Raise where *archive* is not a whole backup of ours, leads elsewhere, or does not fit."""
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


def _is_safe(member: zipfile.ZipInfo) -> bool:
    """A plain file, under a relative path without a step upwards, on every system."""
    name, kind = member.filename, stat.S_IFMT(member.external_attr >> 16)
    return (
        kind in (0, stat.S_IFREG)
        and not any(c in name for c in "\\:\0")
        and not PurePosixPath(name).is_absolute()
        and all(part not in ("", ".", "..") for part in name.split("/"))
    )


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    path = target / member.filename
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as source, path.open("xb") as file:
        shutil.copyfileobj(source, file, _CHUNK)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(member.external_attr >> 16 & 0o666 | 0o600)


def _damaged(file: Path, why: str) -> StorageError:
    return BackupRefused(f"{file} cannot be restored ({why}): use another backup.")
