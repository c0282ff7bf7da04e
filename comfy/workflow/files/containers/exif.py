"""EXIF, and TIFF, of which it is a part: tags in tables that may refer to one another. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from comfy.workflow.files.containers.header import Cut, Gathered, decoded

MAX_TABLES = 16
MAX_TAGS = 1_000
"""Of one table; a camera writes under a hundred."""
EXIF_START = b"Exif\0\0"
ORIENTATION, USER_COMMENT, EXIF_TABLE = 0x0112, 0x9286, 0x8769
WIDTH, HEIGHT = 0x0100, 0x0101
_XP = range(0x9C9B, 0x9CA0)
"""Windows' own title, comment, author, keywords and subject: UTF-16, little endian."""
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 7: 1, 13: 4}
"""Bytes of one value by type: those that texts, short numbers and tables come in."""
_SIDEWAYS = (5, 6, 7, 8)
"""Orientations that turn by a quarter."""
_WRITTEN_AS = {
    b"ASCII\0\0\0": ("utf-8",),
    b"UNICODE\0": ("utf-16-be", "utf-16-le", "utf-8"),
    b"JIS\0\0\0\0\0": ("iso2022_jp", "shift_jis"),
    b"\0" * 8: ("utf-8", "utf-16-be", "utf-16-le"),
}
"""The eight bytes before a UserComment → encodings that writers use under that name."""


@dataclass(frozen=True, slots=True)
class _Tag:
    id: int
    data: bytes
    is_little: bool

    @property
    def number(self) -> int:
        return int.from_bytes(self.data[:4], "little" if self.is_little else "big")


def read_exif(data: bytes, found: Gathered) -> None:
    """Take the texts and the orientation of EXIF *data*, its own start before it or not."""
    for tag in _tags(data.removeprefix(EXIF_START)):
        if tag.id == ORIENTATION:
            found.is_turned = tag.number in _SIDEWAYS
        elif tag.id == USER_COMMENT:
            found.text("usercomment", comment_text(tag.data))
        elif tag.id in _XP:
            found.text("comment", tag.data.decode("utf-16-le", "replace"))
        elif len(tag.data) > 8:  # numbers and names of cameras are shorter than any text of ours
            found.text(f"exif-{tag.id:04x}", decoded(tag.data))


def walk_tiff(data: bytes, found: Gathered) -> None:
    """A TIFF's own tags are its size, too."""
    numbers = {tag.id: tag.number for tag in _tags(data) if tag.id in (WIDTH, HEIGHT)}
    found.size = (numbers.get(WIDTH, 0), numbers.get(HEIGHT, 0))
    read_exif(data, found)
    if 0 in found.size:
        raise Cut


def comment_text(data: bytes) -> str:
    """A UserComment's text.

    Its first eight bytes name the encoding, but not the order of UTF-16's bytes, and some programs
    write UTF-8 under that name: of those that fit, the one with the most ASCII in it wins, because
    names of settings, and JSON, are ASCII whatever the prompt is written in.
    """
    encodings, body = _WRITTEN_AS.get(data[:8]), data[8:]
    if encodings is None:
        encodings, body = ("utf-8", "latin-1"), data
    candidates = [text for one in encodings if (text := _decoded(body, one))]
    return max(candidates, key=_ascii, default="")


def _decoded(data: bytes, encoding: str) -> str:
    even = data[: len(data) // 2 * 2] if encoding.startswith("utf-16") else data
    try:
        text = even.decode(encoding).strip("\0\ufeff\ufffe ")
    except UnicodeDecodeError:
        return ""
    return "" if "\0" in text else text


def _ascii(text: str) -> int:
    return len(text.encode("ascii", "ignore"))


def _tags(data: bytes) -> Iterator[_Tag]:
    """All tags of all tables, each table once, however they refer to one another."""
    order = {b"II": "little", b"MM": "big"}.get(data[:2])
    if order is None or len(data) < 8:
        return
    is_little = order == "little"

    def number(offset: int, length: int) -> int:
        return int.from_bytes(data[offset : offset + length], "little" if is_little else "big")

    waiting, seen, left = [number(4, 4)], set[int](), len(data)
    while waiting and len(seen) < MAX_TABLES:
        table = waiting.pop(0)
        if table in seen or not 8 <= table <= len(data) - 2:
            continue
        seen.add(table)
        count = min(number(table, 2), MAX_TAGS, (len(data) - table - 2) // 12)
        for start in range(table + 2, table + 2 + 12 * count, 12):
            id_, kind, length = number(start, 2), number(start + 2, 2), number(start + 4, 4)
            size = _SIZES.get(kind, 0) * length
            place = start + 8 if size <= 4 else number(start + 8, 4)
            tag = _Tag(id_, data[place : place + min(size, left)], is_little)
            if id_ == EXIF_TABLE:
                waiting.append(tag.number)
            elif 0 < size <= left and len(tag.data) == size:
                left -= size  # tags do not overlap, unless somebody wants them to
                yield tag if kind != 3 else _Tag(id_, tag.data[:2], is_little)
        waiting.append(number(table + 2 + 12 * count, 4))
