"""Somebody at the page: their own cookies, and Gradio's events as a script may send them."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

import gradio as gr
import httpx

Answer = dict[str, Any]
OVER = ("process_generating", "process_completed", "close_stream")
"""Messages after which a test has heard enough of an event."""
FILE = {"_type": "gradio.FileData"}


def name_of(function: Any) -> str:
    """A handler's module and name; "" for an event that has only a script."""
    bare = getattr(function, "__wrapped__", function)
    return f"{bare.__module__}.{bare.__name__}" if bare else ""


class Person:
    """One account with one session of the page *demo*."""

    def __init__(self, client: httpx.Client, demo: gr.Blocks, owner: str) -> None:
        self.client = client
        self.owner = owner
        self.session = uuid.uuid4().hex
        self._demo = demo

    def number(self, event: str) -> int:
        """The number of the page's first event that calls *event*, as `name_of` spells it."""
        return next(i for i, fn in self._demo.fns.items() if name_of(fn.fn) == event)

    def values(self, event: str) -> dict[str, Any]:
        """What the inputs of *event* hold on a page that was just opened, by their names."""
        inputs = self._demo.fns[self.number(event)].inputs
        return {
            str(getattr(one, "elem_id", "") or one._id): None
            if getattr(one, "stateful", False)
            else getattr(one, "value", None)
            for one in inputs
        }

    def send(self, event: str, data: Any, told: Mapping[str, Any] | None = None) -> httpx.Response:
        """Send an event and return the answer to that, not its outcome; *told* is its data."""
        body = {
            "data": data,
            "fn_index": self.number(event),
            "session_hash": self.session,
            "event_data": told,
            "trigger_id": None,
        }
        return self.client.post("/gradio_api/queue/join", json=body)

    def outcome(self, event: str, data: Any, told: Mapping[str, Any] | None = None) -> Answer:
        """What becomes of an event: its last message, or the sentence that refuses it."""
        joined = self.send(event, data, told)
        if joined.status_code != 200:
            return {"success": False, "status": joined.status_code, **joined.json()}
        number = joined.json()["event_id"]
        query = {"session_hash": self.session}
        with self.client.stream("GET", "/gradio_api/queue/data", params=query) as stream:
            for line in stream.iter_lines():
                message = json.loads(line.removeprefix("data: ")) if line else {}
                if message.get("event_id") == number and message["msg"] == "process_completed":
                    return dict(message)
        raise AssertionError(f"{event} was never answered")

    def upload(self, data: bytes, name: str = "a.png") -> str:
        """Upload a file as the page does; return its path on the server."""
        answer = self.client.post("/gradio_api/upload", files={"files": (name, data)})
        answer.raise_for_status()
        return str(answer.json()[0])

    def ask(self, function: str, **data: Any) -> httpx.Response:
        """Call one of the functions that a component's script has."""
        return self.client.post(
            "/gradio_api/component_server",
            json={
                "data": data,
                "fn_name": function,
                "component_id": self.component(function),
                "session_hash": self.session,
            },
        )

    def component(self, function: str) -> int:
        """The number of the component whose script has *function*."""
        return next(
            number
            for number, block in self._demo.blocks.items()
            if getattr(getattr(block, function, None), "_is_server_fn", False)
        )

    def functions(self) -> set[str]:
        """Every function that a component's script may call."""
        return {
            name
            for block in self._demo.blocks.values()
            for name in (*vars(block), *vars(type(block)))
            if getattr(getattr(block, name, None), "_is_server_fn", False)
        }

    def heard(self, event: str, data: Any, told: Mapping[str, Any] | None = None) -> bytes:
        """What is said of an event until it is over, or until it first shows something."""
        joined = self.send(event, data, told)
        if joined.status_code != 200:
            return joined.content
        heard, query = [], {"session_hash": self.session}
        with self.client.stream("GET", "/gradio_api/queue/data", params=query) as stream:
            for line in stream.iter_lines():
                heard.append(line)
                if any(f'"msg":"{over}"' in line for over in OVER):
                    break
        self.session = uuid.uuid4().hex  # whatever goes on is of another page
        return "\n".join(heard).encode()
