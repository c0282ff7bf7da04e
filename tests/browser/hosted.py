"""A site in this process over a real engine, so that a test can break the one under the other."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from studio.studio import Studio
from tests.support.environment import settings
from tests.support.served import serving
from ui.shell.assets import languages, served

STEP_SECONDS = 0.2


@dataclass(frozen=True)
class App:
    """A site that runs: its address, its studio, and its engine with all its faults."""

    url: str
    studio: Studio
    engine: DemoServer


@contextlib.contextmanager
def hosted(folder: Path, patch: pytest.MonkeyPatch, engine: DemoServer) -> Iterator[App]:
    """Serve the page on a running *engine*, with its data in *folder*."""
    patch.setenv("GRADIO_TEMP_DIR", str(folder / "gradio"))
    chosen = settings(folder / "data", port=0, people="browsers")
    address = parse_address(engine.url)
    with serving(chosen, [address], scripts=served(), languages=languages()) as site:
        yield App(f"{site.url}/", site.studio, engine)


def engine_with_faults() -> DemoServer:
    """A slow engine, to be told what goes wrong; not started yet."""
    return DemoServer(EngineSettings(step_seconds=STEP_SECONDS, throttle=False, faults=True))
