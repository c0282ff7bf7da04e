"""Being told that jobs ended, in Chromium: title, icon, badges, notification and sound."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from comfy.demo.engine.faults import NodeFault
from tests.browser.conftest import LONG, WIDE, ready
from tests.browser.hosted import App, engine_with_faults, hosted
from tests.browser.test_queue import start

pytestmark = pytest.mark.browser

WATCHED = """
window.asked = 0; window.shown = []; window.sounds = 0;
const ask = Notification.requestPermission.bind(Notification);
window.Notification = class extends Notification {
  constructor(title, options) { super(title, options); window.shown.push([title, options.body]); }
  static requestPermission() { window.asked += 1; return ask(); }
};
const begin = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) { window.sounds += 1; return begin.call(this, at); };
"""
"""Counts what the page asks of the browser."""
AWAY = """() => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
  document.hasFocus = () => false;
}"""
"""As if another tab were in front."""
TOLD = "Object.keys(localStorage).some((key) => key.startsWith('stepglass-told:'))"
"""That a page has heard of an end, and whether to tell it is settled."""
ICON = "document.querySelector('link[rel~=icon]').dataset.icon"

Person = Callable[[], Page]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    with engine_with_faults() as engine, hosted(tmp_path, monkeypatch, engine) as found:
        yield found


@pytest.fixture
def person(app: App, browser: Browser) -> Iterator[Person]:
    """Open the page as somebody new, whose browser allows notifications."""
    contexts = []

    def open_() -> Page:
        size: Any = {"width": WIDE, "height": 900}
        context = browser.new_context(viewport=size, permissions=["notifications"])
        context.add_init_script(WATCHED)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
        page.goto(app.url)
        ready(page)
        return page

    yield open_
    for context in contexts:
        context.close()


def tab(page: Page, name: str) -> Any:
    return page.get_by_role("tab", name=name)


def switch_on(page: Page, *names: str) -> None:
    page.get_by_role("button", name="Notifications").click()
    for name in names:
        page.get_by_role("switch", name=name).check()
    page.get_by_role("button", name="Close").click()


def wait_for(page: Page, condition: str) -> None:
    page.wait_for_function(condition)


def test_title_icon_and_badges_say_that_it_is_done(person: Person) -> None:
    page = person()
    wait_for(page, f"{ICON} === 'own'")
    start(page, "long", **LONG)
    start(page, "a fox")
    expect(tab(page, "Queue")).to_have_attribute("data-count", "2")
    page.evaluate("fetch('api/queue/cancel', { method: 'POST' })")
    expect(page).to_have_title("Cancelled · Stepglass")
    wait_for(page, f"{ICON} === 'cut'")
    start(page, "a fox")
    expect(page).to_have_title("✓ Done (1) · Stepglass")
    wait_for(page, f"{ICON} === 'done'")
    expect(page.locator("[data-count][id=tab-queue-button]")).to_have_count(0)
    expect(tab(page, "Gallery")).to_have_attribute("data-count", "1")
    tab(page, "Gallery").click()
    expect(tab(page, "Gallery")).not_to_have_attribute("data-count", "1")
    expect(page).to_have_title("Stepglass")
    wait_for(page, f"{ICON} === 'own'")


def test_nobody_is_asked_or_disturbed_who_has_not_switched_it_on(person: Person) -> None:
    page = person()
    page.evaluate(AWAY)
    start(page, "a fox")
    expect(page).to_have_title("✓ Done (1) · Stepglass")
    wait_for(page, TOLD)
    assert page.evaluate("[asked, shown, sounds]") == [0, [], 0]


def test_a_page_out_of_sight_notifies_and_sounds_once_for_each_press(
    app: App, person: Person
) -> None:
    page = person()
    switch_on(page, "Notify me when my jobs end", "Play a sound")
    assert page.evaluate("asked") == 1
    wait_for(page, "sounds === 2")  # it sounds as it is switched on
    other = page.context.new_page()  # a second tab hears of the same
    other.goto(app.url)
    ready(other)
    for one in (page, other):
        wait_for(one, f"{ICON} === 'own'")
        one.evaluate(AWAY)
    start(page, "a fox", imagesPerPrompt=2)
    both = [page, other]
    for one in both:
        expect(one).to_have_title("✓ Done (2) · Stepglass")
    wait_for(page, TOLD)
    told = [found for one in both for found in one.evaluate("shown")]
    assert told == [["Finished", "2 images"]]
    assert sum(one.evaluate("sounds") for one in both) == 4


def test_it_says_what_failed_and_what_was_cancelled(app: App, person: Person) -> None:
    page = person()
    switch_on(page, "Notify me when my jobs end")
    page.evaluate(AWAY)
    app.engine.faults.fail("KSampler", NodeFault(message="it broke", count=1))
    start(page, "a fox")
    wait_for(page, "shown.length === 1")
    expect(page).to_have_title("✗ Failed · Stepglass")
    assert page.evaluate("shown") == [["Failed", ""]]
    start(page, "long", **LONG)
    expect(tab(page, "Queue")).to_have_attribute("data-count", "1")
    page.evaluate("fetch('api/queue/cancel', { method: 'POST' })")
    wait_for(page, "shown.length === 2")
    assert page.evaluate("shown[1]") == ["Cancelled", ""]
