"""Wall time of generations through the app ÷ the same through a bare websocket-client script.

Both go to the same demo engine, in turns, and both end when the pictures are in hand: the app's
when its API hands them out, kept and recorded; the script's when it has fetched them.
"""

import argparse
import json
import random
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import websocket

from benchmarks import rig
from comfy.demo.nodes.context import work_scale

SIDE = 512
STEPS = 20
OTHER_WORK = 2.0
"""What loading, encoding, decoding and saving take on the demo engine, in steps, about."""
TIMEOUT = 120.0


class Script:
    """What people write without Stepglass: POST, read the socket to the end, fetch."""

    def __init__(self, server: str) -> None:
        self._http = httpx.Client(base_url=server, timeout=TIMEOUT)
        self._id = uuid.uuid4().hex
        self._socket = websocket.WebSocket()
        address = server.replace("http", "ws", 1)
        self._socket.connect(  # type: ignore[no-untyped-call] # it leaves **options bare
            f"{address}/ws?clientId={self._id}", timeout=TIMEOUT
        )
        flags = {"type": "feature_flags", "data": {"supports_preview_metadata": True}}
        self._socket.send(json.dumps(flags))

    def generate(self, graph: dict[str, Any]) -> int:
        """Run *graph*; return how many bytes of pictures came."""
        extra = {"preview_method": "auto"}
        body = {"prompt": graph, "client_id": self._id, "extra_data": extra}
        id_ = self._http.post("/prompt", json=body).raise_for_status().json()["prompt_id"]
        self._follow(id_)
        outputs = self._http.get(f"/history/{id_}").json()[id_]["outputs"]
        files = [image for node in outputs.values() for image in node["images"]]
        return sum(len(self._http.get("/view", params=file).content) for file in files)

    def _follow(self, prompt_id: str) -> None:
        while True:
            frame = self._socket.recv()
            if isinstance(frame, bytes):
                continue
            said = json.loads(frame)
            data = said.get("data", {})
            is_over = said.get("type") == "executing" and data.get("node") is None
            if is_over and data.get("prompt_id") == prompt_id:
                return

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
        self._http.close()


class App:
    """The same through the app's API."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT)
        self._http.get("/")  # who we are is in a cookie

    def request(self, seed: int) -> dict[str, Any]:
        """The body of POST /api/generate."""
        size = {"width": SIDE, "height": SIDE, "steps": STEPS, "seed": seed}
        return {"prompt": "a lighthouse at dusk", "checkpoint": self._checkpoint, **size}

    def open(self, server: str) -> None:
        """Learn a checkpoint's name."""
        found = httpx.get(f"{server}/models/checkpoints").json()
        self._checkpoint = str(found[0])

    def generate(self, seed: int) -> int:
        """Run one; return how many bytes of pictures came."""
        return self.finish(self.start(seed))

    def start(self, seed: int) -> str:
        """Ask for one; return its id."""
        answer = self._http.post("/api/generate", json=self.request(seed))
        return str(answer.raise_for_status().json()["generationId"])

    def finish(self, id_: str) -> int:
        """Follow one to its end; return how many bytes of pictures came."""
        progress = {"generationId": id_}
        with self._http.stream("GET", "/api/generate/progress", params=progress) as stream:
            for line in stream.iter_lines():
                said = json.loads(line[6:]) if line.startswith("data: ") else {}
                if said.get("type") == "error":
                    raise RuntimeError(said["error"])
                if said.get("type") == "complete":
                    break
        return sum(len(self._http.get(image["url"]).content) for image in said["images"])

    def graph(self, id_: str) -> dict[str, Any]:
        """What was sent to the engine for one."""
        found: dict[str, Any] = self._http.get(f"/api/generations/{id_}").json()["graph"]
        return found


def timed(work: Callable[[], int]) -> float:
    """Seconds that *work* takes; it returns how many bytes it got."""
    began = time.perf_counter()
    if not work():
        raise RuntimeError("no picture came")
    return time.perf_counter() - began


def measure(app: App, script: Script, runs: int) -> dict[str, list[float]]:
    """Seconds of each generation, one after the other, the two in turns."""
    graph = app.graph(_warm(app))
    seconds: dict[str, list[float]] = {"bare script": [], "app": []}
    for run in range(runs):
        graph["6"]["inputs"]["seed"] = random.getrandbits(48)
        turns: list[tuple[str, Callable[[], int]]] = [
            ("bare script", partial(script.generate, graph)),
            ("app", partial(app.generate, random.getrandbits(48))),
        ]
        for name, work in turns if run % 2 else reversed(turns):
            seconds[name].append(timed(work))
    return seconds


def _warm(app: App) -> str:
    """Let the engine load its checkpoint; return the id of that generation."""
    id_ = app.start(1)
    app.finish(id_)
    return id_


def at_once(app: App, runs: int) -> float:
    """Seconds that the app takes where all is asked for at once, as by one press."""
    began = time.perf_counter()
    for id_ in [app.start(random.getrandbits(48)) for _ in range(runs)]:
        app.finish(id_)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="of one generation, about")
    parser.add_argument("--runs", type=int, default=20, help="generations of each")
    options = parser.parse_args()
    step = options.seconds / (STEPS + OTHER_WORK) / work_scale(SIDE, SIDE)
    with (
        rig.folder() as folder,
        rig.demo(folder, step) as server,
        rig.app(folder / "data", server.url) as program,
    ):
        app, script = App(program.url), Script(server.url)
        app.open(server.url)
        seconds = measure(app, script, options.runs)
        together = at_once(app, options.runs)
        script.close()
    report(seconds, together)


def report(seconds: dict[str, list[float]], together: float) -> None:
    base = seconds["bare script"]
    rows: list[list[object]] = [
        [name, sum(s), rig.median(s), rig.p95(s), sum(s) / sum(base)] for name, s in seconds.items()
    ]
    rows.append(
        ["app, all at once", together, together / len(base), float("nan"), together / sum(base)]
    )
    head = ["seconds", "all", "median", "p95", "ratio"]
    rig.print_table(f"Overhead, {len(base)} generations ({rig.conditions()})", head, rows)


if __name__ == "__main__":
    main()
