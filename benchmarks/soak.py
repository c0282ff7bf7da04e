"""Thousands of short generations through one Stepglass: what grows, and what must not.

    python benchmarks/soak.py --generations 2000

Memory, threads, sockets, file descriptors and temporary files of a Stepglass process, with a demo
engine as a process of its own, after each 500 generations and at rest. Every generation is
watched from its beginning to its end. The first and the last rest are compared.
"""

import argparse
import asyncio
import gc
import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # also as a script, from anywhere

from comfy.client.http.address import parse_address
from comfy.demo.launch import DemoProcess
from comfy.workflow.request import GenerationRequest
from storage.records import Status
from storage.store import Store
from studio.access.viewer import Viewer
from studio.generations.new_records import press_of
from studio.settings.settings import Settings
from studio.studio import Studio

OWNER = "user:soak"
STAGE = 500
IN_FLIGHT = 20
"""Generations that wait or run at once."""
REST_SECONDS = 3.0
"""At rest before it is measured: connections that idle have closed, threads that end have ended."""
STEP_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Reading:
    """One moment: memory in MiB, counts of the rest."""

    generations: int
    seconds: float
    memory: float
    threads: int
    sockets: int
    descriptors: int
    temporary: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generations", type=int, default=2000)
    options = parser.parse_args()
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="stepglass-soak-") as temporary:
        folder = Path(temporary)
        tempfile.tempdir = str(folder / "tmp")  # ours alone, so that they can be counted
        Path(tempfile.tempdir).mkdir()
        engine = DemoProcess(folder / "engine", step_seconds=STEP_SECONDS)
        settings = Settings(_env_file=None, data_folder=folder / "data")  # type: ignore[call-arg] # pydantic-settings' own
        store = Store(settings.data_folder)
        studio = Studio(settings, [parse_address(engine.url, name="engine")], store)
        studio.start()
        try:
            studio.servers.refresh()
            readings = asyncio.run(soak(studio, options.generations, folder))
        finally:
            studio.close()
            engine.close()
    show(readings)
    return 0


async def soak(studio: Studio, generations: int, folder: Path) -> list[Reading]:
    """Run them all, `IN_FLIGHT` at once; return a reading a stage."""
    began = time.monotonic()
    readings = [await read(studio, 0, began, folder)]
    while (done := readings[-1].generations) < generations:
        count = min(STAGE, generations - done)
        numbers = iter(range(done, done + count))
        async with asyncio.TaskGroup() as group:
            for _ in range(IN_FLIGHT):
                group.create_task(keep_on(studio, numbers))
        readings.append(await read(studio, done + count, began, folder))
        print(f"{readings[-1].generations} generations, {readings[-1].memory:.1f} MiB", flush=True)
    return readings


async def keep_on(studio: Studio, numbers: Iterator[int]) -> None:
    """One generation after another, each followed to its end."""
    for number in numbers:
        request = GenerationRequest(
            prompt=f"a lighthouse, number {number}",
            checkpoint=studio.servers.choices().checkpoints[0],
            width=64,
            height=64,
            steps=4,
            seed=number,
        )
        (generation,) = studio.generations.create(Viewer(OWNER), press_of(request))
        async for snapshot in studio.generations.watch(generation.id, Viewer(OWNER)):
            last = snapshot
        if last.status is not Status.FINISHED:
            raise RuntimeError(f"{generation.id} is {last.status}: {last.record.error}")


async def read(studio: Studio, generations: int, began: float, folder: Path) -> Reading:
    """Rest, then measure."""
    seconds = time.monotonic() - began
    await asyncio.sleep(REST_SECONDS)
    gc.collect()
    process = psutil.Process()
    temporary = [p for f in ("tmp", "data/incoming") for p in (folder / f).rglob("*")]
    assert not studio.generations.live(Viewer(OWNER))
    return Reading(
        generations,
        seconds,
        process.memory_info().rss / 2**20,
        process.num_threads(),
        len(process.net_connections()),
        process.num_fds(),
        len(temporary),
    )


def show(readings: list[Reading]) -> None:
    """Print the table, and the last stage against the first."""
    print(
        f"\n{'generations':>12}{'s':>8}{'MiB':>9}{'threads':>9}{'sockets':>9}{'fds':>6}{'tmp':>6}"
    )
    for r in readings:
        print(
            f"{r.generations:>12}{r.seconds:>8.0f}{r.memory:>9.1f}{r.threads:>9}{r.sockets:>9}"
            f"{r.descriptors:>6}{r.temporary:>6}"
        )
    if len(readings) > 2:
        first, last = readings[1], readings[-1]
        print(
            f"\nmemory, last against first stage: {100 * (last.memory / first.memory - 1):+.1f} %"
        )


if __name__ == "__main__":
    sys.exit(main())
