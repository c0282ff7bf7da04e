"""Files of models on a server: their names, and the pictures that lie beside them.

`/experiment/models` is ComfyUI's own, and since long what its page's picker asks; servers without
it simply have no pictures.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from comfy.client.http.transport import Transport
from comfy.errors import BadAnswer, NotFound, TurnedAway

MAX_NAMES = 100_000
MAX_NAME = 500
"""Characters of a name; longer ones are passed over."""
MAX_PREVIEW_BYTES = 24 * 2**20


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file in one of the folders that models of a kind lie in; `index` is the folder's number."""

    name: str
    index: int = 0


class ModelFiles:
    """The routes of one server. Every call may raise ComfyErrors."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    def embeddings(self) -> tuple[str, ...]:
        """Names of embeddings, as ``embedding:name`` in a prompt takes them; () on odd servers."""
        return tuple(_names(self._list("/embeddings")))

    def listed(self, folder: str) -> tuple[ModelFile, ...]:
        """The files of a kind of models; () where the server does not say."""
        found = self._list(f"/experiment/models/{quote(folder, safe='')}")
        entries = [one for one in found[:MAX_NAMES] if isinstance(one, Mapping)]
        return tuple(
            ModelFile(entry["name"], _index(entry.get("pathIndex")))
            for entry in entries
            if _is_name(entry.get("name"))
        )

    def preview(self, folder: str, file: ModelFile) -> bytes:
        """The picture beside a model, whatever bytes come as such; b"" where there is none."""
        path = f"{quote(folder, safe='')}/{file.index}/{quote(file.name.replace(chr(92), '/'))}"
        with self._http.send("GET", f"/experiment/models/preview/{path}") as answer:
            if answer.status_code != HTTPStatus.OK:
                return b""
            return self._http.read(answer, MAX_PREVIEW_BYTES, seconds=self._http.patience)

    def _list(self, path: str) -> list[Any]:
        try:
            with self._http.send("GET", path) as answer:
                return self._http.list(answer)
        except (NotFound, BadAnswer, TurnedAway):
            return []


def _names(found: Iterable[Any]) -> Iterable[str]:
    return dict.fromkeys(name for name in list(found)[:MAX_NAMES] if _is_name(name))


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and 0 < len(name) <= MAX_NAME and name.isprintable()


def _index(value: Any) -> int:
    return value if type(value) is int and 0 <= value < MAX_NAMES else 0
