"""axe-core finds nothing on any tab, in either theme, wide and narrow."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Open
from tests.browser.test_page import press_generate, state, tab
from tests.support.paths import ROOT

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TABS = ("Generate", "Workflows", "Queue", "Gallery", "Stats")
SAID = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
  .map((v) => [v.id, v.nodes.slice(0, 3).map((n) => [n.html.slice(0, 160), n.failureSummary])])"""
READY = {
    "Generate": "#field-checkpoint input",
    "Workflows": ".wf-shelf button",
    "Queue": ".queue-ended li",
    "Gallery": ".gallery-tile img",
    "Stats": ".stats",
}
"""What is there when a tab has been drawn."""


def violations(page: Page) -> Any:
    """What axe finds wrong, once everything has stopped moving."""
    page.evaluate(
        "() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => 0)))"
    )
    return page.evaluate(SAID)


def opened(open_page: Open, width: int, theme: str) -> Page:
    if not AXE.is_file():
        pytest.skip("axe-core is not here: npm ci brings it")
    page = open_page(f"?__theme={theme}", width)
    page.emulate_media(reduced_motion="reduce")
    page.add_script_tag(path=AXE)
    return page


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(open_page: Open, width: int, theme: str) -> None:
    page = opened(open_page, width, theme)
    press_generate(page, "for all eyes", steps=4)
    state(page, "finished")
    for name in TABS:
        tab(page, name)
        page.locator(READY[name]).first.wait_for()
        assert violations(page) == [], name
    tab(page, "Generate")
    page.locator("#field-sampler input").click()
    expect(page.get_by_role("option").first).to_be_visible()
    assert violations(page) == [], "a list of choices"
    page.keyboard.press("Escape")
    tab(page, "Gallery")
    page.locator(".gallery-tile").first.click()
    expect(page.locator("dialog .full-prompt")).to_have_text("for all eyes")
    assert violations(page) == [], "the full view"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filters").click()
    page.wait_for_selector("dialog.gal-sheet[open]")
    assert violations(page) == [], "the filters"
