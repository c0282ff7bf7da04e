"""Sites with a small page: some that many tests share, and any number of a test's own."""

import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest

from comfy.client.http.address import Address, parse_address
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from studio.access.viewer import viewer_of
from studio.studio import Studio
from tests.support.environment import settings
from tests.support.served import Served, serving
from web.site import Site

ACCOUNTS = ("ann:pw-ann", "bob:pw-bob")
STEP_SECONDS = 0.01
Serve = Callable[..., Served]


def page(_studio: Studio, site: Site) -> tuple[gr.Blocks, dict[str, Any]]:
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
        site.register()
    return demo, {}


@contextlib.contextmanager
def small(folder: Path, addresses: Sequence[Address] = (), **chosen: Any) -> Iterator[Served]:
    """Serve that page with its data in *folder*; *chosen* are settings, or scripts and the like."""
    rest = {n: chosen.pop(n) for n in ("scripts", "ahead", "languages") if n in chosen}
    # By default this machine is one person's; most tests are about several.
    chosen = {"port": 0, "people": "browsers", **chosen}
    with serving(settings(folder, **chosen), addresses, page, **rest) as served:
        yield served


@pytest.fixture(scope="session", autouse=True)
def _arrivals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("arrived")))
        yield


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start sites for this test alone; they are stopped at its end."""
    numbers = itertools.count()
    with contextlib.ExitStack() as stack:

        def start(*, data_folder: Path | None = None, **chosen: Any) -> Served:
            folder = data_folder or tmp_path / f"data{next(numbers)}"
            return stack.enter_context(small(folder, **chosen))

        yield start


@pytest.fixture(scope="session")
def engine() -> Iterator[DemoServer]:
    """The engine of the sites that are shared: quick, and sending every step."""
    with DemoServer(EngineSettings(step_seconds=STEP_SECONDS, throttle=False)) as server:
        yield server


@pytest.fixture
def slow() -> Iterator[DemoServer]:
    """An engine on which what has many steps is not over before somebody says so."""
    with DemoServer(EngineSettings(step_seconds=0.3)) as server:
        yield server


@pytest.fixture(scope="session")
def share(tmp_path_factory: pytest.TempPathFactory, engine: DemoServer) -> Iterator[Serve]:
    """A site over the engine, the same for all tests that choose the same settings.

    For tests whose people are nobody else's, and which change and count nothing of everybody's.
    """
    with contextlib.ExitStack() as stack:
        sites: dict[str, Served] = {}

        def site(**chosen: Any) -> Served:
            key = repr(sorted(chosen.items()))
            if key not in sites:
                given = {"addresses": [parse_address(engine.url)], **chosen}
                folder = tmp_path_factory.mktemp("shared")
                sites[key] = stack.enter_context(small(folder, **given))
            return sites[key]

        yield site


@pytest.fixture
def served(share: Serve) -> Served:
    """The shared site on which each browser is somebody."""
    return share()


@pytest.fixture
def ann(served: Served) -> Iterator[httpx.Client]:
    client = served.person()
    yield client
    client.close()


@pytest.fixture
def bob(served: Served) -> Iterator[httpx.Client]:
    client = served.person()
    yield client
    client.close()
