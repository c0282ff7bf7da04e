"""Typing into a box of choices of 10,000 names, beside the same keys over an empty list.

The app is asked for its lists as ever; on the way to Chromium the answer is changed for one of that
length. A key counts until the frame after it has been painted; "busy" is what of it the script and
the layout took.
"""

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

from benchmarks import rig

KEYS = "painterly dream xl v7 soft"
"""26 of them; some names have all of it, more have some."""
FIELD = "#lora-add"
READY = "() => document.querySelector('#field-checkpoint input')?.value"
WORDS = ("dream", "painterly", "soft", "neon", "film", "xl", "sd15", "ink", "v7", "detail", "face")
TYPED = """async ([selector, text]) => {
  const box = document.querySelector(selector), times = [], busy = [];
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  box.focus();
  box.click();
  await new Promise((done) => setTimeout(done, 1000));
  for (const key of text) {
    const began = performance.now();
    box.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    box.setRangeText(key, box.value.length, box.value.length, "end");
    box.dispatchEvent(new InputEvent("input", { data: key, bubbles: true }));
    document.body.getBoundingClientRect();
    busy.push(performance.now() - began);
    await painted();
    times.push(performance.now() - began);
  }
  const sum = (all) => all.reduce((a, b) => a + b);
  return [sum(times), sum(busy), box.closest(".combo").querySelector(".combo-count").textContent];
}"""


def names(count: int) -> list[str]:
    """So many names of files, in some folders, the same each time."""
    dice = random.Random(7)
    folders = ("", "sd15/", "xl/", "xl/style/")
    return sorted(
        f"{dice.choice(folders)}{'_'.join(dice.sample(WORDS, 4))}-{n}.safetensors"
        for n in range(count)
    )


def opened(browser: Browser, url: str, count: int) -> Page:
    """A page whose lists are *count* names long."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    lists = json.dumps(dict.fromkeys(("checkpoint", "lora"), names(count)))

    def answer(route: Route) -> None:
        if "gen_choices" in (route.request.post_data or ""):
            route.fulfill(body=lists, content_type="application/json")
        else:
            route.continue_()

    page.route("**/component_server**", answer)
    page.goto(url)
    page.wait_for_function(READY)
    return page


def typed(page: Page, count: int) -> tuple[float, float]:
    """Milliseconds that all of `KEYS` take, and those of them that are busy."""
    page.locator(FIELD).fill("")
    total, busy, said = page.evaluate(TYPED, [FIELD, KEYS])
    if f"{count:,}" not in said and count:
        sys.exit(f"the list was not there: {said}")
    return float(total), float(busy)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=7, help="of each, in turns")
    parser.add_argument("--url", help="a running app (else one is started)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        if options.url:
            measure(options.url, options.names, options.runs)
            return
        folder = Path(aside) / "data"
        with rig.demo(Path(aside), 0.01) as demo, rig.app(folder, demo.url) as app:
            measure(app.url, options.names, options.runs)


def measure(url: str, count: int, runs: int) -> None:
    """Print both, and their ratio."""
    path = next(filter(None, map(shutil.which, rig.CHROMIUM_NAMES)), None)
    times: dict[int, list[tuple[float, float]]] = {0: [], count: []}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(rig.CHROMIUM_FLAGS))
        pages = {length: opened(browser, url, length) for length in times}
        for _ in range(runs):
            for length, page in pages.items():
                page.bring_to_front()
                times[length].append(typed(page, length))
        browser.close()
    medians = {
        length: [statistics.median(column) for column in zip(*found, strict=True)]
        for length, found in times.items()
    }
    rows = [
        [length, whole, max(found)[0], whole / medians[0][0], busy, busy / medians[0][1]]
        for (length, found), (whole, busy) in zip(times.items(), medians.values(), strict=True)
    ]
    head = ["names", f"{len(KEYS)} keys, ms, median", "worst", "÷ none", "busy, ms", "÷ none"]
    rig.print_table(f"Choices ({rig.conditions()})", head, rows)


if __name__ == "__main__":
    main()
