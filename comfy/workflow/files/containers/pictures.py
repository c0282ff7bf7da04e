"""JPEG, WebP, GIF and BMP: where each keeps its size, its EXIF, its XMP and its comments. Pure."""

from comfy.workflow.files.containers.exif import EXIF_START, read_exif
from comfy.workflow.files.containers.header import Cut, Gathered, View, decoded
from comfy.workflow.files.containers.xmp import JPEG_START, read_xmp

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers that begin a frame: its size is in there."""
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""JPEG markers without a length."""
_SCAN, _END, _APP1, _COMMENT = 0xDA, 0xD9, 0xE1, 0xFE
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
"""What blocks of a GIF begin with."""
_MAX_SUB_BLOCKS = 65_536
"""Of a GIF's comment, 255 bytes each."""


def walk_jpeg(view: View, found: Gathered) -> None:
    """Segments up to the pixels; none of ours stands behind them."""
    offset = 2
    while True:
        view.step()
        if view.number(offset, 1) != 0xFF:
            raise Cut
        marker = view.number(offset + 1, 1)
        if marker == 0xFF:
            offset += 1
        elif marker in _BARE:
            offset += 2
        elif marker in (_SCAN, _END):
            break
        else:
            length = view.number(offset + 2, 2)
            if length < 2:
                raise Cut
            _read_segment(marker, view.read(offset + 4, length - 2), found)
            offset += 2 + length
    if not found.size[0]:
        raise Cut


def _read_segment(marker: int, data: bytes, found: Gathered) -> None:
    if marker in _FRAMES and len(data) >= 5:
        found.size = (int.from_bytes(data[3:5]), int.from_bytes(data[1:3]))
    elif marker == _COMMENT:
        found.text("comment", decoded(data))
    elif marker == _APP1 and data.startswith(EXIF_START):
        read_exif(data, found)
    elif marker == _APP1 and data.startswith(JPEG_START):
        read_xmp(decoded(data[len(JPEG_START) :]), found)


def walk_webp(view: View, found: Gathered) -> None:
    """RIFF chunks; each begins at an even offset."""
    end = 8 + int.from_bytes(view.read(4, 4), "little")
    if end > view.size + 1:  # some writers count a last byte that they do not write
        found.is_whole = False
    offset = 12
    while offset + 8 <= min(end, view.size):
        view.step()
        name, length = view.read(offset, 4), int.from_bytes(view.read(offset + 4, 4), "little")
        if offset + 8 + length > view.size:
            raise Cut
        _read_chunk(name, view, offset + 8, length, found)
        offset += 8 + length + length % 2


def _read_chunk(name: bytes, view: View, offset: int, length: int, found: Gathered) -> None:
    match name:
        case b"VP8X":
            data = view.read(offset, 10)
            found.has_alpha = bool(data[0] & 0x10)
            found.size = (_little(data[4:7]) + 1, _little(data[7:10]) + 1)
        case b"VP8 " if not found.size[0]:
            data = view.read(offset, 10)
            found.size = (_little(data[6:8]) & 0x3FFF, _little(data[8:10]) & 0x3FFF)
        case b"VP8L" if not found.size[0]:
            bits = _little(view.read(offset + 1, 4))
            found.has_alpha = bool(bits >> 28 & 1)
            found.size = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"EXIF":
            read_exif(view.read(offset, length), found)
        case b"XMP ":
            read_xmp(decoded(view.read(offset, length)), found)


def walk_gif(view: View, found: Gathered) -> None:
    """Blocks up to the first image; comments stand before it."""
    head = view.read(0, 13)
    found.size = (_little(head[6:8]), _little(head[8:10]))
    offset = 13 + (3 << (head[10] & 7) + 1 if head[10] & 0x80 else 0)
    while view.number(offset, 1) == _EXTENSION:
        view.step()
        is_comment = view.number(offset + 1, 1) == 0xFE
        parts, offset = _sub_blocks(view, offset + 2)
        if is_comment:
            found.text("comment", decoded(parts))
    if view.number(offset, 1) not in (_IMAGE, _TRAILER):
        raise Cut


def _sub_blocks(view: View, offset: int) -> tuple[bytes, int]:
    """The bytes of the blocks at *offset*, and where the next thing begins."""
    parts: list[bytes] = []
    for _ in range(_MAX_SUB_BLOCKS):
        length = view.number(offset, 1)
        if not length:
            return b"".join(parts), offset + 1
        parts.append(view.read(offset + 1, length))
        offset += 1 + length
    raise Cut


def walk_bmp(view: View, found: Gathered) -> None:
    """A BMP has a size and no text."""
    head = view.read(0, 26)
    if _little(head[14:18]) == 12:
        found.size = (_little(head[18:20]), _little(head[20:22]))
    else:
        height = int.from_bytes(head[22:26], "little", signed=True)
        found.size = (_little(head[18:22]), abs(height))


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
