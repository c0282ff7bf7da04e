"""A site in this process over a real engine, so that a test can break the one under the other."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from storage.totals import Totals
from studio.access.viewer import viewer_of
from studio.settings.settings import Settings
from studio.studio import Studio
from tests.support.stores import open_store
from ui.page import build
from ui.shell.assets import served
from web.site import Site

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
    for name in list(os.environ):
        if name.startswith(("STEPGLASS_", "GRADIO_", "COMFYUI_", "SPACE_")):
            patch.delenv(name)
    patch.setenv("GRADIO_TEMP_DIR", str(folder / "gradio"))
    settings = Settings(_env_file=None, data_folder=folder / "data", port=0, people="browsers")  # type: ignore[call-arg] # pydantic-settings' own
    store = open_store(settings.data_folder)
    studio = Studio(settings, [parse_address(engine.url)], store)
    studio.start()
    studio.servers.refresh()
    site = Site(studio, settings, Totals(store), served())
    blocks, page = build(studio, viewer_of, site.register)
    site.launch(blocks, **page)
    yield App(str(blocks.local_url), studio, engine)
    site.stop(blocks)
    studio.close()


def engine_with_faults() -> DemoServer:
    """A slow engine, to be told what goes wrong; not started yet."""
    return DemoServer(EngineSettings(step_seconds=STEP_SECONDS, throttle=False, faults=True))
