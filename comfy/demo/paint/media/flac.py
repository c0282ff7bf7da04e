"""FLAC of plain samples (RFC 9639): nothing is compressed, every player reads it."""

import struct
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
"""Samples a second: enough for a demonstration, and little to keep."""
BLOCK = 4096
_RATE_CODE, _BITS_CODE = 5, 4  # 16 kHz, 16 bits
_VERBATIM = 0b0000_0010

Samples = NDArray[np.int16]


def flac(samples: Samples, tags: Mapping[str, str]) -> bytes:
    """The file of mono *samples* with *tags* by name."""
    count = len(samples)
    packed = RATE << 44 | 0 << 41 | 15 << 36 | count
    info = struct.pack(">HH", BLOCK, BLOCK) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    said = [f"{name}={text}".encode() for name, text in tags.items()]
    comments = struct.pack("<I", 14) + b"stepglass demo" + struct.pack("<I", len(said))
    comments += b"".join(struct.pack("<I", len(one)) + one for one in said)
    starts = range(0, count, BLOCK)
    frames = [_frame(n, samples[at : at + BLOCK]) for n, at in enumerate(starts)]
    head = b"fLaC" + _block(0, info) + _block(0x80 | 4, comments)
    return head + b"".join(_checked(frames))


def _block(kind: int, content: bytes) -> bytes:
    return bytes([kind]) + len(content).to_bytes(3, "big") + content


def _frame(number: int, samples: Samples) -> bytes:
    """A frame but for the checksum at its end."""
    head = b"\xff\xf8" + bytes([7 << 4 | _RATE_CODE, _BITS_CODE << 1])
    head += _coded(number) + struct.pack(">H", len(samples) - 1)
    return head + bytes([_crc8(head), _VERBATIM]) + samples.astype(">i2").tobytes()


def _coded(number: int) -> bytes:
    """*number* as UTF-8 spells it."""
    return chr(number).encode("utf-8", "surrogatepass")


def _crc8(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value << 1) ^ (0x107 if value & 0x80 else 0)
    return value & 0xFF


def _table() -> NDArray[np.uint16]:
    value = np.arange(256, dtype=np.uint32) << 8
    for _ in range(8):
        value = (value << 1) ^ np.where(value & 0x8000, 0x18005, 0)
    return value.astype(np.uint16)


def _checked(frames: list[bytes]) -> list[bytes]:
    """*frames* with their checksums, made for all of one length at once."""
    table, done = _table(), list(frames)
    for length in {len(one) for one in frames}:
        places = [n for n, one in enumerate(frames) if len(one) == length]
        rows = np.frombuffer(b"".join(frames[n] for n in places), np.uint8).reshape(-1, length)
        sums = np.zeros(len(places), np.uint16)
        for column in rows.T:
            sums = (sums << np.uint16(8)) ^ table[(sums >> np.uint16(8)) ^ column]
        for place, value in zip(places, sums, strict=True):
            done[place] = frames[place] + int(value).to_bytes(2, "big")
    return done
