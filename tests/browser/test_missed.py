"""Coming back: what ended while nobody looked is said once, and the stage has the last result."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Open
from tests.browser.test_queue import start

pytestmark = pytest.mark.browser

HIDE = """() => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
SHOW = """() => {
  delete document.hidden;
  document.dispatchEvent(new Event("visibilitychange"));
}"""
ENDED = """async (id) => {
  const answer = await fetch(`api/generate/progress?generationId=${id}`);
  return (await answer.text()).includes('"complete"');
}"""
LAST_END = """async () => {
  const { generations } = await (await fetch("api/generations")).json();
  return Math.max(...generations.map(({ finishedAt }) => finishedAt));
}"""
LOOKED_AFTER = """(end) => Number(localStorage.getItem(
  Object.keys(localStorage).find((one) => one.startsWith("stepglass-looked:")) || "",
)) > end"""
LOOKED = "Object.keys(localStorage).some((key) => key.startsWith('stepglass-looked:'))"


def line(page: Page) -> Locator:
    return page.locator(".missed")


def make(page: Page, prompt: str) -> None:
    """Have *prompt* made, and wait for its end outside of the page's own scripts."""
    id_ = start(page, prompt)
    assert page.evaluate(ENDED, id_)


def test_a_locked_phone_says_how_many_finished_once_and_shows_them(open_page: Open) -> None:
    page = open_page(width=PHONE)
    make(page, "seen")
    page.wait_for_function(LOOKED_AFTER, arg=page.evaluate(LAST_END))
    page.evaluate(HIDE)
    for prompt in ("one", "two", "three"):
        make(page, prompt)
    page.evaluate(SHOW)
    expect(line(page)).to_contain_text("3 jobs finished while you were away.")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE
    page.evaluate(HIDE)
    make(page, "four")
    page.evaluate(SHOW)  # nobody pressed anything: what was not looked at counts on
    expect(line(page)).to_contain_text("4 jobs finished while you were away.")
    line(page).get_by_role("button", name="Show").click()
    full = page.locator("dialog.full")
    expect(full.locator(".full-prompt")).to_have_text("four")
    expect(line(page)).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(full.locator(".full-prompt")).to_have_text("three")
    page.keyboard.press("Escape")
    page.evaluate(HIDE)
    make(page, "five")
    page.evaluate(SHOW)
    expect(line(page)).to_contain_text("1 job finished while you were away.")
    line(page).get_by_role("button", name="Dismiss").click()
    expect(line(page)).to_be_hidden()


def test_a_page_that_was_frozen_says_it_too(open_page: Open) -> None:
    page = open_page()
    page.wait_for_function(LOOKED)
    other = open_page()
    other.evaluate(HIDE)  # a page that nobody looks at
    page.evaluate(HIDE)
    session = page.context.new_cdp_session(page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    make(other, "meanwhile")
    session.send("Page.setWebLifecycleState", {"state": "active"})
    session.detach()
    page.evaluate(SHOW)
    expect(line(page)).to_contain_text("1 job finished while you were away.")


def test_a_page_opened_later_shows_the_last_result_and_says_what_came_since(
    open_page: Open,
) -> None:
    page = open_page()
    expect(page.locator(".live-empty").first).to_contain_text("Your image appears here")
    page.wait_for_function(LOOKED)
    page.evaluate(HIDE)
    make(page, "a grey fox")
    page.close()
    again = open_page()
    expect(line(again)).to_contain_text("1 job finished while you were away.")
    expect(again.locator("#live .live-final")).to_be_visible()
    expect(again.locator("#live .live-final")).to_have_attribute("alt", "a grey fox")
    expect(again).to_have_title("Stepglass")
    assert "job=" not in again.url
    once = open_page()
    expect(once.locator("#live .live-final")).to_be_visible()
    expect(line(once)).to_be_hidden()
