"""WebM of whole pictures: each frame is a lossy WebP, which is a VP8 key frame (RFC 6386, 9559)."""

import io
import struct
from collections.abc import Iterable, Mapping, Sequence

from PIL import Image

QUALITY = 60
CLUSTER_MS = 5000
"""Times within a cluster are of 16 bits, in milliseconds."""
_KEY_FRAME = 0x80


def webm(frames: Sequence[Image.Image], fps: float, tags: Mapping[str, str]) -> bytes:
    """The file of *frames*, all of one size, with *tags* by name."""
    width, height = frames[0].size
    info = (
        _element(0x2AD7B1, _whole(1_000_000))
        + _element(0x4489, struct.pack(">d", 1000 * len(frames) / fps))
        + _element(0x4D80, b"stepglass demo")
        + _element(0x5741, b"stepglass demo")
    )
    video = _element(0xB0, _whole(width)) + _element(0xBA, _whole(height))
    track = (
        _element(0xD7, _whole(1))
        + _element(0x73C5, _whole(1))
        + _element(0x83, _whole(1))
        + _element(0x86, b"V_VP8")
        + _element(0xE0, video)
    )
    body = (
        _element(0x1549A966, info)
        + _element(0x1654AE6B, _element(0xAE, track))
        + _element(0x1254C367, b"".join(_tag(name, text) for name, text in tags.items()))
        + b"".join(_clusters(frames, fps))
    )
    return _head() + _element(0x18538067, body)


def _head() -> bytes:
    numbers = ((0x4286, 1), (0x42F7, 1), (0x42F2, 4), (0x42F3, 8), (0x4287, 2), (0x4285, 2))
    whole = b"".join(_element(id_, _whole(number)) for id_, number in numbers)
    # What looks at the first bytes only finds the name there.
    return _element(0x1A45DFA3, _element(0x4282, b"webm") + whole)


def _tag(name: str, text: str) -> bytes:
    simple = _element(0x45A3, name.encode()) + _element(0x4487, text.encode())
    return _element(0x7373, _element(0x63C0, b"") + _element(0x67C8, simple))


def _clusters(frames: Sequence[Image.Image], fps: float) -> Iterable[bytes]:
    start, blocks = 0, b""
    for number, frame in enumerate(frames):
        moment = round(1000 * number / fps)
        if moment - start > CLUSTER_MS:
            yield _element(0x1F43B675, _element(0xE7, _whole(start)) + blocks)
            start, blocks = moment, b""
        head = b"\x81" + struct.pack(">hB", moment - start, _KEY_FRAME)
        blocks += _element(0xA3, head + vp8(frame))
    yield _element(0x1F43B675, _element(0xE7, _whole(start)) + blocks)


def vp8(frame: Image.Image) -> bytes:
    """*frame* as one VP8 key frame."""
    buffer = io.BytesIO()
    frame.save(buffer, "WEBP", quality=QUALITY, method=0)
    data = buffer.getvalue()
    at = data.index(b"VP8 ")
    length = int.from_bytes(data[at + 4 : at + 8], "little")
    return data[at + 8 : at + 8 + length]


def _element(id_: int, content: bytes) -> bytes:
    name = id_.to_bytes((id_.bit_length() + 7) // 8, "big")
    return name + (1 << 56 | len(content)).to_bytes(8, "big") + content


def _whole(number: int) -> bytes:
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")
