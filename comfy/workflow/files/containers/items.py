"""The items of an AVIF or HEIC image: its EXIF, its XMP and its size. Pure (ISO/IEC 23008-12)."""

from collections.abc import Iterator, Sequence

from comfy.workflow.files.containers.exif import read_exif
from comfy.workflow.files.containers.header import Cut, Gathered, View, decoded
from comfy.workflow.files.containers.xmp import read_xmp

MAX_ITEMS = 10_000
Part = tuple[bytes, int, int]
"""A box's name, and where its content begins and ends."""


def read_items(view: View, parts: Sequence[Part], found: Gathered) -> None:
    """Read the items that the boxes *parts* of an image's ``meta`` list."""
    by_name = {name: (start, end) for name, start, end in parts}
    if b"iprp" in by_name:
        _read_properties(view, *by_name[b"iprp"], found)
    if b"iinf" not in by_name or b"iloc" not in by_name:
        return
    wanted = dict(_metadata(view, *by_name[b"iinf"]))
    inside = by_name.get(b"idat", (0, 0))[0]
    for id_, offset, length in _places(view, *by_name[b"iloc"], inside):
        if wanted.get(id_) == b"Exif":
            data = view.read(offset, length)
            read_exif(data[4 + int.from_bytes(data[:4]) :], found)
        elif wanted.get(id_) == b"mime":
            read_xmp(decoded(view.read(offset, length)), found)


def _read_properties(view: View, start: int, end: int, found: Gathered) -> None:
    """An image of several tiles has its whole size and theirs: the largest is meant."""
    for name, inner, stop in _plain(view, start, end):
        if name == b"ipco":
            for kind, at, last in _plain(view, inner, stop):
                if kind == b"ispe":
                    found.larger(view.number(at + 4, 4), view.number(at + 8, 4))
                elif kind == b"irot":
                    found.is_turned = bool(view.number(at, 1) & 1)
                elif kind == b"auxC":
                    found.has_alpha |= b"alpha" in view.read(at, min(last - at, 64))


def _metadata(view: View, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Ids and kinds of the items that are metadata."""
    first = start + (6 if view.number(start, 1) == 0 else 8)
    for name, at, _ in _plain(view, first, end):
        version = view.number(at, 1)
        if name == b"infe" and version >= 2:
            wide = 2 if version == 2 else 4
            yield view.number(at + 4, wide), view.read(at + 6 + wide, 4)


def _places(view: View, start: int, end: int, inside: int) -> Iterator[tuple[int, int, int]]:
    """Id, offset in the file and length of each item that lies in one piece."""
    version, sizes = view.number(start, 1), view.number(start + 4, 2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    wide = 2 if version < 2 else 4
    at, count = start + 6 + wide, view.number(start + 6, wide)
    for _ in range(min(count, MAX_ITEMS)):
        view.step()
        id_, at = view.number(at, wide), at + wide
        method, at = (view.number(at, 2) & 15, at + 2) if version else (0, at)
        base, at = view.number(at + 2, base_size), at + 2 + base_size
        extents, at = view.number(at, 2), at + 2
        if at + extents * (index_size + offset_size + length_size) > end:
            raise Cut
        if extents == 1 and method < 2:
            place = base + view.number(at + index_size, offset_size) + (inside if method else 0)
            yield id_, place, view.number(at + index_size + offset_size, length_size)
        at += extents * (index_size + offset_size + length_size)


def _plain(view: View, start: int, end: int) -> Iterator[Part]:
    while start + 8 <= end:
        view.step()
        length = view.number(start, 4)
        if length < 8 or start + length > end:
            raise Cut
        yield view.read(start + 4, 4), start + 8, start + length
        start += length
