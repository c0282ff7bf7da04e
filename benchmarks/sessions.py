"""Many follow one running generation: how late each hears of a step, and what it costs the app.

"page" watchers speak Gradio's queue protocol as an open page does (attach, stream, heartbeat) and
get a preview with each step; "api" watchers read the server-sent events of the API. Each step is
timed from the engine's sending to a watcher's first news of it or of a later one. At the end each
must have seen the final state and the pictures.
"""

import argparse
import asyncio
import contextlib
import json
import random
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import engine, rig

READ_BYTES = 2**22
MAX_STEPS = 1000
SETTLE_SECONDS = 1.0
"""After the last watcher's first news, before anything counts."""
OVER = 10**9
"""The step of one that is finished: after all others."""

Json = dict[str, Any]


@dataclass
class Watcher:
    """One follower: when (epoch seconds) it first heard of which step, and how it ended."""

    heard: list[tuple[int, float]] = field(default_factory=list)
    images: int = 0
    messages: int = 0
    first: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, step: int, at: float, images: int) -> None:
        """Take note of one message."""
        self.messages += 1
        self.images = max(self.images, images)
        if not self.heard or step > self.heard[-1][0]:
            self.heard.append((step, at))
        self.first.set()

    @property
    def is_complete(self) -> bool:
        """Whether it saw the end and a picture."""
        return bool(self.heard) and self.heard[-1][0] == OVER and self.images > 0

    def lateness(self, sent: dict[int, float]) -> list[float]:
        """Milliseconds from the sending of each step to the first news of it or a later one."""
        late, news = [], iter(self.heard)
        step, at = next(news, (OVER, 0.0))
        for number, moment in sorted(sent.items()):
            while step < number:
                step, at = next(news, (OVER, 0.0))
            late.append((at - moment) * 1000)
        return late


async def messages(answer: aiohttp.ClientResponse) -> AsyncIterator[tuple[Any, float]]:
    """The JSON of each server-sent event, and when its last byte came."""
    rest = b""
    async for chunk in answer.content.iter_any():
        at = time.time()
        *whole, rest = (rest + chunk).split(b"\n\n")
        for one in whole:
            if one.startswith(b"data: "):
                yield json.loads(one[6:]), at


async def watch_api(http: aiohttp.ClientSession, job: str, watcher: Watcher) -> None:
    """Follow *job* through the API."""
    async with http.get("/api/generate/progress", params={"generationId": job}) as answer:
        async for said, at in messages(answer):
            is_over = said["type"] == "complete"
            watcher.hear(OVER if is_over else said["currentStep"], at, len(said.get("images", ())))


async def watch_page(http: aiohttp.ClientSession, job: str, watcher: Watcher, attach: Json) -> None:
    """Follow *job* as a page does; *attach* names the handler."""
    session = uuid.uuid4().hex[:10]
    asked = {**attach, "data": [], "event_data": {"job": job}, "session_hash": session}
    heartbeat = asyncio.create_task(_beat(http, session))
    try:
        async with http.post("/gradio_api/queue/join", json=asked) as joined:
            joined.raise_for_status()
        query = {"session_hash": session}
        async with http.get("/gradio_api/queue/data", params=query) as answer:
            value: Json = {}
            async for said, at in messages(answer):
                output = (said.get("output") or {}).get("data")
                if output and said["msg"] == "process_generating":
                    value = patched(value, output[0])
                    is_over = value.get("state") == "finished"
                    images = len(value.get("images", ()))
                    watcher.hear(OVER if is_over else value.get("step", 0), at, images)
                if said["msg"] == "process_completed":
                    return
    finally:
        heartbeat.cancel()


async def _beat(http: aiohttp.ClientSession, session: str) -> None:
    async with http.get(f"/gradio_api/heartbeat/{session}") as answer:
        async for _ in answer.content.iter_any():
            pass


def patched(value: Json, news: Any) -> Json:
    """*value* after *news*: a whole new one, or Gradio's list of (edit, path, content)."""
    if isinstance(news, dict):
        return news
    for edit, path, content in news:
        if not path:
            return dict(content)
        *parents, last = path
        inner: Any = value
        for key in parents:
            inner = inner[key]
        if edit == "delete":
            del inner[last]
        elif edit == "append":
            inner[last] += content
        elif edit == "add" and isinstance(inner, list):
            inner.insert(last, content)
        else:
            inner[last] = content
    return value


class Bench:
    """One engine and one app; `http` carries the owner's cookie."""

    def __init__(self, http: aiohttp.ClientSession, app: rig.Running, log: Path) -> None:
        self._http, self._log = http, log
        self._pid = app.process.pid
        self._attach: Json = {}
        self._checkpoint = ""

    async def open(self, server: str) -> None:
        """Learn what a page knows: its handlers, and a checkpoint."""
        async with self._http.get("/config") as answer:
            config = await answer.json()
        panel = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "live")
        found = next(d for d in config["dependencies"] if [panel, "attach"] in d["targets"])
        self._attach = {"fn_index": found["id"], "trigger_id": panel}
        async with (
            aiohttp.ClientSession() as other,
            other.get(f"{server}/models/checkpoints") as answer,
        ):
            self._checkpoint = (await answer.json())[0]

    async def run(self, kind: str, count: int, rate: float, seconds: float) -> list[object]:
        """One generation watched by *count*; a row of the table."""
        steps = int(rate * (seconds + SETTLE_SECONDS + 2 + count * 0.03))
        job = await self._start(min(MAX_STEPS, steps))
        watchers = [Watcher() for _ in range(count)]
        tasks = [asyncio.create_task(self._watch(kind, job, one)) for one in watchers]
        await asyncio.gather(*(one.first.wait() for one in watchers))
        await asyncio.sleep(SETTLE_SECONDS)
        began, used, own = time.time(), self._used(), time.process_time()
        await asyncio.sleep(seconds)
        ended, used, own = time.time(), self._used() - used, time.process_time() - own
        await asyncio.gather(*tasks)
        sent = engine.sent(self._log, job)
        counted = {step: at for step, at in sent.items() if began <= at < ended}
        late = [late for one in watchers for late in one.lateness(counted)]
        missed = sum(not one.is_complete for one in watchers)
        pace = sum(one.messages for one in watchers) / count / (sent[max(sent)] - sent[min(sent)])
        share = 100 / (ended - began)
        cells = [rig.median(late), rig.p95(late), max(late, default=float("nan"))]
        return [f"{count} {kind}", *cells, used * share, own * share, pace, missed]

    def _watch(self, kind: str, job: str, watcher: Watcher) -> Any:
        if kind == "api":
            return watch_api(self._http, job, watcher)
        return watch_page(self._http, job, watcher, self._attach)

    async def _start(self, steps: int) -> str:
        body = {
            "prompt": "a lighthouse at dusk",
            "checkpoint": self._checkpoint,
            "width": engine.SIDE,
            "height": engine.SIDE,
            "steps": steps,
            "seed": random.getrandbits(48),
        }
        async with self._http.post("/api/generate", json=body) as answer:
            answer.raise_for_status()
            return str((await answer.json())["generationId"])

    def _used(self) -> float:
        return rig.used(self._pid)


@contextlib.asynccontextmanager
async def client(app: rig.Running) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of *app*, known to it by its cookie."""
    jar = aiohttp.CookieJar(unsafe=True)  # or it takes none from a bare address
    options: Json = {
        "base_url": app.url,
        "cookie_jar": jar,
        "connector": aiohttp.TCPConnector(limit=0),
        "timeout": aiohttp.ClientTimeout(total=None, sock_connect=30),
        "read_bufsize": READ_BYTES,
    }
    async with aiohttp.ClientSession(**options) as http:
        async with http.get("/") as answer:
            await answer.read()
        yield http


async def measure(options: argparse.Namespace) -> list[list[object]]:
    """A row for each kind and number of watchers."""
    with (
        rig.folder() as folder,
        engine.running(folder, options.rate, previews=not options.no_previews) as server,
        rig.app(folder / "data", server.url) as app,
    ):
        async with client(app) as http:
            bench = Bench(http, app, engine.log_of(folder))
            await bench.open(server.url)
            return [
                await bench.run(kind, count, options.rate, options.seconds)
                for kind in options.kinds
                for count in options.watchers
                for _ in range(options.runs)
            ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--watchers", type=int, nargs="+", default=[1, 10, 50, 200])
    parser.add_argument("--kinds", nargs="+", default=["page", "api"], choices=["page", "api"])
    parser.add_argument("--rate", type=float, default=10, help="steps a second")
    parser.add_argument("--seconds", type=float, default=8, help="measured in each run")
    parser.add_argument("--runs", type=int, default=1, help="of each kind and number")
    parser.add_argument("--no-previews", action="store_true")
    options = parser.parse_args()
    rows = asyncio.run(measure(options))
    head = ["engine → watcher, ms", "median", "p95", "max", "app CPU %", "own CPU %", "news/s"]
    rig.print_table(f"Sessions ({rig.conditions()})", [*head, "missed"], rows)


if __name__ == "__main__":
    main()
