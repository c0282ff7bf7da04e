"""A bare client of the demo engine: HTTP by httpx, the socket by websocket-client."""

import json
import struct
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import websocket

from comfy.demo.http.server import DemoServer

Json = dict[str, Any]
WAIT_SECONDS = 20.0
Frame = Json | bytes


def txt2img(**changes: Any) -> Json:
    """The recordings' graph; *changes* go to the sampler, `size`, `batch`, `text` elsewhere."""
    size, batch = changes.pop("size", 64), changes.pop("batch", 1)
    text = changes.pop("text", "a red fox in the snow")
    sampler = {
        "seed": 5,
        "steps": 6,
        "cfg": 7.0,
        "sampler_name": "euler",
        "scheduler": "normal",
        "denoise": 1.0,
        "model": ["4", 0],
        "positive": ["6", 0],
        "negative": ["7", 0],
        "latent_image": ["5", 0],
    }
    latent = {"width": size, "height": size, "batch_size": batch}
    return {
        "3": {"class_type": "KSampler", "inputs": sampler | changes},
        "4": {
            "class_type": "CheckpointLoaderSimple",
            "inputs": {"ckpt_name": "demo-landscapes.safetensors"},
        },
        "5": {"class_type": "EmptyLatentImage", "inputs": latent},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": text, "clip": ["4", 1]}},
        "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
        "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
        "9": {
            "class_type": "SaveImage",
            "inputs": {"filename_prefix": "rec", "images": ["8", 0]},
        },
    }


class Client:
    """One client of one server."""

    def __init__(self, server: DemoServer, client_id: str = "", *, metadata: bool = False) -> None:
        self.http = httpx.Client(base_url=server.url, timeout=WAIT_SECONDS, trust_env=False)
        self.client_id = client_id or uuid.uuid4().hex
        self.metadata = metadata
        self._server = server
        self.connect()

    def connect(self) -> None:
        """Open the socket."""
        url = self._server.url.replace("http", "ws") + f"/ws?clientId={self.client_id}"
        self.socket = websocket.create_connection(url, timeout=WAIT_SECONDS, suppress_origin=True)
        if self.metadata:
            flags = {"type": "feature_flags", "data": {"supports_preview_metadata": True}}
            self.socket.send(json.dumps(flags))

    def close(self) -> None:
        self.socket.close()
        self.http.close()

    def post(self, graph: Json, **body: Any) -> str:
        """Queue a graph; return its prompt id."""
        body.setdefault("client_id", self.client_id)
        answer = self.http.post("/prompt", json={"prompt": graph, **body})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["prompt_id"])

    def receive(self) -> Frame:
        frame = self.socket.recv()
        return json.loads(frame) if isinstance(frame, str) else bytes(frame)

    def until(self, wanted: Callable[[Frame], bool]) -> list[Frame]:
        """Frames up to and with the first that is *wanted*."""
        frames: list[Frame] = []
        while not frames or not wanted(frames[-1]):
            frames.append(self.receive())
        return frames

    def until_over(self, prompt_id: str) -> list[Frame]:
        """Frames up to ``executing`` null of *prompt_id*."""
        return self.until(lambda frame: is_over(frame, prompt_id))

    def run(self, graph: Json, **body: Any) -> tuple[str, list[Frame]]:
        """Queue a graph and take all its frames."""
        prompt_id = self.post(graph, **body)
        return prompt_id, self.until_over(prompt_id)

    def history(self, prompt_id: str) -> Json:
        found = self.http.get(f"/history/{prompt_id}").json()
        entry: Json = found.get(prompt_id, {})
        return entry


def is_over(frame: Frame, prompt_id: str) -> bool:
    return (
        isinstance(frame, dict)
        and frame["type"] == "executing"
        and frame["data"] == {"node": None, "prompt_id": prompt_id}
    )


def is_event(name: str, **data: Any) -> Callable[[Frame], bool]:
    """A test for a text frame of this type whose data holds *data*."""
    return lambda frame: (
        isinstance(frame, dict) and frame["type"] == name and data.items() <= frame["data"].items()
    )


def shape(frame: Frame) -> tuple[Any, ...]:
    """What two runs have in common: type, keys, and the node it is about."""
    if isinstance(frame, bytes):
        return ("binary", struct.unpack_from(">I", frame)[0])
    data = frame["data"]
    if frame["type"] == "progress_state":
        nodes = {k: (sorted(v), v["value"], v["max"], v["state"]) for k, v in data["nodes"].items()}
        return ("progress_state", sorted(data), nodes)
    return (frame["type"], sorted(data), data.get("node"), data.get("value"), data.get("max"))


def eventually(true: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
    """Wait until *true*; fail after *seconds*."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)
