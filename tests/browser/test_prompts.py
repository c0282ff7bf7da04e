"""Prompts that stand for several, and the lists that they draw from."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Open

pytestmark = pytest.mark.browser

PROMPT = "#field-prompt textarea"


def wrote(page: Page, name: str, text: str) -> None:
    page.get_by_role("button", name="Wildcards", exact=True).click()
    dialog = page.get_by_role("dialog", name="Wildcards")
    dialog.get_by_role("button", name="New list").click()
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Entries").fill(text)


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_list_is_written_tried_drawn_from_and_comes_back(open_page: Open, width: int) -> None:
    page = open_page(width=width)
    dialog = page.get_by_role("dialog", name="Wildcards")
    wrote(page, "light/warm", "a {low|high} <b>sun</b>\n# no\nembers")
    drawn = dialog.locator(".wild-examples li")
    expect(drawn).to_have_count(5)
    expect(drawn.first).to_have_text(re.compile(r"a (low|high) <b>sun</b>|embers"))
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    dialog.get_by_role("button", name="Put into the prompt").click()
    expect(page.locator(PROMPT)).to_have_value("__light/warm__")
    expect(page.locator(".ways")).to_contain_text("3 combinations")
    page.get_by_role("button", name="Wildcards", exact=True).click()
    dialog.get_by_role("button", name="light/warm").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.locator(".ways")).to_contain_text("“__light/warm__” is not known")
    page.locator("#sg-toast button").click()
    expect(page.locator(".ways")).to_contain_text("3 combinations")


def test_every_combination_is_made_and_says_what_was_typed(open_page: Open) -> None:
    page = open_page()
    wrote(page, "animal", "cat\nfox")
    dialog = page.get_by_role("dialog", name="Wildcards")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    page.fill("#field-steps input", "1")
    page.fill(PROMPT, "a {red|blue} __animals__")
    expect(page.locator(".ways")).to_contain_text("Did you mean “__animal__”?")
    page.fill(PROMPT, "a {red|blue} __animal__")
    page.get_by_role("button", name="Every combination (4 jobs)").click()
    expect(page.locator("#recent img")).to_have_count(4)
    page.locator("#recent img").first.click()
    expect(page.locator(".full-prompt")).to_have_text(re.compile("a (red|blue) (cat|fox)"))
    expect(page.locator(".full-typed")).to_have_text("Typed: a {red|blue} __animal__")
