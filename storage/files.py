"""Output files in the data folder: kept as they came, whole or not at all.

``images/2026-09/<generation>-<number>.png`` beside its ``….thumbnail.webp``; files being
written lie in ``incoming/``, which is emptied at start.
"""

import hashlib
import os
import re
import shutil
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from storage.errors import StorageError
from storage.faults import disk_full, explain
from storage.media import sniff
from storage.records import Generation, Image
from storage.thumbnails import Thumbnail, make_thumbnail

INCOMING = "incoming"
RESERVE = 96 * 2**20
"""Bytes left free when a file is written: more than records need, so that those still fit."""
MAX_NAME = 200
"""Characters kept of a server's name for a file."""
_CHUNK = 2**20

_SAFE_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")


def keep(
    folder: Path,
    generation_id: str,
    number: int,
    data: bytes,
    filename: str = "",
    *,
    kind: str = "images",
    node: str = "",
    temporary: bool = False,
) -> Image:
    """Write *data* into the data *folder*, durably, with a thumbnail where it is a picture.

    The same generation and number always get the same path, so doing it again is harmless.
    *filename* is only remembered. Raises StorageError, and ValueError for an id that is none.
    """
    if not _SAFE_ID.fullmatch(generation_id):
        raise ValueError(f"no generation id: {generation_id[:80]!r}")
    media = sniff(data)
    is_picture = media.type.startswith("image/")
    look = make_thumbnail(data) if is_picture else Thumbnail()
    stem = f"images/{_month(generation_id)}/{generation_id}-{number}"
    path, thumbnail = f"{stem}.{media.extension}", ""
    write_whole(folder, path, data)
    if look.webp:
        thumbnail = _write_thumbnail(folder, f"{stem}.thumbnail.webp", look.webp)
    return Image(
        number=number,
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        media=media.type,
        width=look.width,
        height=look.height,
        thumbnail=thumbnail,
        kind=kind,
        node=node,
        filename=_plain_name(filename),
        temporary=temporary,
    )


def adopt(
    folder: Path,
    generation_id: str,
    source: Path,
    *,
    sha256: str,
    width: int = 0,
    height: int = 0,
    kind: str = "images",
) -> Image:
    """Copy the file *source* into the data *folder*, durably and unchanged; return its record.

    A picture's thumbnail is named, but made by `storage.previews` later. Raises StorageError, and
    ValueError where *source* is not (any more) what *sha256* says.
    """
    if not _SAFE_ID.fullmatch(generation_id):
        raise ValueError(f"no generation id: {generation_id[:80]!r}")
    with source.open("rb") as file:
        media = sniff(file.read(4096))
        file.seek(0)
        stem = f"images/{_month(generation_id)}/{generation_id}-0"
        path = f"{stem}.{media.extension}"
        size = _copy_whole(folder, path, file, sha256)
    is_picture = media.type.startswith("image/")
    return Image(
        number=0,
        path=path,
        sha256=sha256,
        bytes=size,
        media=media.type,
        width=width,
        height=height,
        thumbnail=f"{stem}.thumbnail.webp" if is_picture else "",
        kind=kind,
        filename=_plain_name(source.name),
    )


def _copy_whole(folder: Path, path: str, source: BinaryIO, sha256: str) -> int:
    """Like `write_whole`, from an open file of any size; return its bytes."""
    incoming = folder / INCOMING / uuid.uuid4().hex
    target = locate(folder, path)
    digest = hashlib.sha256()
    try:
        size = os.fstat(source.fileno()).st_size
        if shutil.disk_usage(folder).free < size + RESERVE:
            raise disk_full(folder)
        incoming.parent.mkdir(exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        with incoming.open("xb") as file:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
            size = file.tell()
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != sha256:
            raise ValueError("it changed while it was read")
        incoming.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise explain(error, folder) from error
    finally:
        _discard(incoming)
    return size


def write_whole(folder: Path, path: str, data: bytes) -> None:
    """Write *data* to *path* under *folder*: durable and whole, or StorageError and nothing."""
    incoming = folder / INCOMING / uuid.uuid4().hex
    target = locate(folder, path)
    try:
        if shutil.disk_usage(folder).free < len(data) + RESERVE:
            raise disk_full(folder)
        incoming.parent.mkdir(exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        with incoming.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        incoming.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise explain(error, folder) from error
    finally:
        _discard(incoming)


def locate(folder: Path, path: str) -> Path:
    """The file at a record's *path*; ValueError where that would lie outside of *folder*."""
    root = folder.resolve()
    found = (root / path).resolve()
    if "\0" in path or found == root or not found.is_relative_to(root):
        raise ValueError(f"no path in the data folder: {path[:200]!r}")
    return found


def remove(folder: Path, generation: Generation) -> None:
    """Remove the kept files of a purged *generation*; those already gone are passed over."""
    for image in generation.images:
        for path in (image.path, image.thumbnail):
            if path:
                _discard(locate(folder, path))


def sweep(folder: Path) -> None:
    """Remove what an earlier run left half written. Only for who has the database open."""
    incoming = folder / INCOMING
    for file in incoming.iterdir() if incoming.is_dir() else ():
        _discard(file)


def _write_thumbnail(folder: Path, path: str, webp: bytes) -> str:
    try:
        write_whole(folder, path, webp)
    except StorageError:
        return ""  # the file itself is kept, which is what matters
    return path


def _month(generation_id: str) -> str:
    """Year and month of the id's own time, so that it never depends on when a file came."""
    try:
        id_ = uuid.UUID(generation_id)
        at = datetime.fromtimestamp((id_.int >> 80) / 1000, UTC) if id_.version == 7 else None
    except (ValueError, OverflowError, OSError):
        at = None
    return f"{at:%Y-%m}" if at else "undated"


def _plain_name(name: str) -> str:
    """The last part of *name*, printable, of bearable length."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(c for c in last if c.isprintable()).strip()[-MAX_NAME:]


def _discard(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return  # left for the next sweep; nothing refers to it


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there; renames are journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
