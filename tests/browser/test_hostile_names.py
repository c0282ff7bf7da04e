"""Names that people and files bring along are text wherever the page shows them."""

import json

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_page import press_generate, state
from tests.browser.test_workflows import choose, text_to_image
from tests.browser.test_workflows import tab as workflows

HOSTILE = "<img src=x onerror=alert(1)> ${alert(2)} {{value}} '\"><svg onload=alert(3)>"
MARK = """async ([name, graph]) => {
  const post = (path, body) => fetch(path, {method: "POST", body: JSON.stringify(body)});
  const all = await (await fetch("api/generations")).json();
  const ids = all.generations.map((one) => one.id);
  const marked = await post("api/library/mark", {ids, addTags: [name], collect: name, note: name});
  const saved = await post("api/workflows", {name, workflow: graph});
  return [marked.status, saved.status];
}"""
NOTHING_RAN = "document.querySelectorAll('img[src=x], svg[onload]').length === 0"


def test_tags_collections_presets_and_file_names_are_only_ever_text(open_page: Open) -> None:
    page = open_page()
    press_generate(page, HOSTILE, steps=3)
    state(page, "finished")
    assert page.evaluate(MARK, [HOSTILE, text_to_image()])[0] == 200
    page.reload()
    page.get_by_role("tab", name="Gallery").click()
    page.locator(".gallery-tile").first.click()
    chips = page.locator("dialog.full .full-chip")
    expect(chips.first).to_have_text(HOSTILE)
    expect(chips).to_have_count(2)
    harmless(page)
    page.keyboard.press("Escape")
    workflows(page)
    expect(page.get_by_text("<img src=x onerror=alert(1)>").first).to_be_visible()
    choose(page, f"{HOSTILE}.json".replace("/", ""), json.dumps(text_to_image()).encode())
    expect(page.get_by_role("status").filter(has_text=f"Opened {HOSTILE[:20]}")).to_be_visible()
    harmless(page)


def harmless(page: Page) -> None:
    """Nothing of the names became an element; a dialog would have failed the test already."""
    assert page.evaluate(NOTHING_RAN)
