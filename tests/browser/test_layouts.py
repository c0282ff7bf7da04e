"""Layouts of their own: small phones, phones, tablets, and a page at 200 %."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NO_WORKERS, PATIENCE, Open, ready
from tests.browser.test_page import press_long, state, tab

pytestmark = pytest.mark.browser

SIZES = {"small": (320, 640), "phone": (390, 844), "tablet": (820, 1180), "zoomed": (640, 400)}
TABS = ("Generate", "Workflows", "Queue", "Gallery", "Stats")
OUT = """() => {
  const scrolls = (e) => e && (scrolls(e.parentElement)
    || (getComputedStyle(e).overflowX === 'auto' && e.scrollWidth > e.clientWidth));
  return [...document.querySelectorAll('#tabs :is(button, input, select, textarea)')]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.sg-hidden'))
    .filter((e) => !scrolls(e))
    .filter((e) => e.getBoundingClientRect().right > innerWidth)
    .map((e) => e.outerHTML.slice(0, 120));
}"""
"""What sticks out of the window, but for rows that are scrolled."""
SMALL = """() => [...document.querySelectorAll('input, textarea, select')]
  .filter((e) => e.offsetParent)
  .filter((e) => !['range', 'checkbox', 'radio', 'file', 'color'].includes(e.type))
  .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 16)
  .map((e) => e.outerHTML.slice(0, 100))"""
IN_CARD = """() => ['#generate-button', '#stop-button'].every((s) => {
  const box = document.querySelector(s).getBoundingClientRect();
  const card = document.querySelector('#compose').getBoundingClientRect();
  return box.left >= card.left && box.right <= card.right;
})"""


def opened(browser: Browser, app: str, size: str) -> Page:
    """A page on a touch screen of that size."""
    width, height = SIZES[size]
    context = browser.new_context(
        service_workers=NO_WORKERS, viewport={"width": width, "height": height}, has_touch=True
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(app)
    ready(page)
    return page


@pytest.mark.parametrize("size", SIZES)
def test_every_tab_is_in_reach_and_fits(browser: Browser, app: str, size: str) -> None:
    page = opened(browser, app, size)
    for name in TABS:
        expect(page.get_by_role("tab", name=name)).to_be_in_viewport()
        tab(page, name)
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, name
        assert page.evaluate(OUT) == [], name
        assert page.evaluate(SMALL) == [], name
    tab(page, "Generate")
    assert page.evaluate(IN_CARD)
    page.context.close()


@pytest.mark.parametrize("size", SIZES)
def test_the_bar_is_in_view_after_a_press(browser: Browser, app: str, size: str) -> None:
    page = opened(browser, app, size)
    press_long(page, "to be seen")
    state(page, "running")
    expect(page.locator("#live [data-ref=bar]")).to_be_in_viewport(ratio=1)
    expect(page.locator("#live [data-ref=percent]")).to_be_in_viewport(ratio=1)
    page.locator("#stop-button").dispatch_event("click")
    state(page, "cancelled")
    page.context.close()


def test_a_tablet_shows_the_image_beside_the_form(open_page: Open) -> None:
    page = open_page(width=820)
    form, stage = page.locator("#compose").bounding_box(), page.locator("#stage").bounding_box()
    assert form
    assert stage
    assert stage["x"] >= form["x"] + form["width"]
    assert abs(stage["y"] - form["y"]) < 2


def test_a_zoomed_page_keeps_room_for_the_form(browser: Browser, app: str) -> None:
    page = opened(browser, app, "zoomed")
    tab(page, "Workflows")
    page.locator(".wf-shelf li button").first.click()
    page.wait_for_selector("[data-ref=work]:not([hidden])")
    expect(page.locator(".wf-bar")).to_have_css("position", "static")
    page.context.close()
