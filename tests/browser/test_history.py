"""The prompts that were used before, by the arrow keys and from the list."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Open
from tests.browser.test_page import press_generate, state

pytestmark = pytest.mark.browser

PROMPT = "#field-prompt textarea"


def used(page: Page, *prompts: str) -> None:
    for prompt in prompts:
        press_generate(page, prompt, steps=1)
        state(page, "finished")
        expect(page.locator(".live-final")).to_have_attribute("alt", prompt)


def test_arrows_walk_through_what_was_typed_before(open_page: Open) -> None:
    page = open_page()
    used(page, "a first fox", "a second fox")
    page.fill(PROMPT, "")
    field = page.locator(PROMPT)
    field.press("ArrowUp")
    expect(field).to_have_value("a second fox")
    field.press("ArrowUp")
    expect(field).to_have_value("a first fox")
    field.press("ArrowUp")
    expect(field).to_have_value("a first fox")
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(field).to_have_value("")
    field.press_sequentially("a draft")
    field.press("ArrowUp")  # moves within it
    expect(field).to_have_value("a draft")
    field.press("Alt+ArrowUp")
    expect(field).to_have_value("a second fox")
    page.click("#generate-button")
    expect(page.locator(".live-final")).to_have_attribute("alt", "a second fox")
    page.get_by_role("button", name="History", exact=True).click()
    page.locator("dialog[open]").get_by_role("button", name="a first fox").click()
    field.press("Alt+ArrowUp")  # from what was taken, not from where the last walk ended
    expect(field).to_have_value("a second fox")
    field.press("ArrowDown")
    expect(field).to_have_value("a first fox")


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_list_is_searched_and_what_was_replaced_comes_back(open_page: Open, width: int) -> None:
    page = open_page(width=width)
    page.get_by_role("button", name="History", exact=True).click()
    dialog = page.get_by_role("dialog", name="Prompt history")
    expect(dialog).to_contain_text("You have not used a prompt yet.")
    page.keyboard.press("Escape")
    used(page, "a red barn <b>in fog</b>", "a grey fox")
    page.fill(PROMPT, "half a thought")
    page.get_by_role("button", name="History", exact=True).click()
    expect(dialog.locator("li")).to_have_count(2)
    dialog.get_by_label("Search prompts").fill("barn")
    expect(dialog.locator("li")).to_have_count(1)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    dialog.locator("li button").click()
    expect(page.locator(PROMPT)).to_have_value("a red barn <b>in fog</b>")
    page.locator("#sg-toast button").click()
    expect(page.locator(PROMPT)).to_have_value("half a thought")
