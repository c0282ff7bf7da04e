"""A ComfyUI server over HTTP: the only user of httpx.

Every call may raise the errors of `comfy.errors`; messages name the server and what to do.
Routes and bodies: PROTOCOL facts from ComfyUI's server.py, 0.3.64 and 0.33.0.
"""

import json
import logging
import math
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from comfy.address import Address
from comfy.cadence import USUAL, Cadence
from comfy.errors import (
    BadAnswer,
    ComfyError,
    NotFound,
    Problem,
    Rejected,
    TooLarge,
    TurnedAway,
    Unanswered,
    Unreachable,
)
from comfy.events import OutputFile
from comfy.hangup import Hangup
from comfy.queued import Queue, finite, read_queue, read_remaining
from comfy.rejection import read_problems, rejection
from comfy.system import SystemInfo, read_system
from comfy.trouble import read_other, read_status, unreachable

log = logging.getLogger(__name__)

MAX_JSON_BYTES = 64 * 2**20
MAX_QUEUE_BYTES = 8 * 2**20
"""Of a queue that is asked for again and again; beyond that, ours are asked for one by one."""
MAX_FILE_BYTES = 2 * 2**30
CHUNK_BYTES = 2**20
"""A file is read in pieces of this size."""
_STRANGE = "does not answer as ComfyUI does: check its address."
MAX_NAME = 200
"""Characters of a file's name quoted in a message."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to a prompt: `problems` name outputs that were `dropped` and will not run."""

    number: float
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
        self._hangup = Hangup()
        loopback = urlsplit(address.url).hostname in ("127.0.0.1", "localhost", "::1")
        self._client = httpx.Client(
            base_url=address.url,
            headers=dict(address.headers),
            timeout=httpx.Timeout(cadence.answer, connect=cadence.connect),
            # A proxy from the environment has no business between us and this machine; the
            # certificates that it names do.
            trust_env=not loopback,
            verify=_trust(is_needed=not loopback or address.url.startswith("https")),
        )

    def close(self) -> None:
        """End all calls under way, and refuse new ones. Returns at once."""
        self._hangup.hang_up()
        self._client.close()

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
        with self._sent("POST", "/prompt", json=body) as answer:
            if answer.status_code == httpx.codes.BAD_REQUEST:
                raise self._refusal(answer, graph)
            self._check(answer)
            data = self._taken(answer)
        if (given := data["prompt_id"]) != prompt_id:
            with suppress(ComfyError):
                self.cancel(given)  # or it would run unwatched
            raise Rejected(
                f"{self.address.label} does not accept prompt ids from its clients: "
                "update ComfyUI to 0.3.50 or newer."
            )
        problems, dropped = read_problems(data.get("node_errors"), graph)
        return Accepted(finite(data.get("number")), problems, dropped)

    def takes_prompts(self) -> bool:
        """Whether ComfyUI itself answers to prompts; nothing is queued. Raises ComfyError."""
        with self._sent("POST", "/prompt", json={}) as answer:
            if answer.status_code != httpx.codes.BAD_REQUEST:
                self._check(answer)
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
            raise BadAnswer(f"{self.address.label} {_STRANGE}")
        return None

    def job_status(self, prompt_id: str) -> str | None:
        """Return what ``/api/jobs`` says of a prompt: pending, in_progress, …; None if unknown.

        Raises NotFound where the server has no such route (before ComfyUI 0.6).
        """
        path = f"/api/jobs/{quote(prompt_id, safe='')}"
        with self._sent("GET", path) as answer:
            if answer.status_code == httpx.codes.NOT_FOUND:
                # ComfyUI says in JSON that there is no such job; of a route, its library in text.
                with suppress(BadAnswer, TooLarge):
                    self._json(answer)
                    return None
            data = self._object(answer)
        if data.get("id") != prompt_id or not isinstance(data.get("status"), str):
            raise BadAnswer(f"{self.address.label} {_STRANGE}")
        return str(data["status"])

    def cancel(self, prompt_id: str) -> None:
        """Stop *prompt_id* if it waits or runs, and nothing else."""
        try:
            with self._sent("POST", f"/api/jobs/{quote(prompt_id, safe='')}/cancel") as answer:
                self._check(answer)
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
        with self._sent(
            "POST", route, files={"image": (filename, data)}, data={"type": "input"}
        ) as answer:
            said = self._object(answer)
        name, folder = said.get("name"), said.get("subfolder")
        if not isinstance(name, str) or not name:
            raise BadAnswer(f"{self.address.label} {_STRANGE}")
        return f"{folder}/{name}" if isinstance(folder, str) and folder else name

    @contextmanager
    def view(self, file: OutputFile) -> Iterator[Iterator[bytes]]:
        """Give a file as the server made it, byte for byte, in chunks as they come.

        Raises NotFound where the server does not give it out, which it may all the same be asked
        again: whatever stands before a server answers 404 as well.
        """
        params = {"filename": file.filename, "subfolder": file.subfolder, "type": file.type}
        with self._sent("GET", "/view", params=params, timeout=self._cadence.fetch) as answer:
            self._check_file(answer, file)
            yield self._chunks(answer, self._max_file, chunk_size=CHUNK_BYTES)

    def object_info(self) -> Json:
        """Return the node catalogue as it came."""
        return self._get("/object_info")

    def node_info(self, node_class: str) -> Json:
        """Return one class of the catalogue as it is now; ``{}`` where the server has none."""
        return self._get(f"/object_info/{quote(node_class, safe='')}")

    def system(self) -> SystemInfo:
        """Return version, device and memory."""
        data = self._get("/system_stats")
        info = read_system(data)
        if info is None:
            raise BadAnswer(f"{self.address.label} {_STRANGE}")
        return info

    def _get(self, path: str, limit: int | None = None) -> Json:
        with self._sent("GET", path) as answer:
            self._check(answer)
            return self._json(answer, limit)

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """Take what cannot be read for the answer of something else than ComfyUI."""
        try:
            yield
        except ValueError as error:
            raise BadAnswer(f"{self.address.label} {_STRANGE}") from error

    def _post(self, path: str, body: Json) -> None:
        with self._sent("POST", path, json=body) as answer:
            self._check(answer)

    @contextmanager
    def _sent(self, method: str, path: str, **kwargs: Any) -> Iterator[httpx.Response]:
        """Send a request and stream its answer; httpx's errors stop here."""
        where = self.address.label
        if self._hangup.over:
            raise Unreachable(f"{where} is not asked any more: Stepglass is ending.")
        kwargs["extensions"] = {"trace": self._hangup.trace}
        try:
            with self._client.stream(method, path, **kwargs) as answer:
                yield answer
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise unreachable(where, error) from error
        except httpx.TimeoutException as error:
            raise Unanswered(
                f"{where} did not answer in time: it may be busy; look again in a moment."
            ) from error
        except httpx.TransportError as error:
            raise Unanswered(
                f"{where} closed the connection before it had answered: see its log, and check "
                "whether its address begins with http or https."
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise BadAnswer(
                f"{where} answers in a way that cannot be read: check that its address is that of "
                "ComfyUI itself."
            ) from error
        except RuntimeError as error:
            if not self._hangup.over:
                raise
            raise Unreachable(f"{where} is not asked any more: Stepglass is ending.") from error

    def _check(self, answer: httpx.Response) -> None:
        """Raise what the status means; return where it means well."""
        trouble = read_status(answer.status_code, self.address.label, answer.request.url.path)
        if trouble:
            raise trouble

    def _object(self, answer: httpx.Response) -> Json:
        self._check(answer)
        return self._json(answer)

    def _taken(self, answer: httpx.Response) -> Json:
        """The answer to a prompt; whatever else came with this status, it may have been taken."""
        try:
            data = self._json(answer)
        except TooLarge as error:
            raise BadAnswer(str(error)) from error
        if not isinstance(data.get("prompt_id"), str):
            raise BadAnswer(f"{self.address.label} {_STRANGE}")
        return data

    def _refusal(self, answer: httpx.Response, graph: Mapping[str, Any]) -> ComfyError:
        """What a 400 means: ComfyUI says in JSON why it refuses, nobody else does."""
        with suppress(BadAnswer, TooLarge):
            data = self._json(answer)
            if "error" in data and "node_errors" in data:
                return rejection(data, graph)
        return TurnedAway(
            f"{self.address.label} answers 400 and does not say why: check that its address "
            "is that of ComfyUI itself."
        )

    def _json(self, answer: httpx.Response, limit: int | None = None) -> Json:
        where = self.address.label
        text = self._read(answer, limit or self._max_json, self._cadence.fetch)
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            page = text.lstrip()[:1] == b"<"
            what = "a web page" if page else "something that is not JSON"
            raise BadAnswer(
                f"{where} answered with {what}: check that its address is that of ComfyUI itself."
            ) from error
        if not isinstance(data, dict):
            raise BadAnswer(f"{where} {_STRANGE}")
        return data

    def _check_file(self, answer: httpx.Response, file: OutputFile) -> None:
        """Raise where *answer* does not bring *file*."""
        where, name = self.address.label, file.filename[:MAX_NAME]
        if answer.status_code in (400, 404) or (answer.status_code == 403 and _leads_out(file)):
            # ComfyUI's own answers: no such name, no such file, not in its folder.
            raise NotFound(f"{where} does not give out {name} ({answer.status_code}).")
        self._check(answer)
        if other := read_other(answer.headers.get("content-type", ""), file.filename):
            raise BadAnswer(
                f"{where} sent {other} instead of {name}: check its address, or whether a "
                "login page stands before it."
            )

    def _read(self, answer: httpx.Response, limit: int, seconds: float = math.inf) -> bytes:
        """The whole body, if it is no longer than *limit* and comes within *seconds*."""
        return b"".join(self._chunks(answer, limit, seconds))

    def _chunks(
        self,
        answer: httpx.Response,
        limit: int,
        seconds: float = math.inf,
        chunk_size: int | None = None,
    ) -> Iterator[bytes]:
        size, began = 0, time.monotonic()
        for chunk in answer.iter_bytes(chunk_size):
            size += len(chunk)
            if size > limit:
                raise TooLarge(
                    f"{self.address.label} sent more than {limit / 2**20:.3g} MB at once: "
                    "check its address."
                )
            if time.monotonic() - began > seconds:
                raise Unanswered(f"{self.address.label} answers too slowly: it may be busy.")
            yield chunk


def _trust(*, is_needed: bool) -> ssl.SSLContext:
    """The certificates to trust: the usual ones, SSL_CERT_FILE's; none where *is_needed* is not.

    Reading them takes longer than all else in making a client.
    """
    return httpx.create_ssl_context() if is_needed else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _leads_out(file: OutputFile) -> bool:
    """Whether ComfyUI refuses *file* for lying outside its folder."""
    parts = file.subfolder.replace("\\", "/").split("/")
    return ".." in parts or file.subfolder.startswith(("/", "\\")) or ":" in file.subfolder
