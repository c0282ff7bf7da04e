"""A ComfyUI server over HTTP: its routes.

Every call may raise the errors of `comfy.errors`; messages name the server and what to do.
Routes and bodies (docs/protocol.md): ComfyUI's server.py, 0.3.64 and 0.33.0.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from comfy.client.http.address import Address
from comfy.client.http.model_files import ModelFiles
from comfy.client.http.proxy_check import is_direct, memory_bytes
from comfy.client.http.transport import STRANGE, Answer, Json, Transport
from comfy.client.timeouts import USUAL, Cadence
from comfy.errors import (
    BadAnswer,
    ComfyError,
    NotFound,
    Problem,
    Rejected,
    TooLarge,
    TurnedAway,
)
from comfy.protocol.events import OutputFile
from comfy.protocol.http_status import read_other
from comfy.protocol.queue_listing import Queue, read_queue, read_remaining
from comfy.protocol.refusal import read_problems, rejection
from comfy.protocol.system_stats import SystemInfo, read_system

log = logging.getLogger(__name__)

MAX_JSON_BYTES = 64 * 2**20
MAX_QUEUE_BYTES = 8 * 2**20
"""Of a queue that is asked for again and again; beyond that, ours are asked for one by one."""
MAX_FILE_BYTES = 2 * 2**30
CHUNK_BYTES = 2**20
"""A file is read in pieces of this size."""
MAX_NAME = 200
"""Characters of a file's name quoted in a message."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to a prompt: `problems` name outputs that were `dropped` and will not run."""

    problems: tuple[Problem, ...] = ()
    dropped: tuple[str, ...] = ()


class Api:
    """HTTP calls to one server; safe to use from several threads."""

    def __init__(
        self,
        address: Address,
        cadence: Cadence = USUAL,
        *,
        max_json: int = MAX_JSON_BYTES,
        max_queue: int = MAX_QUEUE_BYTES,
        max_file: int = MAX_FILE_BYTES,
    ) -> None:
        self.address = address
        self._cadence = cadence
        self._max_json, self._max_file = max_json, max_file
        self._max_queue = min(max_queue, max_json)
        self._http = Transport(address, cadence, max_json=max_json)
        self.model_files = ModelFiles(self._http)

    def close(self) -> None:
        """End all calls under way, and refuse new ones. Returns at once."""
        self._http.close()

    def submit(
        self, graph: Mapping[str, Any], *, prompt_id: str, client_id: str, extra: Json | None = None
    ) -> Accepted:
        """Queue *graph* under *prompt_id*.

        Raises Rejected where the server refuses it; after other ComfyErrors it may have been taken
        all the same, see `is_open`.
        """
        body = {
            "prompt": graph,
            "prompt_id": prompt_id,
            "client_id": client_id,
            "extra_data": extra or {},
        }
        with self._http.send("POST", "/prompt", json=body) as answer:
            if answer.status_code == HTTPStatus.BAD_REQUEST:
                raise self._refusal(answer, graph)
            self._http.check(answer)
            data = self._taken(answer)
        if (given := data["prompt_id"]) != prompt_id:
            with suppress(ComfyError):
                self.cancel(given)  # or it would run unwatched
            raise Rejected(
                f"{self.address.label} does not accept prompt ids from its clients: "
                "update ComfyUI to 0.3.50 or newer."
            )
        problems, dropped = read_problems(data.get("node_errors"), graph)
        return Accepted(problems, dropped)

    def takes_prompts(self) -> bool:
        """Whether ComfyUI itself answers to prompts; nothing is queued. Raises ComfyError."""
        with self._http.send("POST", "/prompt", json={}) as answer:
            if answer.status_code != HTTPStatus.BAD_REQUEST:
                self._http.check(answer)
                return False
            return isinstance(self._refusal(answer, {}), Rejected)

    def queue(self, *, whole: bool = False) -> Queue:
        """Return what runs and what waits.

        Raises TooLarge where that is very much, unless the *whole* is wanted at any price.
        """
        data = self._get("/queue", self._max_json if whole else self._max_queue)
        with self._understood():
            return read_queue(data)

    def remaining(self) -> int:
        """Return how many prompts run and wait, everybody's."""
        data = self._get("/prompt")
        with self._understood():
            return read_remaining(data)

    def history(self, prompt_id: str) -> Json | None:
        """Return the history entry of *prompt_id*; None while unfinished, and if unknown."""
        data = self._get(f"/history/{quote(prompt_id, safe='')}")
        entry = data.get(prompt_id)
        if isinstance(entry, dict):
            return entry
        if data:  # ComfyUI answers with the entry or with {}: this is somebody else's
            raise BadAnswer(f"{self.address.label} {STRANGE}")
        return None

    def job_status(self, prompt_id: str) -> str | None:
        """Return what ``/api/jobs`` says of a prompt: pending, in_progress, …; None if unknown.

        Raises NotFound where the server has no such route (before ComfyUI 0.6).
        """
        path = f"/api/jobs/{quote(prompt_id, safe='')}"
        with self._http.send("GET", path) as answer:
            if answer.status_code == HTTPStatus.NOT_FOUND:
                # ComfyUI says in JSON that there is no such job; of a route, its library in text.
                with suppress(BadAnswer, TooLarge):
                    self._http.json(answer)
                    return None
            data = self._http.object(answer)
        if data.get("id") != prompt_id or not isinstance(data.get("status"), str):
            raise BadAnswer(f"{self.address.label} {STRANGE}")
        return str(data["status"])

    def cancel(self, prompt_id: str) -> None:
        """Stop *prompt_id* if it waits or runs, and nothing else."""
        try:
            with self._http.send("POST", f"/api/jobs/{quote(prompt_id, safe='')}/cancel") as answer:
                self._http.check(answer)
        except (NotFound, BadAnswer, TurnedAway):
            # Before 0.26 there is no such route. Deleting is safe at any time; the interrupt
            # names its prompt, and is not sent unless that prompt is the one running.
            self.delete(prompt_id)
            if prompt_id in self.queue(whole=True).running:
                self._post("/interrupt", {"prompt_id": prompt_id})

    def delete(self, prompt_id: str) -> None:
        """Take *prompt_id* out of what waits; what runs goes on."""
        self._post("/queue", {"delete": [prompt_id]})

    def upload(self, data: bytes, filename: str, *, mask: bool = False) -> str:
        """Send an input image; return the name under which a graph can load it."""
        route = "/upload/mask" if mask else "/upload/image"
        with self._http.send(
            "POST", route, files={"image": (filename, data)}, data={"type": "input"}
        ) as answer:
            said = self._http.object(answer)
        name, folder = said.get("name"), said.get("subfolder")
        if not isinstance(name, str) or not name:
            raise BadAnswer(f"{self.address.label} {STRANGE}")
        return f"{folder}/{name}" if isinstance(folder, str) and folder else name

    @contextmanager
    def view(self, file: OutputFile) -> Iterator[Iterator[bytes]]:
        """Give a file as the server made it, byte for byte, in chunks as they come.

        Raises NotFound where the server does not give it out, which it may all the same be asked
        again: whatever stands before a server answers 404 as well.
        """
        params = {"filename": file.filename, "subfolder": file.subfolder, "type": file.type}
        with self._http.send("GET", "/view", params=params, timeout=self._cadence.fetch) as answer:
            self._check_file(answer, file)
            yield self._http.chunks(answer, self._max_file, chunk_size=CHUNK_BYTES)

    def object_info(self) -> Json:
        """Return the node catalogue as it came."""
        return self._get("/object_info")

    def node_info(self, node_class: str) -> Json:
        """Return one class of the catalogue as it is now; ``{}`` where the server has none."""
        return self._get(f"/object_info/{quote(node_class, safe='')}")

    def node_replacements(self) -> Json:
        """Return what stands for node classes that there are no more; ``{}`` on older servers."""
        try:
            return self._get("/node_replacements")
        except (NotFound, BadAnswer, TurnedAway):
            return {}

    def model_metadata(self, folder: str, name: str) -> Json:
        """What the file of a model says of itself; {} where it says nothing, or nobody reads it.

        ComfyUI answers 404 for what is no safetensors file, and where it holds no metadata.
        """
        path = f"/view_metadata/{quote(folder, safe='')}?filename={quote(name, safe='')}"
        with self._http.send("GET", path) as answer:
            if answer.status_code == HTTPStatus.NOT_FOUND:
                return {}
            self._http.check(answer)
            return self._http.json(answer)

    def system(self) -> SystemInfo:
        """Return version, device and memory."""
        with self._http.send("GET", "/system_stats") as answer:
            return self._system(answer)

    def is_direct(self) -> bool:
        """Whether the server itself is at its address, with nothing before it that may end alone.

        Raises ComfyError.
        """
        with self._http.send("GET", "/system_stats") as answer:
            return is_direct(self.address, answer.headers, self._system(answer), memory_bytes())

    def _system(self, answer: Answer) -> SystemInfo:
        info = read_system(self._http.object(answer))
        if info is None:
            raise BadAnswer(f"{self.address.label} {STRANGE}")
        return info

    def _get(self, path: str, limit: int | None = None) -> Json:
        with self._http.send("GET", path) as answer:
            self._http.check(answer)
            return self._http.json(answer, limit)

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """Take what cannot be read for the answer of something else than ComfyUI."""
        try:
            yield
        except ValueError as error:
            raise BadAnswer(f"{self.address.label} {STRANGE}") from error

    def _post(self, path: str, body: Json) -> None:
        with self._http.send("POST", path, json=body) as answer:
            self._http.check(answer)

    def _taken(self, answer: Answer) -> Json:
        """The answer to a prompt; whatever else came with this status, it may have been taken."""
        try:
            data = self._http.json(answer)
        except TooLarge as error:
            raise BadAnswer(str(error)) from error
        if not isinstance(data.get("prompt_id"), str):
            raise BadAnswer(f"{self.address.label} {STRANGE}")
        return data

    def _refusal(self, answer: Answer, graph: Mapping[str, Any]) -> ComfyError:
        """What a 400 means: ComfyUI says in JSON why it refuses, nobody else does."""
        with suppress(BadAnswer, TooLarge):
            data = self._http.json(answer)
            if "error" in data and "node_errors" in data:
                return rejection(data, graph)
        return TurnedAway(
            f"{self.address.label} answers 400 and does not say why: check that its address "
            "is that of ComfyUI itself."
        )

    def _check_file(self, answer: Answer, file: OutputFile) -> None:
        """Raise where *answer* does not bring *file*."""
        where, name = self.address.label, file.filename[:MAX_NAME]
        if answer.status_code in (400, 404) or (answer.status_code == 403 and _leads_out(file)):
            # ComfyUI's own answers: no such name, no such file, not in its folder.
            raise NotFound(f"{where} does not give out {name} ({answer.status_code}).")
        self._http.check(answer)
        if other := read_other(answer.headers.get("content-type", ""), file.filename):
            raise BadAnswer(
                f"{where} sent {other} instead of {name}: check its address, or whether a "
                "login page stands before it."
            )


def _leads_out(file: OutputFile) -> bool:
    """Whether ComfyUI refuses *file* for lying outside its folder."""
    parts = file.subfolder.replace("\\", "/").split("/")
    return ".." in parts or file.subfolder.startswith(("/", "\\")) or ":" in file.subfolder
