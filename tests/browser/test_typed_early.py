"""What a person types is never replaced by what arrives later: lists, choices, first values."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import WIDE, Open, opened, ready
from tests.browser.test_page import press_generate, state

pytestmark = pytest.mark.browser

Such = Callable[[Any], bool]
JOIN, CHOICES = "**/queue/join*", re.compile("component_server")
CHECKPOINT = "#field-checkpoint input"
UNKNOWN = "demo-landscape.safetensors"


class Held:
    """Requests to *address* that *is_such* are held up until they are let go."""

    def __init__(
        self, context: BrowserContext, address: str | re.Pattern[str], is_such: Any
    ) -> None:
        self._is_such = is_such
        self._held: list[Route] = []
        self._open = False
        context.route(address, self._came)

    def _came(self, route: Route) -> None:
        if self._open or not self._is_such(route.request.post_data_json):
            route.continue_()
        else:
            self._held.append(route)

    def let_go(self) -> None:
        self._open = True
        for route in self._held:
            route.continue_()


def is_filling(sent: Any) -> bool:
    """Whether it asks for the form's first values: with the draft, a text, alone."""
    return len(sent["data"]) == 1 and isinstance(sent["data"][0], str)


def is_renewing(sent: Any) -> bool:
    """Whether it asks for choices in place of those that are empty."""
    return len(sent["data"]) == 4 and sent["data"][0] == ""


def servers_known(page: Page) -> None:
    page.wait_for_selector("[data-ref=servers] li", state="attached")


@pytest.fixture
def context(context: BrowserContext) -> Any:
    yield context
    context.unroute_all()


def test_a_name_that_was_typed_outlives_choices_that_come_late(
    app: str, context: BrowserContext
) -> None:
    filling, renewing = Held(context, JOIN, is_filling), Held(context, JOIN, is_renewing)
    page = opened(context, app, WIDE)
    servers_known(page)
    filling.let_go()
    ready(page)
    page.fill(CHECKPOINT, UNKNOWN)
    page.keyboard.press("Enter")
    renewing.let_go()
    press_generate(page, "x")
    state(page, "failed")
    expect(page.locator(CHECKPOINT)).to_have_value(UNKNOWN)


def test_enter_takes_what_was_typed_where_the_list_is_not_there_yet(
    open_page: Open, context: BrowserContext
) -> None:
    lists = Held(context, CHOICES, lambda sent: sent["fn_name"] == "gen_choices")
    page = open_page()
    page.fill(CHECKPOINT, "demo")
    expect(page.locator("#field-checkpoint .combo-count")).to_have_text("Loading…")
    page.keyboard.press("Enter")
    with page.expect_response(CHOICES):
        lists.let_go()
    page.evaluate("() => new Promise((drawn) => setTimeout(() => requestAnimationFrame(drawn)))")
    expect(page.locator("#field-checkpoint .combo-popup")).to_be_hidden()
    page.fill(CHECKPOINT, "demo-wat")
    expect(page.locator("#field-checkpoint .combo-name")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(CHECKPOINT)).to_have_value("demo")


def test_a_prompt_that_was_typed_before_the_form_was_filled_stays(
    app: str, open_page: Open, context: BrowserContext
) -> None:
    before = open_page()
    press_generate(before, "made before", steps=4)
    state(before, "finished")
    filling = Held(context, JOIN, is_filling)
    page = opened(context, app, WIDE)
    servers_known(page)
    page.fill("#field-prompt textarea", "typed at once")
    filling.let_go()
    ready(page)
    expect(page.locator("#field-prompt textarea")).to_have_value("typed at once")
    page.click("#generate-button")
    state(page, "finished")
    expect(page.locator(".live-final")).to_have_attribute("alt", "typed at once")
