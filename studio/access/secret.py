"""The data folder's secret, and what is signed with it: cookies and private links."""

import base64
import hashlib
import hmac
from pathlib import Path

from studio.access.private_files import SecretError as SecretError  # what others take from here
from studio.access.private_files import private_file

SECRET_FILE = "secret.key"  # noqa: S105 # a file name
SECRET_BYTES = 32
_LINK = "link"
_LINK_CHARACTERS = 22
"""128 bits of the signature: enough that nobody guesses, short enough for a URL."""


def load_secret(folder: Path) -> bytes:
    """Return the secret of the data *folder*, made on first use, readable by its owner alone."""
    return private_file(folder / SECRET_FILE, SECRET_BYTES, "everybody logs in again")


def sign(secret: bytes, purpose: str, text: str) -> str:
    """Return *text* with a signature that holds for *purpose* alone."""
    return f"{text}.{_signature(secret, purpose, text)}"


def verified(secret: bytes, purpose: str, signed: str) -> str | None:
    """Return the text in *signed*, or None where the signature is not ours."""
    text, _, signature = signed.rpartition(".")
    expected = _signature(secret, purpose, text)
    given = signature.encode("utf-8", "surrogatepass")
    return text if hmac.compare_digest(given, expected.encode()) else None


def link_key(secret: bytes, id: str, serial: str = "") -> str:  # noqa: A002 # the record's word
    """Return the key of generation *id*'s private link; *serial* changes when it is renewed."""
    return _signature(secret, _LINK, f"{id}\0{serial}" if serial else id)[:_LINK_CHARACTERS]


def _signature(secret: bytes, purpose: str, text: str) -> str:
    message = f"{purpose}\0{text}".encode("utf-8", "surrogatepass")
    digest = hmac.new(secret, message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
