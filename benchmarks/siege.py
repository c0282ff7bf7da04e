"""What others notice while somebody attacks: pages that all close at once, halves of requests.

"closing": as many heartbeats as `--pages` are opened and hung up together; `/healthz` is asked all
the while. "halves": as many half-sent requests as `--halves` are held against an app that may have
only `--files` files open, and others ask for `/healthz` each on a connection of its own.
"""

import argparse
import asyncio
import contextlib
import socket
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from benchmarks import rig

ASKING_SECONDS = 5.0
"""How long others go on asking."""
PATIENCE_SECONDS = 30.0
BROWSERS = 4
"""Cookies among which the pages are spread."""
HALF = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "


async def asked(url: str, until: float) -> list[float]:
    """Seconds that each answer took until *until* (monotonic), one after the other."""
    took = []
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    while time.monotonic() < until:
        before = time.monotonic()
        # One that is not answered counts with the whole of its patience.
        with contextlib.suppress(TimeoutError, aiohttp.ClientError):
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.get(f"{url}/healthz") as answer,
            ):
                answer.raise_for_status()
        took.append(time.monotonic() - before)
        await asyncio.sleep(0.01)
    return took


async def closing(url: str, pages: int) -> list[float]:
    """Open *pages* heartbeats, hang all up, and ask meanwhile."""
    connector = aiohttp.TCPConnector(limit=0)
    async with contextlib.AsyncExitStack() as stack:
        browsers = [
            await stack.enter_async_context(
                aiohttp.ClientSession(url, connector=connector, connector_owner=False)
            )
            for _ in range(BROWSERS)
        ]
        for http in browsers:
            async with http.get("/") as page:
                await page.read()
        beats = []
        for number in range(pages):
            path = f"/gradio_api/heartbeat/{uuid.uuid4().hex}"
            beat = await browsers[number % BROWSERS].get(path)
            beat.raise_for_status()
            await beat.content.readline()
            beats.append(beat)
        asking = asyncio.create_task(asked(url, time.monotonic() + ASKING_SECONDS))
        await asyncio.sleep(0.2)
        for beat in beats:
            beat.close()
        took = await asking
    await connector.close()
    return took


@contextlib.contextmanager
def halves(url: str, count: int) -> Iterator[None]:
    """Hold *count* half-sent requests."""
    parts = urlsplit(url)
    held = []
    for _ in range(count):
        one = socket.socket()
        one.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            one.connect((parts.hostname, parts.port))
        held.append(one)
    time.sleep(0.5)
    for one in held:
        with contextlib.suppress(OSError):
            one.send(HALF)
    try:
        yield
    finally:
        for one in held:
            one.close()


def line(name: str, took: list[float]) -> str:
    """A row of the table."""
    return (
        f"{name:28} {len(took):6} {rig.median(took) * 1000:8.1f} "
        f"{rig.p95(took) * 1000:8.1f} {max(took) * 1000:8.1f}"
    )


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--pages", type=int, default=300)
    reader.add_argument("--halves", type=int, default=320)
    reader.add_argument("--files", type=int, default=300)
    given = reader.parse_args()
    print(f"{'/healthz, ms':28} {'asked':>6} {'median':>8} {'p95':>8} {'worst':>8}")
    with rig.folder() as folder, rig.demo(folder, 0.1) as engine:
        with rig.app(Path(folder) / "pages", engine.url) as app:
            quiet = asyncio.run(asked(app.url, time.monotonic() + 2))
            print(line("nobody attacks", quiet))
            print(line(f"{given.pages} pages close", asyncio.run(closing(app.url, given.pages))))
        command = ["prlimit", f"--nofile={given.files}:{given.files}"]
        with (
            rig.app(Path(folder) / "halves", engine.url, before=command) as app,
            halves(app.url, given.halves),
        ):
            took = asyncio.run(asked(app.url, time.monotonic() + ASKING_SECONDS))
            print(line(f"{given.halves} halves, {given.files} files", took))


if __name__ == "__main__":
    main()
