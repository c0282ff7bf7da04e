"""Take the pictures of docs/statistics.md: `python -m docs.stats_pictures`, from the repository.

They show weeks of seeded records in a folder of its own, on a site that runs until they are taken.
Needs playwright and a Chromium.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from storage.store import Store
from storage.totals import Totals
from studio.access.viewer import viewer_of
from studio.settings.settings import Settings
from studio.studio import Studio
from tests.support import past
from ui.page import build
from web.site import Site

HERE = Path(__file__).parent
WIDE, PHONE = 1280, 390
RECORDS = 2400
PARTS = ("slower", "fast", "costs", "sql")
"""Parts of the page that have a picture of their own."""
SQL = "Week by week"


def main() -> None:
    """Photograph the tab at both widths and in both themes, then its parts."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with (
        tempfile.TemporaryDirectory() as folder,
        _site(Path(folder)) as url,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for width in (WIDE, PHONE):
            for theme in ("light", "dark"):
                _photograph(browser, url, width, theme)
        browser.close()


@contextmanager
def _site(folder: Path) -> Iterator[str]:
    auth: Any = ["ann:pw"]
    settings = Settings(_env_file=None, data_folder=folder, port=0, auth=auth, log_level="warning")  # type: ignore[call-arg] # pydantic-settings' own
    with DemoServer(EngineSettings()) as engine:
        store = Store(folder)
        past.fill(store, "user:ann", time.time(), RECORDS)
        studio = Studio(settings, [parse_address(engine.url, name="gpu-1")], store)
        studio.start()
        studio.servers.refresh()
        site = Site(studio, settings, Totals(store))
        blocks, page = build(studio, viewer_of)
        site.launch(blocks, **page)
        yield str(blocks.local_url)
        site.stop(blocks)
        studio.close()


def _photograph(browser: Browser, url: str, width: int, theme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width == PHONE else 900},
        color_scheme="dark" if theme == "dark" else "light",
    )
    context.request.post(f"{url}login", form={"username": "ann", "password": "pw"})
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("#stop-button[disabled], .live[data-live]", state="attached")
    page.get_by_role("tab", name="Stats").click()
    for name in ("days", "hours", "trend", "seconds", "rate", "whatif", "forecasts"):
        page.wait_for_selector(f"#stats-{name}.js-plotly-plot")
    page.wait_for_selector(".stats-meter")
    if width == WIDE and theme == "light":
        _parts(page)
    page.evaluate("() => scrollTo(0, 0)")
    page.screenshot(path=HERE / f"stats-{width}-{theme}.png", full_page=theme == "light")
    context.close()


def _parts(page: Page) -> None:
    page.locator(".stats-chip", has_text=SQL).click()
    page.wait_for_selector("#stats-answer td")
    for part in PARTS:
        page.locator(f"#stats-{part}").screenshot(path=HERE / f"stats-{part}.png")


if __name__ == "__main__":
    main()
