"""Pictures of models, as servers have them beside the files: fetched, made small, remembered.

`_lock` guards what is remembered.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from comfy.client.http.model_files import ModelFile
from comfy.client.server import Server
from comfy.errors import ComfyError
from storage.files.thumbnails import make_thumbnail

log = logging.getLogger(__name__)

FOLDERS = {
    "models": ("checkpoints", "diffusion_models"),
    "loras": ("loras",),
    "embeddings": ("embeddings",),
}
"""Where the files of each kind lie, as ComfyUI calls it."""
SECONDS = 300.0
"""How long an answer counts: pictures come while servers run."""
MAX_REMEMBERED = 2000
"""Pictures; each has a few ten thousand bytes."""


class Pictures:
    """What *servers* have, by name of server."""

    def __init__(
        self, servers: Mapping[str, Server], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._servers = servers
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, ...], tuple[float, Any]] = OrderedDict()

    def picture(self, kind: str, name: str) -> bytes:
        """A small WebP; b"" where no server has one. Blocks for as long as servers do."""
        return bytes(self._once(("picture", kind, name), lambda: self._fetched(kind, name)))

    def metadata(self, kind: str, name: str) -> Mapping[str, Any]:
        """What the file says of itself; {} where nobody tells. Blocks as well."""
        found: Mapping[str, Any] = self._once(
            ("metadata", kind, name), lambda: self._metadata(kind, name)
        )
        return found

    def _fetched(self, kind: str, name: str) -> bytes:
        for server, folder, file in self._files(kind, name):
            if data := server.api.model_files.preview(folder, file):
                return make_thumbnail(data).webp
        return b""

    def _metadata(self, kind: str, name: str) -> Mapping[str, Any]:
        for server, folder, file in self._files(kind, name):
            if found := server.api.model_metadata(folder, file.name):
                return found
        return {}

    def _files(self, kind: str, name: str) -> Iterable[tuple[Server, str, ModelFile]]:
        """Where servers have the file *name*; an embedding is named without its ending."""
        for label, server in self._servers.items():
            for folder in FOLDERS[kind] if server.answers else ():
                ask = partial(_listed, server, folder)
                listed = self._once(("files", label, folder), ask)
                if file := listed.get(_plain(name, kind)):
                    yield server, folder, file

    def _once(self, key: tuple[str, ...], ask: Callable[[], Any]) -> Any:
        now = self._clock()
        with self._lock:
            until, value = self._known.get(key, (0.0, None))
        if until > now:
            return value
        try:
            value = ask()
        except ComfyError as error:
            log.info("a server does not tell of a model: %s", error)
            value = b"" if key[0] == "picture" else {}
        with self._lock:
            self._known[key] = (now + SECONDS, value)
            while len(self._known) > MAX_REMEMBERED:
                self._known.popitem(last=False)
        return value


def _listed(server: Server, folder: str) -> Mapping[str, ModelFile]:
    return {_plain(file.name, folder): file for file in server.api.model_files.listed(folder)}


def _plain(name: str, kind: str) -> str:
    plain = name.replace("\\", "/")
    return plain.rpartition(".")[0] or plain if kind == "embeddings" and "." in plain else plain
