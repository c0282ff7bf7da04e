"""Names that are suggested while a prompt is written, a list of tags of one's own, and weights."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Open

pytestmark = pytest.mark.browser

PROMPT = "#field-prompt textarea"
TAGS = """name,category,count,aliases
long_hair,0,90,"longhair,/lh"
saber_(fate),4,50,
long_sleeves,0,70,
"""
KEYS_LEFT = """(selector) => {
  const field = document.querySelector(selector);
  const press = (key) => {
    const e = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    field.dispatchEvent(e);
    return e.defaultPrevented;
  };
  return ["Enter", "Tab", "ArrowUp"].filter(press);
}"""
"""Keys that somebody takes from the browser."""


def bring_tags(page: Page, content: str = TAGS) -> None:
    page.get_by_role("button", name="Suggestions").click()
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Choose a").click()
    chosen.value.set_files(
        {"name": "my tags.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_names_and_tags_are_completed_and_weighed(open_page: Open, width: int) -> None:
    page = open_page(width=width)
    bring_tags(page, "\n\n")
    expect(page.locator(".complete-dialog [role=alert]")).to_contain_text("There are no tags")
    page.get_by_role("button", name="Close").click()
    bring_tags(page)
    expect(page.locator("[data-ref=tags]")).to_have_text("3 tags from my tags.csv")
    page.get_by_role("button", name="Close").click()
    field, options = page.locator(PROMPT), page.locator(".complete [role=option]")

    field.press_sequentially("a girl, lon")
    expect(options).to_have_text(["long_hairTag · 90", "long_sleevesTag · 70"])
    expect(field).not_to_have_attribute("aria-activedescendant", "complete-0")
    assert page.evaluate(KEYS_LEFT, PROMPT) == []  # nothing is chosen
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "complete-0")
    field.press("Tab")
    expect(field).to_have_value("a girl, long hair")
    expect(field).to_be_focused()
    expect(options).to_have_count(0)
    field.press("Control+z")
    expect(field).to_have_value("a girl, lon")

    field.fill("")
    field.press_sequentially("/lh")
    field.press("Escape")
    field.fill("")
    field.press_sequentially("sab")
    options.first.click()
    expect(field).to_have_value("saber \\(fate\\)")
    field.press_sequentially(" <lora:soft")
    expect(options.first).to_have_attribute("aria-selected", "true")
    field.press("Escape")
    expect(options).to_have_count(0)
    field.press_sequentially("a")
    expect(options).to_have_count(0)  # what was dropped stays so
    field.fill("")
    field.press_sequentially("embedding:gold")
    field.press("Enter")
    expect(field).to_have_value("embedding:demo-golden-hour")

    field.fill("a red fox")
    field.press("Control+ArrowUp")
    field.press("Control+Shift+ArrowUp")
    expect(field).to_have_value("a red (fox:1.15)")
    for _ in range(3):
        field.press("Control+ArrowDown")
    expect(field).to_have_value("a red fox")


def test_a_list_of_tags_is_ones_own_and_its_end_can_be_undone(open_page: Open) -> None:
    page = open_page()
    bring_tags(page)
    expect(page.locator("[data-ref=tags]")).to_have_text("3 tags from my tags.csv")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("[data-ref=tags]")).to_contain_text("None yet")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-ref=tags]")).to_have_text("3 tags from my tags.csv")
    page.get_by_role("button", name="Close").click()
    page.fill("#field-negative_prompt textarea", "")
    page.locator("#field-negative_prompt textarea").press_sequentially("long h")
    expect(page.locator(".complete [role=option]").first).to_contain_text("long_hair")
