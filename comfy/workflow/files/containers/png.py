"""PNG and APNG: chunk after chunk, before the pixels and behind them. Pure."""

from comfy.workflow.files.containers.exif import read_exif
from comfy.workflow.files.containers.header import MAX_TEXT_BYTES, Cut, Gathered, View, decoded
from comfy.workflow.files.containers.xmp import XMP, read_xmp

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"comf", b"eXIf"})
_ALPHA = (4, 6)
"""Colour types with an alpha channel."""


def walk_png(view: View, found: Gathered, *, checks: bool) -> None:
    """Read all chunks but those of pixels; with *checks* the sums of all, as a decoder would."""
    offset, is_over = len(SIGNATURE), False
    while not is_over:
        view.step()
        head = view.read(offset, 8)
        length, name = int.from_bytes(head[:4]), head[4:]
        if offset + 12 + length > view.size:
            raise Cut
        if checks and view.crc32(offset + 4, 4 + length) != view.number(offset + 8 + length, 4):
            found.is_whole = False
        if name == b"IHDR":
            _read_size(view.read(offset + 8, 13), found)
        elif name in _TEXTS and length <= MAX_TEXT_BYTES:
            _read_text(name, view.read(offset + 8, length), found)
        elif name in _TEXTS:
            found.note("The file has a text that is too large to be read.")
        is_over = name == b"IEND"
        offset += 12 + length


def _read_size(data: bytes, found: Gathered) -> None:
    found.size = (int.from_bytes(data[:4]), int.from_bytes(data[4:8]))
    found.has_alpha = data[9] in _ALPHA


def _read_text(name: bytes, data: bytes, found: Gathered) -> None:
    if name == b"eXIf":
        read_exif(data, found)
        return
    keyword, _, rest = data.partition(b"\0")
    key = keyword.decode("latin-1")
    if name == b"zTXt":
        rest = found.unpacked(key, rest[1:])
    elif name == b"iTXt":
        is_packed, rest = rest[:1] == b"\1", rest[2:].partition(b"\0")[2].partition(b"\0")[2]
        rest = found.unpacked(key, rest) if is_packed else rest
    text = decoded(rest)
    if key == XMP:
        read_xmp(text, found)
    else:
        found.text(key, text)
