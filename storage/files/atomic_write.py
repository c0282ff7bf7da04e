"""Files in the data folder are written whole or not at all.

What is being written lies in ``incoming/``, which is emptied at start; it is moved to its place
once it is durable.
"""

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.error_translation import disk_full, explain
from storage.files.sniff import HEAD_BYTES

INCOMING = "incoming"
ARRIVING = "arriving"
"""Where `storage.files.arriving` keeps what is of no record yet."""
RESERVE = 96 * 2**20
"""Bytes left free when a file is written: more than records need, so that those still fit."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is durable, but not in its place yet; `head` is what it begins with."""

    path: Path
    size: int
    sha256: str
    head: bytes


@contextmanager
def receiving(folder: Path, chunks: Iterable[bytes], size: int = 0) -> Iterator[Written]:
    """Write *chunks*, of *size* bytes together where that is known, under the data *folder*.

    The file is gone afterwards unless `place` moved it. Raises StorageError, and whatever *chunks*
    raises; memory holds one chunk at a time.
    """
    incoming = folder / INCOMING / uuid.uuid4().hex
    try:
        yield _write(folder, incoming, chunks, size)
    except OSError as error:
        raise explain(error, folder) from error
    finally:
        discard(incoming)


def place(folder: Path, written: Written, path: str) -> None:
    """Move what was written to *path* under *folder*, durably. Raises OSError."""
    target = locate(folder, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    written.path.replace(target)
    _sync_folder(target.parent)


def write_whole(folder: Path, path: str, data: bytes) -> None:
    """Write *data* to *path* under *folder*: durable and whole, or StorageError and nothing."""
    with receiving(folder, (data,), len(data)) as written:
        place(folder, written, path)


def locate(folder: Path, path: str) -> Path:
    """The file at a record's *path*; ValueError where that would lie outside of *folder*."""
    root = folder.resolve()
    file = (root / path).resolve()
    if "\0" in path or file == root or not file.is_relative_to(root):
        raise ValueError(f"no path in the data folder: {path[:200]!r}")
    return file


def discard(file: Path) -> None:
    """Remove *file*; where that fails it is left for a sweep: nothing refers to it."""
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return


def sweep(folder: Path) -> None:
    """Remove what an earlier run left half written. Only for who has the database open."""
    incoming = folder / INCOMING
    for file in incoming.iterdir() if incoming.is_dir() else ():
        discard(file)


def _write(folder: Path, incoming: Path, chunks: Iterable[bytes], size: int) -> Written:
    digest, written, head = hashlib.sha256(), 0, b""
    incoming.parent.mkdir(parents=True, exist_ok=True)
    _check_room(folder, size)
    with incoming.open("xb") as file:
        for chunk in chunks:
            _check_room(folder, len(chunk))
            head += chunk[: HEAD_BYTES - len(head)]
            digest.update(chunk)
            file.write(chunk)
            written += len(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Written(incoming, written, digest.hexdigest(), head)


def _check_room(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < size + RESERVE:
        raise disk_full(folder)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there; renames are journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
