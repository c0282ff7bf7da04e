"""A ZIP archive written while it is sent: nothing of it is ever whole in memory or on the disk."""

import json
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.records import Generation, Image
from studio.errors import StudioError
from studio.generations import made_with
from studio.library.bare_copies import BareCopy
from web.api.shapes.generations import generation_shape

CHUNK = 2**18
MAX_SLUG = 48
"""Characters of the prompt in a file's name."""
_FIRST_YEAR = 1980
"""ZIP knows no earlier one."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A generation to pack, and its kept files that are there, each with its path."""

    record: Generation
    files: tuple[tuple[Image, Path], ...]


class _Sink:
    """Collects what `zipfile` writes until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def zipped(packed: Iterable[Packed]) -> Iterator[bytes]:
    """Yield the archive piece by piece: files as they are, and one JSON of settings for each."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload] # needs no more than write and flush
        for one in packed:
            stem = name_of(one.record)
            for image, path in one.files:
                name = f"{stem}-{image.number}{path.suffix}"
                yield from _file(archive, sink, _entry(name, one.record), path)
            archive.writestr(_entry(f"{stem}.json", one.record), settings_json(one.record))
            yield sink.take()
    yield sink.take()


def bare_zip(
    packed: Iterable[Packed], copy: Callable[[Image], AbstractContextManager[BareCopy]]
) -> Iterator[bytes]:
    """The same of copies without metadata: no settings, no words and no moments in the names.

    Of what cannot be copied so a text beside them says why.
    """
    sink, left, number = _Sink(), [], 0
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload] # needs no more than write and flush
        for image in (image for one in packed for image, _ in one.files):
            number += 1
            try:
                with copy(image) as made:
                    entry = zipfile.ZipInfo(f"{number:05}.{made.extension}")
                    entry.external_attr = 0o644 << 16
                    yield from _file(archive, sink, entry, made.path)
            except StudioError as error:
                left.append(f"{number:05}: {error}\n")
        if left:
            archive.writestr("left out.txt", "".join(left))
    yield sink.take()


def name_of(record: Generation) -> str:
    """A name that is safe on every system and like no other: moment, prompt, and the id's end."""
    moment = time.strftime("%Y-%m-%d %H.%M.%S", time.gmtime(record.created_at))
    kept = "".join(c if c.isalnum() else " " for c in record.prompt[: 4 * MAX_SLUG])
    slug = " ".join(kept.split())[:MAX_SLUG].strip()
    return " ".join(part for part in (moment, slug, record.id.replace("-", "")[-20:]) if part)


def settings_json(record: Generation) -> bytes:
    """Everything needed to make *record* again, and what was made of it."""
    shape: dict[str, Any] = {**generation_shape(record)}
    shape |= {"request": made_with.seeded(record), "graph": record.graph}
    return json.dumps(shape, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _file(
    archive: zipfile.ZipFile, sink: _Sink, entry: zipfile.ZipInfo, path: Path
) -> Iterator[bytes]:
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return  # removed since it was looked for
    with source:
        entry.file_size = path.stat().st_size  # tells whether the entry needs 64 bits
        with archive.open(entry, "w") as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)
                yield sink.take()


def _entry(name: str, record: Generation) -> zipfile.ZipInfo:
    moment = time.gmtime(record.created_at)[:6]
    entry = zipfile.ZipInfo(
        name, moment if moment[0] >= _FIRST_YEAR else (_FIRST_YEAR, 1, 1, 0, 0, 0)
    )
    entry.external_attr = 0o644 << 16
    return entry
