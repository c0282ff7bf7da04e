"""A frame leaves the engine → it is seen in Chromium, through the app and through a bare page.

The bare page has its own WebSocket to the same engine and puts what comes straight into the DOM:
nothing can be faster. Both take turns on the same engine. "seen" is the text of the step changing
(MutationObserver), and the preview's `load` event. Only exact pairs count: a step that a later
one overtook is missing from "seen", not late.
"""

import argparse
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import engine, rig

WARM_UP_SECONDS = 1.0
"""At the beginning of each job, while the engine still paints the final picture; not counted."""
MAX_STEPS = 1000
PATIENCE_MS = 60_000
CLIENT_ID = "bare-page"

OBSERVE = """([stepAt, pictureAt]) => {
  const now = () => performance.timeOrigin + performance.now();
  const skews = [];  // the page's wall clock against the one that the engine reads
  for (let last = Date.now(), end = performance.now() + 40; performance.now() < end;) {
    const tick = Date.now();
    if (tick !== last) { skews.push(tick - now()); last = tick; }
  }
  const skew = skews.sort((a, b) => a - b)[skews.length >> 1] || 0;
  const seen = window.seen = { steps: [], previews: [] };
  const step = document.querySelector(stepAt), picture = document.querySelector(pictureAt);
  new MutationObserver(() => {
    const found = /step (\\d+) of/.exec(step.textContent);
    if (found) seen.steps.push([Number(found[1]), now() + skew]);
  }).observe(step, { childList: true, characterData: true, subtree: true });
  picture.addEventListener("load", () => {
    const at = now() + skew, comma = picture.src.indexOf(",") + 1;
    const stamp = picture.dataset.stamp || atob(picture.src.slice(comma, comma + 64)).slice(6, 29);
    const [sent, number] = stamp.split(" ").map(Number);
    if (sent && number) seen.previews.push([number, at - sent * 1000]);
  });
}"""

BARE_PAGE = """<!doctype html><title>bare</title>
<p id="step"></p><progress id="bar" max="1"></progress><img id="picture">
<script>
  const step = document.getElementById("step"), bar = document.getElementById("bar");
  const picture = document.getElementById("picture");
  const socket = new WebSocket(`ws://${location.host}/ws?clientId=bare-page`);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => { document.body.dataset.ready = "yes"; };
  socket.onmessage = ({ data }) => {
    if (typeof data !== "string") return show(data);
    const { type, data: said } = JSON.parse(data);
    if (type === "progress_state") {
      for (const { state, value, max } of Object.values(said.nodes)) {
        if (state !== "running" || max <= 1) continue;
        step.textContent = `step ${value} of ${max}`;
        bar.value = value / max;
      }
    }
    if (type === "execution_success") document.body.dataset.done = said.prompt_id;
  };
  let shown = "";
  function show(frame) {
    const jpeg = new Uint8Array(frame, 8);
    picture.dataset.stamp = new TextDecoder().decode(jpeg.slice(6, 29));
    URL.revokeObjectURL(shown);
    shown = URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" }));
    picture.src = shown;
  }
</script>"""


@dataclass
class Seen:
    """Milliseconds of what was seen, and how many steps were sent."""

    progress: list[float] = field(default_factory=list)
    preview: list[float] = field(default_factory=list)
    sent: int = 0

    def add(self, found: dict[str, Any], sent: dict[int, float], first: int) -> None:
        """Take in one job from step *first* on."""
        self.sent += sum(step >= first for step in sent)
        known: dict[int, float] = {}
        for step, at in found["steps"]:
            known.setdefault(step, at)
        self.progress += [
            at - sent[step] * 1000 for step, at in known.items() if step >= first and step in sent
        ]
        self.preview += [late for step, late in found["previews"] if step >= first]


class Bench:
    """One engine, one app, one browser with both pages."""

    def __init__(self, browser: Browser, app: str, engine_url: str, log: Path, rate: float) -> None:
        self._app, self._engine, self._log, self._rate = app, engine_url, log, rate
        self._page = browser.new_page(viewport={"width": 1280, "height": 800})
        self._page.set_default_timeout(PATIENCE_MS)
        self._bare = browser.new_page(viewport={"width": 1280, "height": 800})
        self._bare.set_default_timeout(PATIENCE_MS)
        self.graph: dict[str, Any] = {}

    def open(self) -> None:
        """Load both pages."""
        self._page.goto(self._app)
        self._page.wait_for_function("document.querySelector('#field-checkpoint input')?.value")
        self._fill("width", str(engine.SIDE))
        self._fill("height", str(engine.SIDE))
        self._page.fill("#field-prompt textarea", "a lighthouse at dusk")
        observe(self._page, "#live [data-ref=step]", "#live [data-ref=preview]")
        self._bare.goto(self._engine)
        self._bare.set_content(BARE_PAGE)
        self._bare.wait_for_selector("body[data-ready=yes]", state="attached")
        observe(self._bare, "#step", "#picture")

    def through_app(self, steps: int, seen: Seen) -> None:
        """Press Generate, and see it through."""
        page = self._page
        page.bring_to_front()
        self._fill("steps", str(steps))
        before = page.get_attribute("#live .live", "data-job") or ""
        page.click("#generate-button")
        page.wait_for_function(
            "before => { const d = document.querySelector('#live .live').dataset;"
            " return d.job !== before && d.state === 'finished'; }",
            arg=before,
        )
        job = page.get_attribute("#live .live", "data-job") or ""
        seen.add(take(page), engine.sent(self._log, job), self._first)
        self.graph = page.request.get(f"{self._app}/api/generations/{job}").json()["graph"]

    def through_bare(self, seen: Seen) -> None:
        """The same graph with another seed, on the bare page."""
        self._bare.bring_to_front()
        self.graph["6"]["inputs"]["seed"] = random.getrandbits(48)
        body = {"prompt": self.graph, "client_id": CLIENT_ID}
        id_ = httpx.post(f"{self._engine}/prompt", json=body).raise_for_status().json()["prompt_id"]
        self._bare.wait_for_selector(f"body[data-done='{id_}']", state="attached")
        seen.add(take(self._bare), engine.sent(self._log, id_), self._first)

    @property
    def _first(self) -> int:
        return int(self._rate * WARM_UP_SECONDS) + 1

    def _fill(self, name: str, value: str) -> None:
        field_ = self._page.locator(f"#field-{name} input").first
        field_.fill(value)
        field_.blur()


def observe(page: Page, step: str, picture: str) -> None:
    """Begin to note what is seen on *page*."""
    page.evaluate(OBSERVE, [step, picture])


def take(page: Page) -> Any:
    """What was seen since the last time."""
    return page.evaluate(
        "() => { const s = structuredClone(seen);"
        " seen.steps.length = 0; seen.previews.length = 0; return s; }"
    )


def measure(browser: Browser, rate: float, seconds: float, runs: int) -> tuple[Seen, Seen]:
    """Bare and app at one pace."""
    bare, app = Seen(), Seen()
    steps = min(MAX_STEPS, int(rate * (seconds + WARM_UP_SECONDS)))
    with (
        rig.folder() as folder,
        engine.running(folder, rate) as server,
        rig.app(folder / "data", server.url) as program,
    ):
        bench = Bench(browser, program.url, server.url, engine.log_of(folder), rate)
        bench.open()
        bench.through_app(min(10, steps), Seen())
        bench.through_bare(Seen())
        for _ in range(runs):
            bench.through_app(steps, app)
            bench.through_bare(bare)
    return bare, app


def rows(rate: float, bare: Seen, app: Seen) -> list[list[object]]:
    found: list[list[object]] = []
    for what in ("progress", "preview"):
        for name, seen in (("bare page", bare), ("app", app)):
            values, base = getattr(seen, what), getattr(bare, what)
            ratio = rig.median(values) / rig.median(base) if base else float("nan")
            shown = f"{len(values)} of {seen.sent}"
            case = f"{rate:g}/s {what}, {name}"
            found.append([case, rig.median(values), rig.p95(values), ratio, shown])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rates", type=float, nargs="+", default=[5, 20, 60], help="steps a second"
    )
    parser.add_argument("--seconds", type=float, default=6, help="measured in each job")
    parser.add_argument("--runs", type=int, default=3, help="jobs for each pace and page")
    options = parser.parse_args()
    table: list[list[object]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**rig.chromium())
        for rate in options.rates:
            table += rows(rate, *measure(browser, rate, options.seconds, options.runs))
        browser.close()
    head = ["engine → seen, ms", "median", "p95", "ratio", "seen"]
    rig.print_table(f"Latency ({rig.conditions()})", head, table)


if __name__ == "__main__":
    main()
