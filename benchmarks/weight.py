"""What a page load carries, first and later, as Chromium counts it over its network protocol.

"Ours" is all but Gradio's own files: the page, its modules, style sheet and first answers. Bytes
are those of the wire, beside what they unpack to and what gzip would make of that. A later load is
a reload in the same profile, with a warm cache.
"""

import argparse
import gzip
import json
import re
import shutil
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from benchmarks import rig

CONFIG = re.compile(r"window\.gradio_config = (.*?);</script>", re.DOTALL)
GRADIO = re.compile(r"/(assets|static|svelte)/|/theme\.css|/manifest\.json|/favicon")
READY = "() => document.querySelector('#field-checkpoint input')?.value"
SETTLE_MS = 2500

Json = dict[str, Any]


class Traffic:
    """What one page has fetched since it was last asked: kind → [wire, unpacked] bytes."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self._kinds: dict[str, str] = {}
        self.cached = 0
        self.bytes: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self._came)
        session.on("Network.requestServedFromCache", self._kept)
        session.on("Network.dataReceived", self._grew)
        session.on("Network.loadingFinished", self._ended)

    def _came(self, event: Json) -> None:
        answer = event["response"]
        self._kinds[event["requestId"]] = "gradio" if GRADIO.search(answer["url"]) else "ours"
        self.cached += bool(answer.get("fromDiskCache"))

    def _kept(self, _: Json) -> None:
        self.cached += 1

    def _grew(self, event: Json) -> None:
        self.bytes[self._kinds.get(event["requestId"], "ours")][1] += event["dataLength"]

    def _ended(self, event: Json) -> None:
        found = self.bytes[self._kinds.get(event["requestId"], "ours")]
        found[0] += int(event["encodedDataLength"])
        found[2] += 1


def loaded(context: BrowserContext, url: str, page: Page) -> Traffic:
    """Load the page at *url*, and wait until it stands still."""
    traffic = Traffic(context, page)
    page.goto(url)
    page.wait_for_function(READY)
    page.wait_for_timeout(SETTLE_MS)
    return traffic


def row(name: str, traffic: Traffic) -> list[object]:
    """One load as a line of the table."""
    wire, raw, count = traffic.bytes["ours"]
    return [name, wire / 1000, raw / 1000, count, traffic.bytes["gradio"][0] / 1000, traffic.cached]


def config_sizes(html: str) -> str:
    """The page and its config in a sentence, unpacked and as gzip makes them."""
    found = CONFIG.search(html)
    config = found[1] if found else ""
    parts = {"page": html, "config": config}
    parts["components"] = json.dumps(json.loads(config)["components"])
    return "; ".join(
        f"{name} {len(text) / 1000:.0f} kB ({len(gzip.compress(text.encode())) / 1000:.1f} gz)"
        for name, text in parts.items()
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a running app (else one is started)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        if options.url:
            measure(options.url)
        else:
            folder = Path(aside) / "data"
            with rig.demo(Path(aside), 0.01) as demo, rig.app(folder, demo.url) as app:
                measure(app.url)


def measure(url: str) -> None:
    """Print what a first load of *url* carries, and a later one."""
    path = next(filter(None, map(shutil.which, rig.CHROMIUM_NAMES)), None)
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            profile, executable_path=path, args=list(rig.CHROMIUM_FLAGS)
        )
        rows = [row(name, loaded(context, url, context.new_page())) for name in ("first", "later")]
        html = context.request.get(url).text()
        context.close()
    head = ["load", "ours, kB on the wire", "unpacked", "requests", "Gradio's", "from cache"]
    rig.print_table(f"Page weight ({rig.conditions()})", head, rows)
    print(config_sizes(html))


if __name__ == "__main__":
    main()
