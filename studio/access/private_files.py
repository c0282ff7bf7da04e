"""Small files of random bytes in the data folder, made once, that its owner alone may read."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


class SecretError(Exception):
    """A secret cannot be read or written; `str()` is a sentence for the user."""


def private_file(path: Path, size: int, then: str = "it is made anew") -> bytes:
    """The at least *size* bytes in the file at *path*, random ones, made on first use.

    *then* is what follows from deleting it. Raises SecretError.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _create(path, secrets.token_bytes(size))
        content = path.read_bytes()
    except OSError as error:
        raise SecretError(
            f"The file {path} cannot be read or written ({error.strerror}): "
            "check who owns the data folder, or choose another with --data-folder."
        ) from error
    if len(content) < size:
        raise SecretError(f"The file {path} is damaged: delete it, and {then}.")
    return content


def _create(path: Path, content: bytes) -> None:
    """Write *content* so that no other process ever reads half of it, nor another one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # Linking fails where the file exists by now: the first process wins, all read its bytes.
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
