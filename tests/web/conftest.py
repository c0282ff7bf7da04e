"""A small real page with the site's routes and guard around it, over real HTTP."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest

from comfy.client.http.address import Address
from storage.store import Store
from storage.totals import Totals
from studio.access.viewer import viewer_of
from studio.settings.settings import Settings
from studio.studio import Studio
from tests.support.pages import without_routes
from web.site import Site


@dataclass(frozen=True)
class Served:
    """A page that runs: its address, its parts, and a way to ask as one browser."""

    url: str
    demo: gr.Blocks
    studio: Studio
    store: Store
    site: Site
    settings: Settings

    def browser(self, **options: Any) -> httpx.Client:
        """A client with cookies of its own."""
        return httpx.Client(base_url=self.url, timeout=20, **options)

    def stop(self) -> None:
        self.site.stop(self.demo)
        self.studio.close()

    def login(self, name: str = "ann", password: str = "pw-ann") -> httpx.Client:
        client = self.browser()
        client.post("/login", data={"username": name, "password": password}).raise_for_status()
        return client


def page() -> Any:
    """A page whose handlers say who asks, and which take a file and can be cancelled."""
    with gr.Blocks(analytics_enabled=False) as demo:
        text = gr.Textbox()
        picture = gr.Image(type="filepath", elem_id="picture")
        answer = gr.Textbox(elem_id="answer")

        def who(_text: str, request: gr.Request) -> str:
            return f"{viewer_of(request).owner} {request.username}"

        def size(path: str | None) -> str:
            return str(Path(path).stat().st_size) if path else "none"

        gr.Button(elem_id="who").click(who, text, answer, api_name="who")
        gr.Button(elem_id="size").click(size, picture, answer, api_name="size")
        demo.load(who, text, answer)
    return demo


Serve = Callable[..., Served]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Start sites; they are stopped at the end."""
    for name in list(os.environ):
        if name.startswith(("STEPGLASS_", "GRADIO_", "COMFYUI_", "SPACE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    started: list[Served] = []

    def start(*, addresses: Sequence[Address] = (), **settings: Any) -> Served:
        folder = settings.pop("data_folder", tmp_path / f"data{len(started)}")
        scripts, ahead = settings.pop("scripts", {}), settings.pop("ahead", "")
        # By default this machine is one person's; most tests are about several.
        settings.setdefault("people", "browsers")
        chosen = Settings(_env_file=None, data_folder=folder, port=0, **settings)  # type: ignore[call-arg] # pydantic-settings' own
        store = Store(folder)
        studio = Studio(chosen, addresses, store)
        studio.start()
        site = Site(studio, chosen, Totals(store), scripts, ahead)
        with without_routes():
            demo = page()
            with demo:
                site.register()
        site.launch(demo)
        served = Served(str(demo.local_url).rstrip("/"), demo, studio, store, site, chosen)
        started.append(served)
        return served

    yield start
    for served in started:
        if served.demo.is_running:
            served.stop()
