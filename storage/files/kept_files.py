"""Output files in the data folder: kept as they came, whole or not at all.

``images/2026-09/<generation>-<number>.png`` beside its ``….thumbnail.webp``.
"""

import hashlib
import os
import re
import uuid
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from storage.error_translation import explain
from storage.errors import StorageError
from storage.files.atomic_write import Written, discard, locate, place, receiving, write_whole
from storage.files.sniff import EXTENSIONS, HEAD_BYTES, has_thumbnail, sniff
from storage.files.thumbnails import Thumbnail, make_thumbnail
from storage.records import Image

MAX_NAME = 200
"""Characters kept of a server's name for a file."""
_CHUNK = 2**20

_SAFE_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")


def keep(
    folder: Path,
    generation_id: str,
    number: int,
    data: bytes | Iterable[bytes],
    filename: str = "",
    *,
    kind: str = "images",
    node: str = "",
    temporary: bool = False,
) -> Image:
    """Write *data* into the data *folder*, durably, with a thumbnail where it is an image.

    Chunks are written as they come, so that a file of any size takes no memory. The same
    generation and number always get the same path, so doing it again is harmless. *filename* is
    only remembered. Raises StorageError, what reading *data* raises, and ValueError for an id that
    is none.
    """
    stem = _stem(generation_id, number)
    chunks, size = ((data,), len(data)) if isinstance(data, bytes) else (data, 0)
    with receiving(folder, chunks, size) as written:
        image = _image(folder, stem, number, written)
        place(folder, written, image.path)
    return _named(image, filename, kind=kind, node=node, temporary=temporary)


def kept(
    folder: Path,
    generation_id: str,
    number: int,
    filename: str = "",
    *,
    kind: str = "images",
    node: str = "",
    temporary: bool = False,
) -> Image | None:
    """What `keep` made of that number earlier, read from the *folder*; None where it did not.

    A file gets its path only once it is whole, so what lies there is. Raises StorageError.
    """
    stem = _stem(generation_id, number)
    paths = [path for e in EXTENSIONS if (path := locate(folder, f"{stem}.{e}")).is_file()]
    if len(paths) != 1:
        return None
    try:
        written = _read(paths[0])
        image = _image(folder, stem, number, written)
    except OSError as error:
        raise explain(error, folder) from error
    return _named(image, filename, kind=kind, node=node, temporary=temporary)


def chunks_of(path: Path) -> Iterator[bytes]:
    """The file at *path* in pieces; raises OSError as it is read."""
    with path.open("rb") as file:
        yield from _chunks(file)


def adopt(
    folder: Path,
    generation_id: str,
    source: BinaryIO,
    name: str,
    *,
    sha256: str,
    width: int = 0,
    height: int = 0,
    seconds: float = 0.0,
    kind: str = "images",
) -> Image:
    """Copy *source*, the file called *name*, into the data *folder*, unchanged; return its record.

    A picture's thumbnail is named, but made by `storage.files.thumbnailer` later. Raises
    StorageError, and ValueError where *source* is not (any more) what *sha256* says.
    """
    stem = _stem(generation_id, 0)
    size = os.fstat(source.fileno()).st_size
    with receiving(folder, _chunks(source), size) as written:
        if written.sha256 != sha256:
            raise ValueError("it changed while it was read")
        media = sniff(written.head)
        path = f"{stem}.{media.extension}"
        place(folder, written, path)
    is_picture = has_thumbnail(media.type)
    return Image(
        number=0,
        path=path,
        sha256=sha256,
        bytes=written.size,
        media=media.type,
        width=width,
        height=height,
        thumbnail=f"{stem}.thumbnail.webp" if is_picture else "",
        kind=kind,
        filename=_plain_name(name),
        seconds=seconds,
    )


def remove(folder: Path, images: Iterable[Image], named: Container[str] = ()) -> None:
    """Remove the kept files of purged *images* that no record has *named* again.

    Those already gone are passed over.
    """
    for image in images:
        if image.path in named:
            continue
        for path in (image.path, image.preview, image.storyboard):
            if path and path not in named:
                discard(locate(folder, path))


def _stem(generation_id: str, number: int) -> str:
    """The path of a generation's file, without its extension. Raises ValueError."""
    if not _SAFE_ID.fullmatch(generation_id):
        raise ValueError(f"no generation id: {generation_id[:80]!r}")
    return f"images/{_month(generation_id)}/{generation_id}-{number}"


def _image(folder: Path, stem: str, number: int, written: Written) -> Image:
    """The record of what was written, its thumbnail made where it is an image."""
    media = sniff(written.head)
    is_picture = has_thumbnail(media.type)
    look = make_thumbnail(written.path) if is_picture else Thumbnail()
    thumbnail = _write_thumbnail(folder, f"{stem}.thumbnail.webp", look.webp) if look.webp else ""
    return Image(
        number=number,
        path=f"{stem}.{media.extension}",
        sha256=written.sha256,
        bytes=written.size,
        media=media.type,
        width=look.width,
        height=look.height,
        thumbnail=thumbnail,
        seconds=look.seconds,
    )


def _named(image: Image, filename: str, *, kind: str, node: str, temporary: bool) -> Image:
    return replace(image, kind=kind, node=node, filename=_plain_name(filename), temporary=temporary)


def _read(path: Path) -> Written:
    digest, size, head = hashlib.sha256(), 0, b""
    with path.open("rb") as file:
        for chunk in _chunks(file):
            head += chunk[: HEAD_BYTES - len(head)]
            digest.update(chunk)
            size += len(chunk)
    return Written(path, size, digest.hexdigest(), head)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


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
