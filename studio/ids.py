"""Ids: time-ordered UUIDs, which are ComfyUI prompt ids too."""

import secrets
import time
import uuid
from pathlib import Path

from comfy.client.http.address import Address
from storage.transfer.portable import CLIENT_FILE
from studio.access.private_files import private_file

OWN_BYTES = 16
"""Of what tells one data folder from all others."""


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
    """The same for the same data folder and server, so that frames find us after a restart.

    And of nobody else: what it is made of is random and kept in the *folder*, for two of one path,
    as in two containers, would take each other's socket. Raises SecretError.
    """
    own = private_file(folder / CLIENT_FILE, OWN_BYTES)
    return uuid.uuid5(uuid.UUID(bytes=own[:OWN_BYTES]), address.label).hex
