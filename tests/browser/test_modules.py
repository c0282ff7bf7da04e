"""The page's scripts come as modules: late, or never."""

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import PATIENCE

pytestmark = pytest.mark.browser

WORKFLOWS = "**/stepglass/*/workflows/open.js"
STILL = "#workflow :is([inert], [inert] *)[data-ref=programs]"


def opened(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    return page


def show(page: Page, app: str) -> None:
    page.goto(app)
    page.locator("#tab-workflows-button").click()


def test_nothing_is_pressed_in_vain_before_its_script_has_come(
    app: str, context: BrowserContext
) -> None:
    page = opened(context)
    held: list[Route] = []
    page.route(WORKFLOWS, lambda route: held.append(route))
    show(page, app)
    page.wait_for_selector(STILL)
    page.evaluate("() => document.querySelector('[data-ref=programs] summary').focus()")
    page.keyboard.press("Enter")
    assert not page.locator("[data-ref=programs][open]").count()
    for route in held:
        route.continue_()
    page.locator("summary", has_text="API and MCP").click()
    expect(page.locator(".wf-programs")).to_contain_text("txt2img_sd15", timeout=PATIENCE)


def test_a_script_that_does_not_come_is_said_and_a_reload_brings_it(
    app: str, context: BrowserContext
) -> None:
    page = opened(context)
    page.route(WORKFLOWS, lambda route: route.abort())
    show(page, app)
    said = page.locator("#workflow .sg-unreached[role=alert]")
    expect(said).to_contain_text("could not be loaded", timeout=PATIENCE)
    page.unroute(WORKFLOWS)
    said.get_by_role("button", name="Reload").click()
    page.locator("#tab-workflows-button").click()
    expect(page.locator("#workflow")).to_contain_text("Text to image (SD 1.5)", timeout=PATIENCE)
