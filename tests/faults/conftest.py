"""One studio, one engine, several jobs, and at the end the engine's books."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from tests.faults.house import House
from tests.support.cadences import HASTY

STEP_SECONDS = 0.05
"""Of a picture of 512 × 512; those here are small, and take a fifth of it."""

Open = Callable[..., House]


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("STEPGLASS_", "COMFYUI_", "GRADIO_")):
            monkeypatch.delenv(name)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DemoServer]:
    folder = tmp_path / "engine"
    folder.mkdir()
    settings = EngineSettings(folder=folder, step_seconds=STEP_SECONDS, throttle=False)
    with DemoServer(settings) as server:
        yield server


@pytest.fixture
def open_house(engine: DemoServer, tmp_path: Path) -> Iterator[Open]:
    """Makes a house; when the test is over its books are checked."""
    houses: list[House] = []

    def make(**fields: Any) -> House:
        house = House(tmp_path / "data", engine.url, fields.pop("cadence", HASTY), **fields)
        houses.append(house)
        house.start()
        return house

    yield make
    for house in houses:
        engine.faults.clear()
        house.check(engine.books.all, engine.folder)


@pytest.fixture
def house(open_house: Open) -> House:
    return open_house()
