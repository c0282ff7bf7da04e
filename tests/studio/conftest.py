"""A studio over a real demo engine and a real database."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from comfy.workflow.request import GenerationRequest
from storage.store import Store
from studio.access.viewer import Viewer
from studio.jobs.jobs import Jobs
from studio.jobs.notifier import Board
from studio.snapshot import Snapshot
from studio.studio import Studio
from tests.support import environment
from tests.support.cadences import BRISK
from tests.support.stores import open_store

CHECKPOINT = "demo-landscapes.safetensors"
WAIT_SECONDS = 30.0
ANYBODY = Viewer("user:admin", is_admin=True)
"""Sees and changes what is everybody's."""


@pytest.fixture
def engine() -> Iterator[DemoServer]:
    with DemoServer(EngineSettings(step_seconds=0.004, throttle=False)) as server:
        yield server


@pytest.fixture
def slow_engine() -> Iterator[DemoServer]:
    with DemoServer(EngineSettings(step_seconds=0.1)) as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def jobs(store: Store, board: Board) -> Jobs:
    return Jobs(store, board)


Open = Callable[[DemoServer], Studio]


@pytest.fixture
def open_studio(tmp_path: Path) -> Iterator[Open]:
    """Open studios on one data folder, one after the other."""
    opened: list[Studio] = []

    def open_one(server: DemoServer) -> Studio:
        for earlier in opened:
            earlier.close()
        opened.clear()
        settings = environment.settings(tmp_path)
        address = parse_address(server.url, name="demo")
        studio = Studio(settings, (address,), open_store(tmp_path), BRISK)
        studio.start()
        opened.append(studio)
        return studio

    yield open_one
    for studio in opened:
        studio.close()


def request(steps: int = 4, **fields: object) -> GenerationRequest:
    asked = {"prompt": "a quiet sea", "checkpoint": CHECKPOINT, "width": 128, "height": 128}
    return GenerationRequest.model_validate(asked | {"steps": steps} | fields)


def follow(
    studio: Studio, id_: str, until: Callable[[Snapshot], bool] = lambda s: s.is_final
) -> list[Snapshot]:
    """Watch *id_* until the condition holds; return all that was seen."""

    async def watch() -> list[Snapshot]:
        seen = []
        async with asyncio.timeout(WAIT_SECONDS):
            async for snapshot in studio.generations.watch(id_, ANYBODY):
                seen.append(snapshot)
                if until(snapshot):
                    break
        return seen

    return asyncio.run(watch())
