"""The whole page over a demo engine, with two accounts, as each module's tests attack it."""

import contextlib
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
from studio.access.viewer import Viewer
from studio.generations.new_records import press_of
from studio.studio import Studio
from tests.faults.house import request
from tests.security.person import Person
from tests.support.environment import settings
from tests.support.served import serving
from tests.support.waiting import until
from ui.shell.assets import served
from web.guard.connections import Waiting

LANGUAGE_MODEL = {"improve_url": "http://127.0.0.1:1/v1", "improve_model": "m"}
"""So that what asks it is on the page."""
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
        until(lambda: self._record(made[0].id).status.is_final)
        return self._record(made[0].id)

    def _record(self, id_: str) -> Generation:
        record = self.store.generations.get(id_)
        assert record is not None
        return record


@contextlib.contextmanager
def built(folder: Path) -> Iterator[Fortress]:
    """Serve the page for ann and bob, with all that is kept in *folder*."""
    accounts = [f"{name}:{password}" for name, password in PASSWORDS.items()]
    chosen = settings(folder / "data", port=0, auth=accounts, **LANGUAGE_MODEL)
    with (
        pytest.MonkeyPatch.context() as patch,
        DemoServer(EngineSettings(step_seconds=0.001)) as engine,
    ):
        patch.setenv("GRADIO_TEMP_DIR", str(folder / "arrived"))
        with serving(chosen, [parse_address(engine.url)], scripts=served()) as site:
            waiting = site.site.waiting
            assert waiting is not None
            yield Fortress(site.url, folder, site.demo, site.studio, site.store, engine, waiting)


@pytest.fixture(scope="package")
def fortress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fortress]:
    """One for all tests that leave ann and bob as they find them."""
    with built(tmp_path_factory.mktemp("fortress")) as made:
        yield made


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
