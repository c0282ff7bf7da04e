"""A real app with its demo engine in a process of its own, and real Chromium pages."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from comfy.workflow.request import MAX_STEPS
from studio.access.secret import load_secret
from studio.access.viewer import BROWSER
from tests.browser.shelf import OWNER
from tests.support.program import running
from web.access.cookies import Cookies

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 90_000
"""Milliseconds to wait for what should come at once: the machine may be busy with other things."""
STEP_SECONDS = "0.05"
LONG = {"steps": MAX_STEPS, "width": 1024, "height": 1024}
"""What outlasts a test, however slow the machine is: minutes by the engine's own clock. Its steps
are far apart, so that the page has little to draw, and time for what the test asks of it."""
LEFT_SECONDS = 10
"""To wait, at most, for an app that a test may have ended."""
WIDE, PHONE = 1280, 390
NO_WORKERS: Literal["block"] = "block"
"""For the contexts of tests that are not about them: while a test looks on, Chromium ends none of a
page's service workers, and each is a process."""
KEPT = "local_storage,indexeddb,service_workers,cache_storage"
"""What a site keeps in a browser, but for cookies."""

Open = Callable[..., Page]


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an app that runs the demo engine."""
    folder = tmp_path_factory.mktemp("app")
    with serving(folder, folder / "data") as url:
        yield url


@contextlib.contextmanager
def serving(folder: Path, data: Path, **settings: str) -> Iterator[str]:
    """Run an app on the *data* folder; yield its URL. Its log goes to *folder*."""
    environment = {
        "STEPGLASS_DATA_FOLDER": str(data),
        "STEPGLASS_DEMO_STEP_SECONDS": STEP_SECONDS,
        "STEPGLASS_PEOPLE": "browsers",  # or every test would see what another made
        **settings,
    }
    with running(folder, environment=environment) as program:
        yield f"{program.url}/"
        program.end()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver. It keeps an event loop running: no longer than this package's tests."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> str:
    """The path of a Chromium; tests are skipped where none is found."""
    path = next(filter(None, map(shutil.which, NAMES)), None) or playwright.chromium.executable_path
    if not Path(path).exists():
        pytest.skip(
            "no Chromium is installed: apt install chromium, or playwright install chromium"
        )
    return path


@pytest.fixture(scope="package")
def launched(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """A Chromium without a profile."""
    found = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
    yield found
    found.close()


@pytest.fixture
def browser(launched: Browser) -> Iterator[Browser]:
    """A Chromium for other profiles than that of `context`, which end with the test."""
    yield launched
    for context in launched.contexts:  # an open page goes on asking, and costs all that follow
        context.close()


@pytest.fixture(scope="package")
def profile(
    playwright: Playwright, chromium: str, app: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """A browser profile on disk: the page's scripts are fetched and compiled once for all tests.

    Its first tab stays on the app's host: so does the process that later tabs are drawn by, and
    each costs a quarter less.
    """
    found = playwright.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=chromium,
        args=FLAGS,
        viewport={"width": WIDE, "height": 900},
        service_workers=NO_WORKERS,
    )
    found.pages[0].goto(f"{app}healthz")
    yield found
    found.close()


@pytest.fixture
def context(profile: BrowserContext) -> Iterator[BrowserContext]:
    """A browser that nobody used yet, and with it an owner of its own."""
    blank = profile.pages[0]
    pages: list[Page] = []

    def opened(page: Page) -> None:
        pages.append(page)

    profile.on("page", opened)
    yield profile
    profile.remove_listener("page", opened)
    profile.set_offline(False)
    origins = {f"{url.scheme}://{url.netloc}" for url in (urlsplit(p.url) for p in pages)}
    for page in pages:
        page.close()
    for origin in origins:  # what a failed test left would hold up those that follow
        with contextlib.suppress(Error):
            profile.request.post(f"{origin}/api/queue/cancel", timeout=LEFT_SECONDS * 1000)
    session = profile.new_cdp_session(blank)
    for origin in origins:
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": KEPT})
    session.detach()
    profile.clear_cookies()


@pytest.fixture
def open_page(app: str, context: BrowserContext) -> Open:
    """Open the app in a new tab of the profile; script errors and dialogs fail the test."""

    def open_(query: str = "", width: int = WIDE) -> Page:
        page = opened(context, app + query, width)
        ready(page)
        return page

    return open_


def gallery_opener(
    url: str, data: Path, context: BrowserContext, shown: str, owner: str = OWNER
) -> Open:
    """What opens the gallery as *owner*, whose images lie in *data*, and waits for *shown*."""
    name, value = owners_cookie(data, owner)
    context.add_cookies([{"name": name, "value": value, "url": url}])

    def open_(query: str = "", width: int = WIDE) -> Page:
        page = opened(context, f"{url}#gallery{query}", width)
        page.wait_for_selector(shown)
        held = [one.get("value") for one in context.cookies(url) if one.get("name") == name]
        assert held == [value], "the browser is somebody else's by now"
        return page

    return open_


def owners_cookie(data: Path, owner: str = OWNER) -> tuple[str, str]:
    """Name and value of the cookie by which a browser is *owner*, for an app with its *data*."""
    header = Cookies(load_secret(data), embedded=False).set_browser(
        owner.removeprefix(BROWSER), https=False
    )
    name, _, value = header.partition(";")[0].partition("=")
    return name, value


def opened(context: BrowserContext, url: str, width: int) -> Page:
    """A new tab with *url*, as high as such a screen; script errors and dialogs fail the test."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.set_viewport_size({"width": width, "height": 844 if width == PHONE else 900})
    page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto(url)
    return page


def ready(page: Page) -> None:
    """Wait until the form is filled and the panel has its script."""
    page.wait_for_selector("#stop-button[disabled], .live[data-live]", state="attached")
    page.wait_for_function(
        "() => document.querySelector('#field-checkpoint input')?.value.includes('demo')"
        " && !document.querySelector('#settings').inert"
    )
