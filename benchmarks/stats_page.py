"""From a click on Stats to its first picture in Chromium, over seeded records: all of everybody's.

"at once" clicks as soon as the page can be used, "rested" some seconds later, when plotly has been
read meanwhile; "all" is when the last picture is drawn. Each opens a browser profile of its own,
so nothing is in its cache.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks import synthetic
from benchmarks.rig import CHROMIUM_FLAGS, CHROMIUM_NAMES
from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from storage.statistics import Statistics
from storage.store import Store
from storage.totals import Totals
from studio.access.viewer import Viewer
from studio.settings.settings import Settings
from studio.studio import Studio
from ui.page import build
from ui.shell.assets import served
from web.site import Site

REST_SECONDS = 7.0
PATIENCE_MS = 60_000
FIRST = "#stats-days.js-plotly-plot .bars path"
LAST = "#stats-forecasts.js-plotly-plot .points path"
WATCH = """([first, last]) => {
  const seen = window.seen = {};
  const look = () => {
    if (!seen.first && document.querySelector(first)) seen.first = performance.now();
    if (!seen.last && document.querySelector(last)) seen.last = performance.now();
  };
  document.addEventListener("click", () => { seen.click ??= performance.now(); }, true);
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, default=1e5, help="generations, as 1e6")
    parser.add_argument("--folder", type=Path, help="where they are made, or were (else aside)")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    with tempfile.TemporaryDirectory() as aside, sync_playwright() as driver:
        folder = synthetic.make(given.folder or Path(aside), int(given.rows))
        with serving(folder) as url:
            browser = driver.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
            print(f"{int(given.rows):,} generations; seconds, median and worst of {given.runs}")
            for name, seconds in (("at once", 0.0), ("rested", REST_SECONDS)):
                found = [clicked(browser, url, seconds) for _ in range(given.runs)]
                print(f"{name}: first picture {said([f for f, _ in found])}, ", end="")
                print(f"all {said([a for _, a in found])}, load {os.getloadavg()[0]:.1f}")
            browser.close()


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A site over the records in *folder*, at the moment at which they end; its address."""
    settings = Settings(_env_file=None, data_folder=folder, port=0, log_level="warning")  # type: ignore[call-arg] # pydantic-settings' own
    with DemoServer(EngineSettings()) as engine:
        store = Store(folder)
        studio = Studio(settings, [parse_address(engine.url)], store)
        studio.statistics = Statistics(store, clock=lambda: synthetic.NOW)
        studio.start()
        studio.servers.refresh()
        site = Site(studio, settings, Totals(store), served())
        blocks, page = build(studio, lambda _: Viewer("user:root", is_admin=True), site.register)
        site.launch(blocks, **page)
        yield str(blocks.local_url)
        site.stop(blocks)
        studio.close()


def clicked(browser: Browser, url: str, rest: float) -> tuple[float, float]:
    """Seconds from the click to the first picture, and to the last."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(url)
    page.wait_for_selector("#stop-button[disabled], .live[data-live]", state="attached")
    page.wait_for_function("() => document.querySelector('#field-checkpoint input')?.value")
    time.sleep(rest)
    page.evaluate(WATCH, [FIRST, LAST])
    page.get_by_role("tab", name="Stats").click()
    page.wait_for_function("() => window.seen.first && window.seen.last")
    seen: dict[str, Any] = page.evaluate("window.seen")
    context.close()
    return (seen["first"] - seen["click"]) / 1000, (seen["last"] - seen["click"]) / 1000


def said(seconds: list[float]) -> str:
    return f"{median(seconds):.2f} / {max(seconds):.2f}"


if __name__ == "__main__":
    main()
