"""What has arrived of prompts whose end is not recorded yet: ``arriving/<generation>/``.

``finished.json`` is what a server said of a finished prompt; ``<number>-<node>`` are images that
it sent once and cannot be asked for again. A restart of Stepglass finds both; a power cut may
take them. Every method may be called from any thread, of one generation by one at a time.
"""

import json
import shutil
import uuid
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.error_translation import disk_full, explain
from storage.errors import StorageError
from storage.files.atomic_write import ARRIVING, RESERVE

MAX_IMAGES = 4096
"""Images that one generation may be sent."""
MAX_BYTES = 8 * 2**30
"""Bytes of them together."""
_NOTE = "finished.json"
_NODE_BYTES = 100
"""Of a node's id that are part of a file's name: twice as many letters."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """An image that node *node* of a running prompt sent."""

    node: str
    path: Path


class Arriving:
    """The folder ``arriving`` of a data *folder*."""

    def __init__(self, folder: Path) -> None:
        self._data = folder
        self._root = folder / ARRIVING

    def put(self, id_: str, node: str, image: bytes) -> None:
        """Take an image that came for *id_*. Raises StorageError; over the limits too."""
        here = self._folder(id_)
        try:
            here.mkdir(parents=True, exist_ok=True)
            names = _numbered(here)
            size = sum((here / name).stat().st_size for name in names) + len(image)
            if len(names) >= MAX_IMAGES or size > MAX_BYTES:
                raise StorageError(
                    f"Generation {id_} was sent more than {MAX_IMAGES} images, or more than "
                    f"{MAX_BYTES // 2**30} GB of them: let its workflow save them as files."
                )
            name = f"{len(names):05}-{node.encode()[:_NODE_BYTES].hex()}"
            self._write(here / name, image)
        except OSError as error:
            raise explain(error, self._data) from error

    def images(self, id_: str) -> tuple[Arrived, ...]:
        """What came for *id_*, in order. Raises StorageError."""
        here = self._folder(id_)
        try:
            names = _numbered(here) if here.is_dir() else []
        except OSError as error:
            raise explain(error, self._data) from error
        return tuple(Arrived(_node(name), here / name) for name in names)

    def note(self, id_: str, ending: Mapping[str, Any]) -> None:
        """Remember how *id_* ended, which is JSON. Raises StorageError."""
        here = self._folder(id_)
        try:
            here.mkdir(parents=True, exist_ok=True)
            self._write(here / _NOTE, json.dumps(ending).encode())
        except OSError as error:
            raise explain(error, self._data) from error

    def noted(self, id_: str) -> Mapping[str, Any] | None:
        """What was noted of *id_*; None where nothing was, or it cannot be read."""
        with suppress(OSError, ValueError, RecursionError):
            ending = json.loads((self._folder(id_) / _NOTE).read_bytes())
            return ending if isinstance(ending, dict) else None
        return None

    def remove(self, id_: str) -> None:
        """Let go of all of *id_*; what cannot be removed is left for the next `sweep`."""
        shutil.rmtree(self._folder(id_), ignore_errors=True)

    def sweep(self, live: Collection[str]) -> None:
        """Let go of what is not of the *live* generations. Only for who has the database open."""
        for folder in self._root.iterdir() if self._root.is_dir() else ():
            if folder.name not in live:
                shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, id_: str) -> Path:
        if str(uuid.UUID(id_)) != id_:
            raise ValueError(f"no generation id: {id_[:80]!r}")
        return self._root / id_

    def _write(self, path: Path, data: bytes) -> None:
        """Write *data* whole or not at all; durable it need not be."""
        if shutil.disk_usage(self._data).free < len(data) + RESERVE:
            raise disk_full(self._data)
        part = path.with_name(f".{path.name}")
        try:
            part.write_bytes(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _numbered(folder: Path) -> list[str]:
    names = (path.name for path in folder.iterdir())
    return sorted(name for name in names if name[:5].isdigit())


def _node(name: str) -> str:
    return bytes.fromhex(name[6:]).decode("utf-8", "replace")
