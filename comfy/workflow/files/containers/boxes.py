"""Files made of boxes: MP4, MOV, M4A, and the images AVIF, HEIC and JPEG XL. Pure.

ISO/IEC 14496-12 (boxes), 23008-12 (images), QuickTime's file format (``keys`` and ``ilst``).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from comfy.workflow.files.containers.exif import read_exif
from comfy.workflow.files.containers.header import MAX_TEXT_BYTES, Cut, Gathered, View, decoded
from comfy.workflow.files.containers.items import read_items
from comfy.workflow.files.containers.xmp import read_xmp

MAX_DEPTH = 12
"""Boxes within one another; a file has six."""
_CONTAINERS = frozenset({b"moov", b"udta", b"trak"})
_COMMENTS = {b"\xa9cmt": "comment", b"\xa9des": "description", b"desc": "description"}


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its four letters, and where its content begins and ends in the file."""

    name: bytes
    start: int
    end: int


def boxes(view: View, start: int, end: int) -> Iterator[Box]:
    """The boxes from *start* to *end*. Raises Cut where one reaches beyond."""
    while start + 8 <= end:
        view.step()
        length, name, head = view.number(start, 4), view.read(start + 4, 4), 8
        if length == 1:
            length, head = view.number(start + 8, 8), 16
        elif length == 0:
            length = end - start
        if length < head or start + length > end:
            raise Cut
        yield Box(name, start + head, start + length)
        start += length


def walk_boxes(view: View, found: Gathered) -> None:
    """Read what the boxes of the file say; pixels and frames are passed over."""
    for box in boxes(view, 0, view.size):
        _read(view, box, found, 0)


def _read(view: View, box: Box, found: Gathered, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Cut
    if box.name in _CONTAINERS:
        for inner in boxes(view, box.start, box.end):
            _read(view, inner, found, depth + 1)
    elif box.name == b"meta":
        _read_meta(view, box, found)
    elif box.name == b"tkhd":
        _read_track(view, box, found)
    elif box.name == b"mvhd":
        _read_movie(view, box, found)
    elif box.name in _COMMENTS and box.end - box.start <= MAX_TEXT_BYTES:
        # QuickTime's own: a length and a language before the text.
        data = view.read(box.start, box.end - box.start)
        found.text(_COMMENTS[box.name], decoded(data[4 : 4 + int.from_bytes(data[:2])]))
    elif found.format == "JXL":
        _read_jxl(view, box, found)


def _read_track(view: View, box: Box, found: Gathered) -> None:
    """The last eight bytes are the size in 16.16, the matrix before says whether it is turned."""
    data = view.read(box.start, box.end - box.start)
    if len(data) < 44:
        raise Cut
    width, height = int.from_bytes(data[-8:-6]), int.from_bytes(data[-4:-2])
    across, down = int.from_bytes(data[-44:-40]), int.from_bytes(data[-40:-36])
    found.larger(*((height, width) if not across and down else (width, height)))


def _read_movie(view: View, box: Box, found: Gathered) -> None:
    """How many units a second has, and how many of them it lasts; larger ones in version 1."""
    place, length = (20, 8) if view.number(box.start, 1) == 1 else (12, 4)
    scale, units = view.number(box.start + place, 4), view.number(box.start + place + 4, length)
    if scale and units < 2 ** (8 * length) - 1:  # which says that nobody knows
        found.lasts(units / scale)


def _read_meta(view: View, box: Box, found: Gathered) -> None:
    """QuickTime's begins with a box, ISO's with four bytes of version and flags."""
    start = box.start if view.read(box.start + 4, 4) == b"hdlr" else box.start + 4
    inner = list(boxes(view, start, box.end))
    keys = next((_keys(view, one) for one in inner if one.name == b"keys"), [])
    for one in inner:
        if one.name == b"ilst":
            for entry in boxes(view, one.start, one.end):
                _read_entry(view, entry, keys, found)
    if found.format in ("AVIF", "HEIC"):
        read_items(view, [(one.name, one.start, one.end) for one in inner], found)


def _keys(view: View, box: Box) -> list[str]:
    """The names that entries refer to by number, from 1 on."""
    entries = boxes(view, box.start + 8, box.end)
    return [decoded(view.read(one.start, min(one.end - one.start, 200))) for one in entries]


def _read_entry(view: View, entry: Box, keys: list[str], found: Gathered) -> None:
    """An entry's name is four letters, or a number in *keys*, or spelled out within (``----``)."""
    number = int.from_bytes(entry.name)
    key = keys[number - 1] if 0 < number <= len(keys) else _COMMENTS.get(entry.name, "")
    for one in boxes(view, entry.start, entry.end):
        if one.name == b"name":
            key = decoded(view.read(one.start + 4, min(one.end - one.start - 4, 200)))
        elif one.name == b"data" and key:
            if one.end - one.start > MAX_TEXT_BYTES:
                found.note(f"The file's “{key}” is too large to be read.")
                continue
            found.text(key, decoded(view.read(one.start + 8, one.end - one.start - 8)))


def _read_jxl(view: View, box: Box, found: Gathered) -> None:
    length = min(box.end - box.start, MAX_TEXT_BYTES)
    if box.name == b"jxlc" or (box.name == b"jxlp" and not found.size[0]):
        start = box.start + (4 if box.name == b"jxlp" else 0)
        found.size = jxl_size(view.read(start, min(16, box.end - start)))
    elif box.name == b"Exif":
        read_exif(view.read(box.start + 4, length - 4), found)
    elif box.name == b"xml ":
        read_xmp(decoded(view.read(box.start, length)), found)
    elif box.name == b"brob":
        found.note("The image's metadata is packed by Brotli, which is not read here.")


def jxl_size(codestream: bytes) -> tuple[int, int]:
    """Pixels of a JPEG XL by its first bytes (ISO/IEC 18181-1, SizeHeader); 0, 0 for none."""
    if codestream[:2] != b"\xff\x0a":
        return 0, 0
    bits, place = int.from_bytes(codestream[2:], "little"), 0

    def take(count: int) -> int:
        nonlocal place
        place += count
        return bits >> (place - count) & (1 << count) - 1

    is_small = take(1)

    def side() -> int:
        return (take(5) + 1) * 8 if is_small else take((9, 13, 18, 30)[take(2)]) + 1

    height = side()
    ratios = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
    ratio = take(3)
    if not ratio:
        return side(), height
    across, down = ratios[ratio - 1]
    return height * across // down, height
