"""From a key to the screen: a prompt that is completed, and a picker, of 10,000 names.

The app is asked for its lists as ever; on the way to Chromium the answers are changed for ones of
that length, and a list of 300,000 tags. A key counts until the frame after it has been painted.
"""

import argparse
import json
import random
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

from benchmarks import rig
from benchmarks.choices import READY, names

PROMPT, PICKER = "#field-prompt textarea", "#field-checkpoint input"
TEXTS = {
    "any name": "a girl with long hair, painterly dre, zzxqy, (soft light",
    "<lora:": "<lora:painterly_dream_x",
    "embedding:": "embedding:neon_film_so",
    "__": "__ink_detail_face",
}
PICKED = "painterly dream xl v7 soft"
LIMIT_MS = 50
SYLLABLES = (
    "long",
    "hair",
    "short",
    "red",
    "eyes",
    "school",
    "sky",
    "night",
    "hat",
    "smile",
    "ribbon",
)
TYPED = """async ([selector, text]) => {
  const box = document.querySelector(selector), times = [];
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  box.focus();
  box.select();
  document.execCommand("delete");
  box.click();
  await new Promise((done) => setTimeout(done, 1500));
  for (const key of text) {
    const began = performance.now();
    box.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    document.execCommand("insertText", false, key);
    await painted();
    times.push(performance.now() - began);
  }
  const shown = document.querySelectorAll("[role=option]").length;
  box.blur();
  return [times, shown];
}"""


def tags(count: int) -> str:
    """So many tags as the app sends them, each with two other names."""
    dice = random.Random(11)
    rows = []
    for n in range(count):
        name = "_".join(dice.choices(SYLLABLES, k=dice.randint(1, 3)))
        rows.append(f"{name}_{n}\t0\t{(count - n) * 7}\talias_{name}_{n},別名{n}\n")
    return "".join(rows)


def opened(browser: Browser, url: str, count: int, many: int) -> Page:
    """A page with *count* names of each kind and *many* tags."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    listed, rows = names(count), tags(many)
    known = {
        "gen_choices": dict.fromkeys(("checkpoint", "lora"), listed),
        "gen_names": {
            **dict.fromkeys(("loras", "embeddings"), listed),
            "wildcards": [name.partition(".")[0] for name in listed],
            "styles": [{"name": name, "words": name} for name in listed],
            "tags": {"name": "tags.csv", "rows": many},
        },
    }

    def answer(route: Route) -> None:
        asked = route.request.post_data or ""
        told = next((lists for name, lists in known.items() if name in asked), None)
        if told is None:
            route.continue_()
        else:
            route.fulfill(body=json.dumps(told), content_type="application/json")

    page.route("**/component_server**", answer)
    page.route("**/api/tags", lambda route: route.fulfill(body=rows, content_type="text/plain"))
    page.goto(url)
    page.wait_for_function(READY)
    return page


def measure(url: str, count: int, many: int, runs: int) -> bool:
    """Print a table; whether all medians are within the limit."""
    path = next(filter(None, map(shutil.which, rig.CHROMIUM_NAMES)), None)
    rows: list[list[object]] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(rig.CHROMIUM_FLAGS))
        page = opened(browser, url, count, many)
        asked = [(name, PROMPT, text) for name, text in TEXTS.items()]
        page.evaluate(TYPED, [PROMPT, "warm"])
        page.wait_for_timeout(5000)
        for name, selector, text in (*asked, ("model picker", PICKER, PICKED)):
            found: list[float] = []
            for _ in range(runs):
                times, _shown = page.evaluate(TYPED, [selector, text])
                found += times
            rows.append([name, len(found), *_figures(found)])
        browser.close()
    head = ["where", "keys", "median, ms", "p95, ms", "worst, ms"]
    title = f"Keys to screen, {count:,} names of each kind, {many:,} tags ({rig.conditions()})"
    rig.print_table(title, head, rows)
    return all(float(str(row[2])) <= LIMIT_MS for row in rows)


def _figures(times: list[float]) -> tuple[float, float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[-1], max(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=10_000)
    parser.add_argument("--tags", type=int, default=300_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as aside:
        folder = Path(aside) / "data"
        with rig.demo(Path(aside), 0.01) as demo, rig.app(folder, demo.url) as app:
            kept = measure(app.url, options.names, options.tags, options.runs)
    raise SystemExit(0 if kept else f"A median is over {LIMIT_MS} ms.")


if __name__ == "__main__":
    main()
