"""Generations as a program asks for them over HTTP."""

import json
from collections.abc import Iterator
from typing import Any

import httpx

from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from tests.support.served import Served
from tests.web.conftest import Serve

Message = dict[str, Any]


def generating(serve: Serve, engine: DemoServer, **settings: Any) -> Served:
    """A site of the test's own over *engine*."""
    return serve(addresses=[parse_address(engine.url)], **settings)


def request_for(served: Served, **fields: Any) -> dict[str, Any]:
    """A small generation's request, with a seed that is drawn unless *fields* have one."""
    checkpoint = served.studio.servers.choices().checkpoints[0]
    small = {"checkpoint": checkpoint, "width": 64, "height": 64, "steps": 2}
    return {"prompt": "a red fox", **small, **fields}


def start(client: httpx.Client, served: Served, **fields: Any) -> str:
    answer = client.post("/api/generate", json=request_for(served, **fields))
    assert answer.status_code == 202, answer.text
    return str(answer.json()["generationId"])


def follow(client: httpx.Client, id_: str, name: str = "generationId") -> Iterator[Message]:
    with client.stream("GET", f"/api/generate/progress?{name}={id_}") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def finish(client: httpx.Client, id_: str) -> Message:
    """The last message about a generation."""
    return list(follow(client, id_))[-1]


def ended(client: httpx.Client, id_: str) -> Any:
    """A generation's record once it is over."""
    finish(client, id_)
    return client.get(f"/api/generations/{id_}").raise_for_status().json()
