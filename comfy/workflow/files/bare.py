"""A copy of an image file without what it remembers: its pixels are the same, bit by bit. Pure.

Kept is what pixels need to look as they do: colour profiles, transparency, animation, and how a
JPEG is turned. All else goes, what no standard knows too.
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from types import MappingProxyType

from comfy.workflow.files.containers.exif import ORIENTATION
from comfy.workflow.files.containers.png import SIGNATURE

_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs acTL fcTL fdAT"
    .split()
)  # fmt: skip
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"})
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_STANDING = frozenset({*range(0xD0, 0xD8), 0x01})
"""JPEG markers without a length."""
_START, _END, _SCAN, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_JFIF, _EXIF, _ICC, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE


class Odd(ValueError):
    """The file is not what its beginning says, or ends in the middle."""


def bare_copy(data: bytes) -> bytes | None:
    """*data* without metadata; None for a format of which that is not known. Raises Odd."""
    for start, strip in _FORMATS.items():
        if data.startswith(start) and (start != b"RIFF" or data[8:12] == b"WEBP"):
            try:
                return strip(data)
            except (IndexError, struct.error) as error:
                raise Odd from error
    return None


def _png(data: bytes) -> bytes:
    out, at, name = [SIGNATURE], len(SIGNATURE), b""
    while name != b"IEND":
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise Odd
        if name == b"iCCP":
            out.append(_profile(data[at + 8 : end - 4]))
        elif name in _PNG_KEPT:
            out.append(data[at:end])
        at = end
    return b"".join(out)


def _profile(content: bytes) -> bytes:
    """The colour profile under a name that says nothing."""
    body = b"iCCP" + b"profile\0" + content.partition(b"\0")[2]
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def _jpeg(data: bytes) -> bytes:
    out, at = [data[:2]], 2
    while True:
        if data[at] != 0xFF:
            raise Odd
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == _END:
            return b"".join((*out, data[at : at + 2]))
        if marker in _STANDING:
            out.append(data[at : at + 2])
            at += 2
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        segment, at = data[at : at + 2 + length], at + 2 + length
        if len(segment) != 2 + length or length < 2:
            raise Odd
        out += _segment(marker, segment)
        if marker == _SCAN:
            end = _end_of_scan(data, at)
            out.append(data[at:end])
            at = end


def _segment(marker: int, segment: bytes) -> Iterator[bytes]:
    """What is kept of a JPEG's *segment*."""
    content = segment[4:]
    if marker == _EXIF:
        if content.startswith(b"Exif\0\0") and (turn := _orientation(content[6:])):
            yield turn
    elif marker == _ICC:
        if content.startswith(b"ICC_PROFILE\0"):
            yield segment
    elif marker == _JFIF:
        if content.startswith(b"JFIF\0"):  # without the thumbnail that may follow
            plain = content[:12] + b"\0\0"
            yield b"\xff\xe0" + struct.pack(">H", len(plain) + 2) + plain
    elif marker == _ADOBE or not (_JFIF <= marker <= 0xEF or marker == _COMMENT):
        yield segment


def _orientation(tiff: bytes) -> bytes:
    """An EXIF segment that says how an image is turned, and nothing else; b"" where it is not."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return b""
    try:
        (start,) = struct.unpack(f"{order}I", tiff[4:8])
        (count,) = struct.unpack(f"{order}H", tiff[start : start + 2])
        for number in range(min(count, 500)):
            at = start + 2 + 12 * number
            tag, kind, _, value = struct.unpack(f"{order}HHIH", tiff[at : at + 10])
            if tag == ORIENTATION and kind == 3 and 2 <= value <= 8:
                entry = struct.pack(">HHIHH", ORIENTATION, 3, 1, value, 0)
                body = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0"
                return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    except struct.error:
        return b""
    return b""


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the marker after the pixels from *at* stands. Raises Odd where there is none."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] not in (0, *_STANDING):
            return at
        at += 2
    raise Odd


def _webp(data: bytes) -> bytes:
    out, at = BytesIO(), 12
    (size,) = struct.unpack("<I", data[4:8])
    end = min(len(data), 8 + size)
    while at + 8 <= end:
        name = data[at : at + 4]
        (length,) = struct.unpack("<I", data[at + 4 : at + 8])
        past = at + 8 + length + length % 2
        if at + 8 + length > end:
            raise Odd
        if name == b"VP8X":
            flags = data[at + 8] & ~(_EXIF_FLAG | _XMP_FLAG)
            out.write(data[at : at + 8] + bytes([flags]) + data[at + 9 : past])
        elif name in _WEBP_KEPT:
            out.write(data[at:past])
        at = past
    body = out.getvalue()
    if not body:
        raise Odd
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _gif(data: bytes) -> bytes:
    at = 13 + _colours(data[10])
    out = [data[:at]]
    while True:
        kind, start = data[at], at
        if kind == 0x3B:
            return b"".join((*out, b"\x3b"))
        if kind == 0x21:
            label, at = data[at + 1], _past_blocks(data, at + 2)
            if label == 0xF9 or (label == 0xFF and data[start + 3 : start + 14] in _LOOPS):
                out.append(data[start:at])
        elif kind == 0x2C:
            at = _past_blocks(data, at + 11 + _colours(data[at + 9]))
            out.append(data[start:at])
        else:
            raise Odd


def _colours(packed: int) -> int:
    """Bytes of the table of colours that *packed* tells of."""
    return 3 << (packed & 7) + 1 if packed & 0x80 else 0


def _past_blocks(data: bytes, at: int) -> int:
    while length := data[at]:
        at += length + 1
    return at + 1


_FORMATS: Mapping[bytes, Callable[[bytes], bytes]] = MappingProxyType(
    {SIGNATURE: _png, b"\xff\xd8\xff": _jpeg, b"RIFF": _webp, b"GIF8": _gif}
)
