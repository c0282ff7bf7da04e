"""What a walk through a file collects, and how it reads: bounded, whatever the file claims. Pure.

A walker gets a `View` of the file and a `Gathered` to fill. It may stop by `Cut` at any place; what
it has filled in until then counts.
"""

import zlib
from dataclasses import dataclass
from typing import BinaryIO

MAX_TEXT_BYTES = 64 * 2**20
"""Of all texts of a file together, unpacked; the largest workflows that are shared have 5 MB."""
MAX_READ_BYTES = 4 * MAX_TEXT_BYTES
"""Of a file in all, however its parts refer to one another."""
MAX_TEXTS = 1_000
MAX_STEPS = 500_000
"""Chunks, boxes, tags and the like of one file; an image of 16,384² in small chunks has 40,000."""
MAX_NOTES = 20
MAX_SECONDS = 366 * 86_400
MAX_KEY = 200


class Cut(Exception):
    """The file ends in the middle, or is not what its beginning says."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself.

    `format` is its name (``PNG``, ``MP4``, …); `width` and `height` are pixels as shown, 0 where
    unknown; `texts` pairs of key in lower case and text, in order; `notes` sentences about texts
    that could not be read. `is_whole` is False where the file is cut short or damaged, as far as a
    walk tells; `has_alpha` is True where its pixels have an alpha channel; `seconds` is how long a
    video or sound is, 0 where unknown.
    """

    format: str
    width: int = 0
    height: int = 0
    texts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    is_whole: bool = True
    has_alpha: bool = False
    seconds: float = 0.0


class View:
    """A seekable file, read at offsets. `step` counts what is looked at: no loop is endless."""

    def __init__(self, file: BinaryIO, start: int = 0, end: int | None = None) -> None:
        self._file = file
        self._start = start
        self._end = file.seek(0, 2) if end is None else end
        self._steps = 0
        self._left = MAX_READ_BYTES

    @property
    def size(self) -> int:
        """Bytes."""
        return max(0, self._end - self._start)

    def step(self) -> None:
        """Count one more thing looked at. Raises Cut beyond MAX_STEPS."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise Cut

    def read(self, offset: int, length: int) -> bytes:
        """Exactly *length* bytes. Raises Cut where there are fewer, or all becomes too much."""
        self._left -= length
        if self._left < 0 or length < 0 or not 0 <= offset <= self.size - length:
            raise Cut
        self._file.seek(self._start + offset)
        data = self._file.read(length)
        if len(data) != length:
            raise Cut
        return data

    def number(self, offset: int, length: int) -> int:
        """A whole number, big endian."""
        return int.from_bytes(self.read(offset, length))

    def crc32(self, offset: int, length: int) -> int:
        """The check sum of that part, whatever its length. Raises Cut where it is cut short."""
        if offset + length > self.size:
            raise Cut
        self._file.seek(self._start + offset)
        value = 0
        while length > 0:
            data = self._file.read(min(length, 2**20))
            if not data:
                raise Cut
            value = zlib.crc32(data, value)
            length -= len(data)
        return value


class Gathered:
    """What a walk has collected so far; `Header` says what each field is."""

    def __init__(self, format_: str) -> None:
        self.format = format_
        self.size = (0, 0)
        self.is_turned = False
        self.is_whole = True
        self.has_alpha = False
        self.seconds = 0.0
        self._texts: list[tuple[str, str]] = []
        self._notes: list[str] = []
        self._left = MAX_TEXT_BYTES
        self._unpackable = MAX_TEXT_BYTES

    def text(self, key: str, value: str) -> None:
        """Add a text; empty ones, and those beyond all bounds, are left out."""
        value = value.strip("\0 \ufeff")
        key = key.strip("\0 ").lower()[:MAX_KEY]
        if value and len(self._texts) < MAX_TEXTS and self._spend(len(value), key):
            self._texts.append((key, value))

    def unpacked(self, key: str, data: bytes) -> bytes:
        """What a zlib stream unpacks to; b"" with a note where it is damaged or a bomb."""
        squeezed = zlib.decompressobj()
        try:
            plain = squeezed.decompress(data, self._unpackable + 1)
        except zlib.error:
            self.note(f"The file's “{key[:MAX_KEY]}” is damaged and cannot be unpacked.")
            return b""
        self._unpackable -= len(plain)
        if self._unpackable < 0:
            self._unpackable = 0
            return self._too_large(key)
        return plain

    def larger(self, width: int, height: int) -> None:
        """Take that size where it is larger than what was seen so far."""
        if width * height > self.size[0] * self.size[1]:
            self.size = (width, height)

    def lasts(self, seconds: float) -> None:
        """Take that length, unless it is none that a file can have."""
        if 0 < seconds <= MAX_SECONDS:
            self.seconds = seconds

    def note(self, sentence: str) -> None:
        """Add a sentence about what could not be read."""
        if len(self._notes) < MAX_NOTES:
            self._notes.append(sentence)

    def header(self) -> Header:
        """All of it."""
        width, height = self.size[::-1] if self.is_turned else self.size
        return Header(
            self.format,
            width,
            height,
            tuple(self._texts),
            tuple(self._notes),
            self.is_whole,
            self.has_alpha,
            self.seconds,
        )

    def _spend(self, length: int, key: str) -> bool:
        if length > self._left:
            self._too_large(key)
            return False
        self._left -= length
        return True

    def _too_large(self, key: str) -> bytes:
        self.note(
            f"The file's “{key[:MAX_KEY]}” is over {MAX_TEXT_BYTES // 2**20} MB of text and was "
            "not read."
        )
        return b""


def decoded(data: bytes) -> str:
    """Text in UTF-8, which most programs write everywhere, else in Latin-1."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
