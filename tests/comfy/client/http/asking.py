"""A client and a server for one test: what is asked, and what is answered."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from comfy.client.http.address import Address, parse_address
from comfy.client.http.api import Accepted, Api
from comfy.client.timeouts import USUAL, Cadence
from comfy.errors import ComfyError
from tests.comfy.client.wire import Talk, http, listening, read_request

SECRET = "hunter2"
IMPATIENT = replace(USUAL, connect=0.3, answer=0.3, fetch=0.6)
MINE = "0198f0a0-0000-7000-8000-000000000001"
OTHERS = "0198f0a0-0000-7000-8000-000000000002"
GRAPH = {"9": {"class_type": "SaveImage", "inputs": {}}}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


@contextmanager
def asking(url: str, cadence: Cadence = USUAL, **limits: int) -> Iterator[Api]:
    """A client with a login and a header, neither of which may ever be told."""
    scheme, _, rest = url.partition("://")
    address = parse_address(f"{scheme}://me:{SECRET}@{rest}", headers={"X-Key": SECRET})
    api = Api(address, cadence, **limits)
    try:
        yield api
    finally:
        api.close()


def failure(
    talk: Talk, ask: Callable[[Api], Any] = Api.queue, cadence: Cadence = USUAL, **limits: int
) -> ComfyError:
    """The error that *ask* ends in."""
    with listening(talk) as server, asking(server.url, cadence, **limits) as api:
        with pytest.raises(ComfyError) as caught:
            ask(api)
        check_sentence(caught.value, api.address)
    return caught.value


def check_sentence(error: ComfyError, address: Address) -> None:
    """One or two sentences that say where, and tell no secret."""
    text = str(error)
    assert text.startswith(address.label)
    assert text.endswith(".")
    assert len(text) < 300
    assert "\n" not in text
    assert SECRET not in text
    assert not re.search(r"Basic|httpx|Errno|Error\b|object at", text)


def submit(api: Api) -> Accepted:
    return api.submit(GRAPH, prompt_id=MINE, client_id="me")


class Script:
    """A server that answers by method and path, and remembers what it was asked."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, Any]] = []
        self.heads: list[bytes] = []

    def talk(self, connection: socket.socket) -> None:
        request = read_request(connection)
        if not request:
            return
        head, _, body = request.partition(b"\r\n\r\n")
        method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
        is_json = b"application/json" in head
        self.asked.append((f"{method} {path}", json.loads(body) if is_json else body))
        self.heads.append(head)
        answer = self.answers.get(f"{method} {path}", 404)
        if isinstance(answer, bytes):
            connection.sendall(answer)
        elif isinstance(answer, int):
            connection.sendall(http(answer))
        else:
            connection.sendall(http(200, json.dumps(answer).encode()))

    @property
    def routes(self) -> list[str]:
        return [route for route, _ in self.asked]


@contextmanager
def scripted(answers: dict[str, Any]) -> Iterator[tuple[Script, Api]]:
    script = Script(answers)
    with listening(script.talk) as server, asking(server.url) as api:
        yield script, api
