"""The page in other languages than English: which one, all of it, and never what people wrote."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NO_WORKERS, PHONE, WIDE, Open, opened, ready
from tests.browser.test_axe import AXE, violations
from tests.browser.test_page import press_generate, state

pytestmark = pytest.mark.browser


def abroad(browser: Browser, app: str, locale: str, query: str = "") -> Page:
    """The page in a browser of its own that asks for *locale*."""
    context = browser.new_context(locale=locale, service_workers=NO_WORKERS)
    page = opened(context, app + query, WIDE)
    ready(page)
    return page


def spoken(page: Page) -> str | None:
    return page.locator("html").get_attribute("lang")


def choose(page: Page, name: str) -> None:
    page.locator(".top-help").click()
    with page.expect_navigation():
        page.locator("#top-language").select_option(label=name)
    ready(page)


def test_the_page_speaks_what_the_browser_asks_for(browser: Browser, app: str) -> None:
    page = abroad(browser, app, "de-AT")
    assert spoken(page) == "de"
    expect(page.get_by_role("tab", name="Queue")).to_be_visible()
    expect(page.locator("#generate-button")).to_have_text("Generieren")
    expect(page.locator("#field-negative_prompt textarea")).to_have_attribute(
        "placeholder", "Was zu vermeiden ist"
    )
    expect(page.locator("#field-shape label").first).to_have_text("Quadrat")
    expect(page.locator("#field-shape input").first).to_have_value("Square")
    expect(page.locator("#settings h2").first).to_have_text("Modell")
    page.get_by_role("tab", name="Queue").click()
    expect(page.locator("#queue .queue-empty")).to_contain_text("Nichts wartet")


@pytest.mark.parametrize(("locale", "code"), [("ja-JP", "ja"), ("zh-SG", "zh-CN"), ("zh-TW", "en")])
def test_chinese_is_simplified_or_none(browser: Browser, app: str, locale: str, code: str) -> None:
    assert spoken(abroad(browser, app, locale)) == code


def test_a_language_that_was_chosen_stays(open_page: Open) -> None:
    page = open_page()
    assert spoken(page) == "en"
    choose(page, "日本語")
    assert spoken(page) == "ja"
    page.reload()
    ready(page)
    assert spoken(page) == "ja"
    expect(page.get_by_role("tab", name="ギャラリー")).to_be_visible()
    page.locator(".top-help").click()
    expect(page.locator("#top-language")).to_have_value("ja")
    expect(page.locator("#top-language option").first).to_have_text("自動")
    page.keyboard.press("Escape")
    choose(page, "自動")
    assert spoken(page) == "en"


def test_english_can_be_chosen_in_a_browser_of_another_language(browser: Browser, app: str) -> None:
    page = abroad(browser, app, "de-DE")
    choose(page, "English")
    assert spoken(page) == "en"
    expect(page.get_by_role("tab", name="Queue")).to_be_visible()
    assert page.evaluate("navigator.language") == "en", "or Gradio's own words would be German"


def test_what_a_handler_says_is_in_the_pages_language_too(browser: Browser, app: str) -> None:
    page = abroad(browser, app, "de-DE")
    press_generate(page, "Über den Dächern", steps=3)
    state(page, "finished")
    expect(page.locator("#forecast")).to_contain_text(re.compile(r"(Etwa|Ungefähr) .*früher"))
    draft = page.locator("#field-quality label").first
    expect(draft).to_contain_text(re.compile(r"Entwurf( · .+)?"))
    expect(page.locator("#field-quality input").first).to_have_value("Draft")


def test_what_a_person_wrote_is_never_translated(browser: Browser, app: str) -> None:
    page = abroad(browser, app, "de-DE")
    press_generate(page, "Queue", steps=3)
    state(page, "finished")
    page.get_by_role("tab", name="Queue").click()
    expect(page.locator(".queue-ended .queue-prompt").first).to_have_text("Queue")


def test_german_fits_a_phone_and_every_eye(browser: Browser, app: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not here: npm ci brings it")
    page = abroad(browser, app, "de-DE")
    page.set_viewport_size({"width": PHONE, "height": 844})
    page.emulate_media(reduced_motion="reduce")
    page.add_script_tag(path=AXE)
    for name in ("Generieren", "Workflows", "Queue", "Galerie", "Statistik"):
        page.get_by_role("tab", name=name).click()
        page.wait_for_function(
            "() => !document.querySelector('[role=tabpanel]:not([style*=none]) [inert]')"
        )
        assert violations(page) == [], name
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} is too wide by {wide} pixels"
