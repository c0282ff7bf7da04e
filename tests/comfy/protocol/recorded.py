"""Every recorded frame, one of each kind, and frames as a test wants them."""

import json
import struct
from typing import Any

from tests.support.transcript import transcripts

FRAMES = [frame for transcript in transcripts() for frame in transcript.frames]
KINDS = {frame.type or frame.raw[:4]: frame for frame in FRAMES}
"""One frame of each kind that was recorded."""


def text(type_: str, **data: Any) -> str:
    return json.dumps({"type": type_, "data": data})


def binary(kind: int, *parts: int | bytes) -> bytes:
    packed = (struct.pack(">I", p) if isinstance(p, int) else p for p in parts)
    return struct.pack(">I", kind) + b"".join(packed)
