"""The data folder's secret, and what is signed with it: cookies and private links."""

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

SECRET_FILE = "secret.key"  # noqa: S105 # a file name
SECRET_BYTES = 32
_LINK = "link"
_LINK_CHARACTERS = 22
"""128 bits of the signature: enough that nobody guesses, short enough for a URL."""


class SecretError(Exception):
    """The secret cannot be read or written; `str()` is a sentence for the user."""


def load_secret(folder: Path) -> bytes:
    """Return the secret of the data *folder*, made on first use, readable by its owner alone."""
    path = folder / SECRET_FILE
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _create(path)
        secret = path.read_bytes()
    except OSError as error:
        raise SecretError(
            f"The file {path} cannot be read or written ({error.strerror}): "
            "check who owns the data folder, or choose another with --data-folder."
        ) from error
    if len(secret) < SECRET_BYTES:
        raise SecretError(f"The file {path} is damaged: delete it, and everybody logs in again.")
    return secret


def sign(secret: bytes, purpose: str, text: str) -> str:
    """Return *text* with a signature that holds for *purpose* alone."""
    return f"{text}.{_signature(secret, purpose, text)}"


def verified(secret: bytes, purpose: str, signed: str) -> str | None:
    """Return the text in *signed*, or None where the signature is not ours."""
    text, _, signature = signed.rpartition(".")
    expected = _signature(secret, purpose, text)
    return text if hmac.compare_digest(signature.encode(), expected.encode()) else None


def link_key(secret: bytes, id: str) -> str:  # noqa: A002 # the record's word
    """Return the key of generation *id*'s private link."""
    return _signature(secret, _LINK, id)[:_LINK_CHARACTERS]


def link_query(secret: bytes, id: str) -> str:  # noqa: A002 # the record's word
    """Return the query of generation *id*'s private link: ``?job=ID&key=KEY``."""
    return f"?job={id}&key={link_key(secret, id)}"


def opens(secret: bytes, id: str, key: str) -> bool:  # noqa: A002 # the record's word
    """Whether *key* is the one of generation *id*."""
    return hmac.compare_digest(link_key(secret, id).encode(), key.encode())


def _signature(secret: bytes, purpose: str, text: str) -> str:
    message = f"{purpose}\0{text}".encode("utf-8", "surrogatepass")
    digest = hmac.new(secret, message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _create(path: Path) -> None:
    """Write a new secret so that no other process ever reads half of it, nor another one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{SECRET_FILE}.")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # Linking fails where the file exists by now: the first process wins, all read its secret.
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
