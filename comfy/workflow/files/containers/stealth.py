"""Text hidden in the lowest bit of an image's alpha channel ("stealth pnginfo"). Pure.

NovelAI, Forge and others write it, because sites that strip metadata leave pixels alone: column by
column a signature, the length of what follows in bits, and the text, plain or by gzip.
"""

import warnings
import zlib
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from comfy.workflow.files.containers.header import MAX_TEXT_BYTES, decoded

MAX_PIXELS = 32 * 2**20
"""Of an image that is unpacked to look for it: the only case in which pixels matter."""
_PLAIN, _PACKED = b"stealth_pnginfo", b"stealth_pngcomp"
_HEAD = len(_PLAIN) + 4
_FORMATS = ("PNG", "WEBP")
_GZIP = 16 + zlib.MAX_WBITS


def hidden_text(file: BinaryIO, width: int, height: int) -> str:
    """The text that *file*, an image of that size with an alpha channel, hides; "" for none."""
    if not 8 * _HEAD <= width * height <= MAX_PIXELS:
        return ""
    bits = _lowest_bits(file)
    if bits is None:
        return ""
    head = np.packbits(bits[: 8 * _HEAD]).tobytes()
    length = int.from_bytes(head[-4:])
    if head[:-4] not in (_PLAIN, _PACKED) or length > bits.size - 8 * _HEAD:
        return ""
    data = np.packbits(bits[8 * _HEAD : 8 * _HEAD + length]).tobytes()
    return decoded(_unpacked(data) if head.startswith(_PACKED) else data)


def _lowest_bits(file: BinaryIO) -> NDArray[np.uint8] | None:
    """The alpha channel's lowest bits, column by column; None where it cannot be unpacked."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=_FORMATS) as picture:
                if picture.mode not in ("RGBA", "LA") or getattr(picture, "n_frames", 1) > 1:
                    return None
                alpha = np.asarray(picture.getchannel("A"))
    except Exception:  # noqa: BLE001 - Pillow's plugins raise nearly anything on bad files
        return None
    return (alpha.T & np.uint8(1)).reshape(-1).astype(np.uint8, copy=False)


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(_GZIP).decompress(data, MAX_TEXT_BYTES)
    except zlib.error:
        return b""
