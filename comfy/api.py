"""A ComfyUI server over HTTP: the only user of httpx.

Every call may raise the errors of `comfy.errors`; messages name the server and what to do.
Routes and bodies: PROTOCOL facts from ComfyUI's server.py, 0.3.64 and 0.33.0.
"""

import json
import logging
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from comfy.address import Address
from comfy.cadence import USUAL, Cadence
from comfy.errors import (
    BadAnswer,
    Denied,
    NotFound,
    Problem,
    Rejected,
    ServerFault,
    TooLarge,
    Unanswered,
    Unreachable,
)
from comfy.events import OutputFile
from comfy.rejection import read_problems, rejection
from comfy.system import SystemInfo, read_system

log = logging.getLogger(__name__)

MAX_JSON_BYTES = 64 * 2**20
MAX_FILE_BYTES = 2 * 2**30
MAX_QUEUE = 100_000

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to a prompt: `problems` name outputs that were `dropped` and will not run."""

    number: float
    problems: tuple[Problem, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """Prompt ids on the server: running, and waiting in the order in which they will run."""

    running: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()

    def place(self, prompt_id: str) -> int:
        """1 is next to run; 0 is not waiting."""
        return self.pending.index(prompt_id) + 1 if prompt_id in self.pending else 0


class Api:
    """HTTP calls to one server; safe to use from several threads."""

    def __init__(self, address: Address, cadence: Cadence = USUAL) -> None:
        self.address = address
        self._cadence = cadence
        loopback = urlsplit(address.url).hostname in ("127.0.0.1", "localhost", "::1")
        self._client = httpx.Client(
            base_url=address.url,
            headers=dict(address.headers),
            timeout=httpx.Timeout(cadence.answer, connect=cadence.connect),
            # A proxy from the environment has no business between us and this machine.
            trust_env=not loopback,
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def submit(
        self, graph: Mapping[str, Any], *, prompt_id: str, client_id: str, extra: Json | None = None
    ) -> Accepted:
        """Queue *graph* under *prompt_id*.

        Raises Rejected where the server refuses it; Unanswered, ServerFault or BadAnswer where
        it may have taken it all the same; other ComfyErrors where it has not.
        """
        body = {
            "prompt": graph,
            "prompt_id": prompt_id,
            "client_id": client_id,
            "extra_data": extra or {},
        }
        with self._sent("POST", "/prompt", json=body) as answer:
            if answer.status_code == httpx.codes.BAD_REQUEST:
                raise rejection(self._json(answer), graph)
            data = self._object(answer)
        if (given := data.get("prompt_id")) != prompt_id:
            if isinstance(given, str):
                self.cancel(given)  # or it would run unwatched
            raise Rejected(
                f"{self.address.label} does not accept prompt ids from its clients: "
                "update ComfyUI to 0.3.50 or newer."
            )
        problems, dropped = read_problems(data.get("node_errors"), graph)
        number = data.get("number")
        return Accepted(number if isinstance(number, int | float) else 0.0, problems, dropped)

    def queue(self) -> Queue:
        """Return what runs and what waits."""
        data = self._get("/queue")
        return Queue(
            tuple(id_ for _, id_ in _entries(data.get("queue_running"))),
            tuple(id_ for _, id_ in sorted(_entries(data.get("queue_pending")))),
        )

    def history(self, prompt_id: str) -> Json | None:
        """Return the history entry of *prompt_id*; None while unfinished, and if unknown."""
        entry = self._get(f"/history/{quote(prompt_id, safe='')}").get(prompt_id)
        return entry if isinstance(entry, dict) else None

    def cancel(self, prompt_id: str) -> None:
        """Stop *prompt_id* if it waits or runs, and nothing else."""
        try:
            with self._sent("POST", f"/api/jobs/{quote(prompt_id, safe='')}/cancel") as answer:
                self._check(answer)
        except (NotFound, BadAnswer):
            # Before 0.26 there is no such route. Deleting is safe at any time; the interrupt
            # names its prompt, and is not sent unless that prompt is the one running.
            self.delete(prompt_id)
            if prompt_id in self.queue().running:
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
            raise BadAnswer(f"{self.address.label} took the image but gave it no name.")
        return f"{folder}/{name}" if isinstance(folder, str) and folder else name

    def view(self, file: OutputFile) -> bytes:
        """Return a file as the server made it, byte for byte."""
        params = {"filename": file.filename, "subfolder": file.subfolder, "type": file.type}
        with self._sent("GET", "/view", params=params, timeout=self._cadence.fetch) as answer:
            self._check(answer)
            data = self._read(answer, MAX_FILE_BYTES)
            if answer.headers.get("content-type", "").startswith("text/html") and not (
                file.filename.lower().endswith((".html", ".htm"))
            ):
                raise BadAnswer(f"{self.address.label} sent a web page instead of {file.filename}.")
        return data

    def object_info(self) -> Json:
        """Return the node catalogue as it came."""
        return self._get("/object_info")

    def system(self) -> SystemInfo:
        """Return version, device and memory."""
        data = self._get("/system_stats")
        info = read_system(data)
        if info is None:
            raise BadAnswer(f"{self.address.label} does not answer as ComfyUI does.")
        return info

    def _get(self, path: str) -> Json:
        with self._sent("GET", path) as answer:
            return self._object(answer)

    def _post(self, path: str, body: Json) -> None:
        with self._sent("POST", path, json=body) as answer:
            self._check(answer)

    @contextmanager
    def _sent(self, method: str, path: str, **kwargs: Any) -> Iterator[httpx.Response]:
        """Send a request and stream its answer; httpx's errors stop here."""
        where = self.address.label
        try:
            with self._client.stream(method, path, **kwargs) as answer:
                yield answer
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unreachable(_why_unreachable(where, error)) from error
        except httpx.TimeoutException as error:
            raise Unanswered(
                f"{where} did not answer in time: it may be busy; look again in a moment."
            ) from error
        except httpx.TransportError as error:
            raise Unanswered(f"{where} closed the connection before it answered.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise BadAnswer(f"{where} answered in a way that cannot be read: {error}") from error

    def _check(self, answer: httpx.Response) -> None:
        """Raise what the status means; return where it means well."""
        status, where = answer.status_code, self.address.label
        if answer.is_success:
            return
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise Denied(
                f"{where} refuses access ({status}): check its headers or login in the settings."
            )
        if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            raise TooLarge(
                f"{where} takes no file of this size (413): send a smaller one, or raise "
                "--max-upload-size there."
            )
        if status in (httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED):
            raise NotFound(f"{where} does not have {answer.request.url.path} ({status}).")
        if answer.is_redirect:
            raise BadAnswer(
                f"{where} redirects elsewhere ({status}): check its address, or whether a login "
                "page stands before it."
            )
        if answer.is_server_error:
            raise ServerFault(f"{where} failed to answer ({status}): see its log.")
        raise BadAnswer(f"{where} answered {status} to {answer.request.url.path}.")

    def _object(self, answer: httpx.Response) -> Json:
        self._check(answer)
        return self._json(answer)

    def _json(self, answer: httpx.Response) -> Json:
        where = self.address.label
        text = self._read(answer, MAX_JSON_BYTES)
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            page = text.lstrip()[:1] == b"<"
            what = "a web page" if page else "something that is not JSON"
            raise BadAnswer(
                f"{where} answered with {what}: check that its address is that of ComfyUI itself."
            ) from error
        if not isinstance(data, dict):
            raise BadAnswer(f"{where} does not answer as ComfyUI does.")
        return data

    def _read(self, answer: httpx.Response, limit: int) -> bytes:
        data = bytearray()
        for chunk in answer.iter_bytes():
            data += chunk
            if len(data) > limit:
                raise TooLarge(f"{self.address.label} sent more than {limit // 2**20} MB at once.")
        return bytes(data)


def _why_unreachable(where: str, error: httpx.TransportError) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", "") or cause.reason or "TLS error"
            return f"{where} cannot be trusted ({reason}): check its certificate, or http or https."
        cause = cause.__cause__ or cause.__context__
    text = str(error).lower()
    if "ssl" in text or "certificate" in text:
        return f"{where} cannot be reached over TLS ({error}): check http or https."
    if any(word in text for word in ("name or service", "nodename", "getaddrinfo", "resolution")):
        return f"{where} is not a known host name: check its address."
    if isinstance(error, httpx.ConnectTimeout):
        return f"{where} does not answer: check that it runs and that no firewall is between."
    return f"{where} cannot be reached: check that ComfyUI runs there."


def _entries(value: Any) -> list[tuple[float, str]]:
    """(number, prompt id) of queue entries ``[number, id, prompt, extra, outputs]``."""
    if not isinstance(value, list):
        return []
    return [
        (float(e[0]), e[1])
        for e in value[:MAX_QUEUE]
        if isinstance(e, list)
        and len(e) > 1
        and isinstance(e[0], int | float)
        and isinstance(e[1], str)
    ]
