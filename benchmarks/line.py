"""How fair and how quick the queue is: one job behind another's 200, cancelling thousands, claims.

Everything is the application's own, without a page: a real store, a real demo engine.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import rig
from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from comfy.workflow.request import MAX_PROMPTS, GenerationRequest
from storage.store import Store
from studio.access.viewer import Viewer
from studio.generations.new_records import press_of, records_of
from studio.jobs.jobs import Jobs
from studio.jobs.limits import MAX_WAITING_TOTAL, Limits
from studio.jobs.notifier import Board
from studio.settings.settings import Settings
from studio.studio import Studio
from web.api.shapes.generations import entry_shape

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")
OWNERS = 10
WATCHERS = 20
"""Followers of jobs that wait, as many open pages have them."""
PAGE = 200
CLAIMS = 200


@contextmanager
def application() -> Iterator[tuple[Studio, DemoServer]]:
    """A studio on an engine whose steps take 20 ms, in a folder of its own."""
    engine = EngineSettings(step_seconds=0.02, throttle=False)
    with tempfile.TemporaryDirectory() as folder, DemoServer(engine) as server:
        settings = Settings(  # type: ignore[call-arg] # pydantic-settings' own
            _env_file=None,
            data_folder=Path(folder),
            max_waiting=MAX_WAITING_TOTAL,
            max_per_minute=1_000_000,
        )
        studio = Studio(settings, (parse_address(server.url, name="demo"),), Store(Path(folder)))
        studio.start()
        studio.servers.refresh()
        try:
            yield studio, server
        finally:
            studio.close()


def press(studio: Studio, viewer: Viewer, count: int, steps: int = 4) -> list[str]:
    """Queue *count* small generations; return their ids."""
    ids: list[str] = []
    while len(ids) < count:
        request = GenerationRequest(
            prompt="a lighthouse",
            checkpoint=studio.servers.choices().checkpoints[0],
            width=64,
            height=64,
            steps=steps,
            prompts=min(MAX_PROMPTS, count - len(ids)),
        )
        ids += [
            generation.id for generation in studio.generations.create(viewer, press_of(request))
        ]
    return ids


async def over(studio: Studio, id_: str, viewer: Viewer) -> None:
    """Follow *id_* to its end."""
    async for _ in studio.generations.watch(id_, viewer):
        pass


def behind(many: int) -> list[str]:
    """One of Bob's behind *many* of Ann's: how long, and how many of hers ran first."""
    with application() as (studio, server):
        anns = set(press(studio, ANN, many))
        asyncio.run(over(studio, min(anns), ANN))
        begun = time.monotonic()
        (bobs,) = press(studio, BOB, 1)
        done = len([e for e in server.books.all() if e.prompt_id in anns and e.started_at])
        asyncio.run(over(studio, bobs, BOB))
        seconds = time.monotonic() - begun
        entries = sorted(server.books.all(), key=lambda e: e.started_at or float("inf"))
        before = [e.prompt_id for e in entries].index(bobs) - done
        studio.cancels.all(ANN)
        return [f"Bob's one behind Ann's {many}", f"{seconds:.2f} s", f"{before} of hers first"]


def cancel(many: int) -> list[str]:
    """Cancel *many* that wait, while some of them are followed; then take it back."""
    with application() as (studio, _):
        studio.queue.pause(ANN)
        ids = press(studio, ANN, many)

        async def scene() -> tuple[float, float]:
            following = [asyncio.create_task(over(studio, i, ANN)) for i in ids[:WATCHERS]]
            await asyncio.sleep(0.5)
            begun = time.monotonic()
            done = await asyncio.to_thread(studio.cancels.all, ANN)
            await asyncio.gather(*following)
            cancelled = time.monotonic() - begun
            assert done.count == many
            begun = time.monotonic()
            again = await asyncio.to_thread(studio.cancels.undo, done.ended, ANN)
            assert len(again) == many
            return cancelled, time.monotonic() - begun

        cancelled, undone = asyncio.run(scene())
        return [f"cancel all of {many:,}", f"{cancelled:.2f} s", f"undo {undone:.2f} s"]


def look(many: int) -> list[str]:
    """The first page of the queue, as the API gives it, while *many* wait."""
    with application() as (studio, _):
        for viewer in (ANN, BOB):
            studio.queue.pause(viewer)
            press(studio, viewer, many // 2)
        size = 0

        def page() -> None:
            nonlocal size
            entries = studio.queue.entries(ANN, 0, PAGE)
            shown = [entry_shape(e.snapshot, e) for e in entries if e.snapshot]
            size = len(json.dumps(shown))

        return [f"a page of the queue, {many:,} wait", each(page, 20), f"{size / 1024:.0f} KiB"]


def claim(many: int) -> list[str]:
    """Hand-outs while *many* of ten owners wait."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        jobs = Jobs(store, Board(), limits=Limits(MAX_WAITING_TOTAL, MAX_WAITING_TOTAL))
        for number in range(OWNERS):
            for _ in range(many // OWNERS // MAX_PROMPTS):
                request = GenerationRequest(checkpoint="any", prompts=MAX_PROMPTS)
                jobs.create(records_of(press_of(request), f"user:{number}"))
        lines = iter(range(CLAIMS))

        def take() -> None:
            line = f"server {next(lines)}"
            assert jobs.take(line, is_ready=lambda: True)

        took = each(take, CLAIMS)
        store.close()
        return [f"one hand-out, {many:,} wait", took, f"of {OWNERS} owners"]


def each(act: Callable[[], None], times: int) -> str:
    """Milliseconds of one *act*: median and 95th percentile."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - begun)
    p95 = statistics.quantiles(seconds, n=20)[-1]
    return f"{statistics.median(seconds) * 1000:.2f} ms, p95 {p95 * 1000:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cancel", type=int, nargs="+", default=[2_000, 10_000])
    parser.add_argument("--look", type=int, default=2_000)
    parser.add_argument("--claim", type=int, default=10_000)
    parser.add_argument("--behind", type=int, default=200)
    options = parser.parse_args()
    rows = [behind(options.behind), *map(cancel, options.cancel)]
    rows += [look(options.look), claim(options.claim)]
    rig.print_table(f"The queue ({rig.conditions()})", ["what", "took", "besides"], rows)


if __name__ == "__main__":
    main()
