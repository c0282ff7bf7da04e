"""Ids: time-ordered UUIDs, which are ComfyUI prompt ids too."""

import secrets
import time
import uuid
from pathlib import Path

from comfy.address import Address


def new_id() -> str:
    """Return a lower-case UUIDv7 (RFC 9562): 48 bits of milliseconds, then randomness."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76  # version
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant
    return str(uuid.UUID(int=value))


def is_id(text: str) -> bool:
    """True where *text* is spelled as our ids are."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def client_id(folder: Path, address: Address) -> str:
    """The same for the same data folder and server, so that frames find us after a restart."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{folder.absolute()}|{address.label}").hex
