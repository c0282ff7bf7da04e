"""The whole page over a demo engine, with two accounts, as each module's tests attack it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest

from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from storage.records import Generation
from storage.store import Store
from storage.totals import Totals
from studio.access.viewer import Viewer, viewer_of
from studio.generations.new_records import press_of
from studio.settings.settings import Settings
from studio.studio import Studio
from tests.faults.house import request, wait_until
from tests.security.person import Person
from tests.support.pages import without_routes
from tests.support.stores import open_store
from ui.page import build
from ui.shell.assets import served
from web.guard.connections import Waiting
from web.site import Site

PASSWORDS = {"ann": "pw-ann", "bob": "pw-bob"}


@dataclass(frozen=True)
class Fortress:
    """A served page and its parts. `folder` is what all of it keeps on the disk."""

    url: str
    folder: Path
    demo: gr.Blocks
    studio: Studio
    store: Store
    engine: DemoServer
    waiting: Waiting

    def stranger(self, **options: Any) -> httpx.Client:
        """A client that has never been here."""
        return httpx.Client(base_url=self.url, timeout=30, **options)

    def person(self, name: str) -> Person:
        """*name* with a login and a session of their own."""
        client = self.stranger()
        fields = {"username": name, "password": PASSWORDS[name]}
        client.post("/login", data=fields).raise_for_status()
        return Person(client, self.demo, f"user:{name}")

    def made(self, owner: str = "user:ann", **fields: Any) -> Generation:
        """A finished generation of *owner*'s."""
        made = self.studio.generations.create(Viewer(owner), press_of(request(steps=1, **fields)))
        wait_until(lambda: self._record(made[0].id).status.is_final)
        return self._record(made[0].id)

    def _record(self, id_: str) -> Generation:
        record = self.store.generations.get(id_)
        assert record is not None
        return record


@pytest.fixture(scope="module")
def environment() -> Iterator[pytest.MonkeyPatch]:
    """The environment without what would change settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("STEPGLASS_", "GRADIO_", "COMFYUI_", "SPACE_")):
                patch.delenv(name)
        yield patch


@pytest.fixture(scope="module")
def fortress(
    tmp_path_factory: pytest.TempPathFactory, environment: pytest.MonkeyPatch
) -> Iterator[Fortress]:
    """A page for ann and bob."""
    folder = tmp_path_factory.mktemp("fortress")
    environment.setenv("GRADIO_TEMP_DIR", str(folder / "arrived"))
    chosen: dict[str, Any] = {
        "_env_file": None,
        "data_folder": folder / "data",
        "port": 0,
        "auth": [f"{name}:{password}" for name, password in PASSWORDS.items()],
    }
    settings = Settings(**chosen)
    with DemoServer(EngineSettings(step_seconds=0.001)) as engine:
        store = open_store(settings.data_folder)
        studio = Studio(settings, [parse_address(engine.url)], store)
        site = Site(studio, settings, Totals(store), served())
        with without_routes():
            demo, page = build(studio, viewer_of, site.register)
        studio.start()
        studio.servers.refresh()
        site.launch(demo, **page)
        url = str(demo.local_url).rstrip("/")
        assert site.waiting is not None
        yield Fortress(url, folder, demo, studio, store, engine, site.waiting)
        site.stop(demo)
        studio.close()


@pytest.fixture
def ann(fortress: Fortress) -> Iterator[Person]:
    person = fortress.person("ann")
    yield person
    person.client.close()


@pytest.fixture
def bob(fortress: Fortress) -> Iterator[Person]:
    person = fortress.person("bob")
    yield person
    person.client.close()
