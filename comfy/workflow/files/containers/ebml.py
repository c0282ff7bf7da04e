"""WebM and Matroska: tags and the size of the video, by EBML elements (RFC 8794, 9559). Pure."""

import struct
from collections.abc import Iterator

from comfy.workflow.files.containers.header import MAX_TEXT_BYTES, Cut, Gathered, View, decoded

SEGMENT, TAGS, TAG, SIMPLE_TAG = 0x18538067, 0x1254C367, 0x7373, 0x67C8
TAG_NAME, TAG_STRING = 0x45A3, 0x4487
TRACKS, TRACK, VIDEO, WIDTH, HEIGHT = 0x1654AE6B, 0xAE, 0xE0, 0xB0, 0xBA
INFO, SCALE, DURATION = 0x1549A966, 0x2AD7B1, 0x4489
NANOSECONDS = 1_000_000
"""Of a unit of time, where a file says nothing else."""
_CONTAINERS = frozenset({SEGMENT, TAGS, TAG, TRACKS, TRACK})
MAX_DEPTH = 12
MAX_SIDE = 65_536

Element = tuple[int, int, int]
"""An element's id, and where its content begins and ends."""


def walk_ebml(view: View, found: Gathered, start: int = 0, end: int = -1, depth: int = 0) -> None:
    """Read the tags and tracks from *start* to *end*, the whole file where that is -1."""
    if depth > MAX_DEPTH:
        raise Cut
    for id_, first, last in _elements(view, start, view.size if end < 0 else end):
        if id_ in _CONTAINERS:
            walk_ebml(view, found, first, last, depth + 1)
        elif id_ == SIMPLE_TAG:
            _read_tag(view, first, last, found)
        elif id_ == INFO:
            _read_info(view, first, last, found)
        elif id_ == VIDEO:
            numbers = {
                one: view.number(a, min(b - a, 8)) for one, a, b in _elements(view, first, last)
            }
            width, height = numbers.get(WIDTH, 0), numbers.get(HEIGHT, 0)
            if width <= MAX_SIDE and height <= MAX_SIDE:
                found.larger(width, height)


def _read_info(view: View, start: int, end: int, found: Gathered) -> None:
    """How long it is, a float of 4 or 8 bytes, and in which units."""
    scale, units = NANOSECONDS, 0.0
    for id_, first, last in _elements(view, start, end):
        if id_ == SCALE:
            scale = view.number(first, min(last - first, 8))
        elif id_ == DURATION and last - first in (4, 8):
            (units,) = struct.unpack(
                ">f" if last - first == 4 else ">d", view.read(first, last - first)
            )
    found.lasts(units * scale / 1e9)


def _read_tag(view: View, start: int, end: int, found: Gathered) -> None:
    name = ""
    for id_, first, last in _elements(view, start, end):
        if id_ == TAG_NAME:
            name = decoded(view.read(first, min(last - first, 200)))
        elif id_ == TAG_STRING and last - first > MAX_TEXT_BYTES:
            found.note(f"The file's “{name}” is too large to be read.")
        elif id_ == TAG_STRING:
            found.text(name, decoded(view.read(first, last - first)))


def _elements(view: View, start: int, end: int) -> Iterator[Element]:
    """The elements from *start* to *end*; one of unknown length reaches to the end."""
    while start < end:
        view.step()
        id_, start = _number(view, start, keeps_marker=True)
        length, start = _number(view, start, keeps_marker=False)
        if length < 0 or (id_ == SEGMENT and start + length > end):
            length = end - start  # a stream that was being written: what is there can be read
        if start + length > end:
            raise Cut
        yield id_, start, start + length
        start += length


def _number(view: View, start: int, *, keeps_marker: bool) -> tuple[int, int]:
    """A number whose first byte says its length, -1 for "unknown", and where the next begins."""
    first = view.number(start, 1)
    length = 9 - first.bit_length()
    if length > 8:
        raise Cut
    value = view.number(start, length)
    if not keeps_marker:
        value -= 1 << 7 * length
        value = -1 if value == (1 << 7 * length) - 1 else value
    return value, start + length
