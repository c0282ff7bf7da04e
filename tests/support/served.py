"""A page with the site's routes and guard around it, over real HTTP, in this process."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import gradio as gr
import httpx

from comfy.client.http.address import Address
from storage.store import Store
from storage.totals import Totals
from studio.access.viewer import viewer_of
from studio.settings.settings import Settings
from studio.studio import Studio
from tests.support.stores import open_store
from tests.support.waiting import POLL
from ui.page import build
from ui.shell.lazy_gradio import no_application
from web.site import Site

Page = Callable[[Studio, Site], tuple[gr.Blocks, dict[str, Any]]]
"""Makes the Blocks, and what ``launch`` is to be told of them."""
ANSWER_SECONDS = 30.0


@dataclass(frozen=True)
class Served:
    """A page that runs: its address, its parts, and ways to ask as somebody."""

    url: str
    demo: gr.Blocks
    studio: Studio
    store: Store
    site: Site
    settings: Settings

    def browser(self, **options: Any) -> httpx.Client:
        """A client with cookies of its own, that has not been here yet."""
        return httpx.Client(base_url=self.url, timeout=ANSWER_SECONDS, **options)

    def person(self) -> httpx.Client:
        """Somebody new: a browser that has its cookie."""
        client = self.browser()
        client.get("/").raise_for_status()
        return client

    def login(self, name: str = "ann", password: str = "") -> httpx.Client:
        """*name*, with their usual password unless another is given."""
        client = self.browser()
        fields = {"username": name, "password": password or f"pw-{name}"}
        client.post("/login", data=fields).raise_for_status()
        return client

    def stop(self) -> None:
        """Stop serving and close all; may be called before the end of `serving`."""
        self.site.stop(self.demo)
        self.studio.close()


def whole(studio: Studio, site: Site) -> tuple[gr.Blocks, dict[str, Any]]:
    """The page that users get."""
    return build(studio, viewer_of, site.register)


@contextlib.contextmanager
def serving(
    settings: Settings,
    addresses: Sequence[Address] = (),
    page: Page = whole,
    scripts: Mapping[str, bytes] = MappingProxyType({}),
    ahead: str = "",
    languages: Mapping[str, tuple[Mapping[str, Any], str]] = MappingProxyType({}),
) -> Iterator[Served]:
    """Serve *page* in front of *addresses*, once it is known what these offer.

    Gradio looks for new events a thousand times a second, 5 % of a core for each page that waits;
    here it looks less often.
    """
    store = open_store(settings.data_folder)
    studio = Studio(settings, addresses, store)
    site = Site(studio, settings, Totals(store), scripts, ahead, languages)
    with no_application():
        demo, options = page(studio, site)
    studio.start()
    if addresses:
        studio.servers.refresh()
    site.launch(demo, **options)
    demo._queue.sleep_when_free = POLL
    served = Served(str(demo.local_url).rstrip("/"), demo, studio, store, site, settings)
    try:
        yield served
    finally:
        if demo.is_running:
            served.stop()
