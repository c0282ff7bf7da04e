"""The page without a mouse: tabs, groups, sliders, lists of choices, and input methods."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.test_page import state

pytestmark = pytest.mark.browser

CHECKPOINT = "#field-checkpoint input"
WATERCOLOUR = "demo-watercolour.safetensors"
RADIOS = ("#field-quality", "#field-shape", "#field-seed_mode")
COMPOSED = """([selector, key]) => {
  const field = document.querySelector(selector);
  field.focus();
  const more = { isComposing: true, bubbles: true, cancelable: true };
  const e = new KeyboardEvent("keydown", { key, ...more });
  field.dispatchEvent(e);
  return e.defaultPrevented;
}"""
"""A key while an input method composes; whether anything took it from the browser."""


def focused(page: Page) -> Locator:
    return page.locator("*:focus")


def pressed(page: Page, key: str, times: int = 1) -> None:
    for _ in range(times):
        page.keyboard.press(key)


def test_arrows_walk_the_tabs_and_one_of_them_is_a_stop(open_page: Open) -> None:
    page = open_page()
    page.locator("#tab-generate-button").focus()
    for key, chosen in (
        ("ArrowRight", "Workflows"),
        ("ArrowRight", "Queue"),
        ("End", "Stats"),
        ("ArrowRight", "Generate"),
        ("ArrowLeft", "Stats"),
        ("Home", "Generate"),
    ):
        page.keyboard.press(key)
        expect(page.get_by_role("tab", selected=True)).to_have_text(chosen)
        expect(focused(page)).to_have_text(chosen)
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_js_property("tagName", "TEXTAREA")


def test_a_link_leads_past_the_head(open_page: Open) -> None:
    page = open_page()
    page.locator("body").press("Tab")
    expect(focused(page)).to_have_text("Skip to content")
    expect(focused(page)).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(focused(page)).to_have_id("tab-generate")
    page.keyboard.press("Tab")
    expect(page.locator("#field-prompt textarea")).to_be_focused()


@pytest.mark.parametrize("group", RADIOS)
def test_a_group_of_choices_is_one_stop_and_arrows_choose(open_page: Open, group: str) -> None:
    page = open_page()
    radios = page.locator(f"{group} input[type=radio]")
    page.locator(f"{group} input[type=radio]:checked").focus()
    before = focused(page).input_value()
    page.keyboard.press("ArrowRight")
    expect(focused(page)).not_to_have_js_property("value", before)
    expect(page.locator(f"{group} label.selected")).to_have_count(1)
    assert focused(page).is_checked()
    page.keyboard.press("Tab")
    among = "(e, group) => e.matches(`${group} input`)"  # the group's help is a stop of its own
    assert not focused(page).evaluate(among, group)
    assert radios.count() >= 2


def test_a_slider_shows_that_it_has_the_focus(open_page: Open) -> None:
    page = open_page()
    slider = page.locator("#field-cfg input[type=range]")
    page.locator("#field-cfg input[type=number]").focus()
    page.keyboard.press("Tab")
    expect(slider).to_be_focused()
    expect(slider).to_have_css("outline-style", "solid")
    expect(slider).to_have_css("outline-width", "2px")


def test_a_list_of_choices_finds_any_part_keeps_the_focus_and_closes_on_tab(
    open_page: Open,
) -> None:
    page = open_page()
    box, options = page.locator(CHECKPOINT), page.locator("[role=option]:visible")
    models = page.evaluate("async () => (await (await fetch('/api/models')).json()).models.length")
    box.click()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(options.first).to_have_attribute("aria-setsize", str(models))
    page.keyboard.type("safe COLOUR")
    expect(options).to_have_count(1)
    expect(options).to_contain_text(WATERCOLOUR)
    active = box.get_attribute("aria-activedescendant") or ""
    expect(page.locator(f"[id='{active}']")).to_contain_text(WATERCOLOUR)
    page.keyboard.press("Enter")
    expect(box).to_have_value(WATERCOLOUR)
    expect(box).to_be_focused()
    expect(options).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]:visible")).to_contain_text(WATERCOLOUR)
    pressed(page, "ArrowDown")
    page.keyboard.press("Escape")
    expect(box).to_have_value(WATERCOLOUR)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(options).to_have_count(0)
    expect(page.locator("#field-checkpoint .sg-ask")).to_be_focused()
    expect(box).to_have_value(WATERCOLOUR)


def test_a_choice_by_mouse_leaves_the_focus_in_the_box(open_page: Open) -> None:
    page = open_page()
    box, other = page.locator("#field-sampler input"), page.get_by_role("option").nth(1)
    box.click()
    name = other.inner_text()
    other.click()
    expect(box).to_have_value(name)
    expect(box).to_be_focused()
    assert name != "euler"


def test_a_name_that_no_server_has_is_kept_and_explained(open_page: Open) -> None:
    page = open_page()
    page.fill("#field-prompt textarea", "with another")
    page.locator(CHECKPOINT).click()
    page.keyboard.type("nobody-has-this")
    page.keyboard.press("Control+Enter")
    state(page, "failed")
    expect(page.locator("[data-ref=errorText]")).to_contain_text("nobody-has-this")
    expect(page.locator(CHECKPOINT)).to_have_value("nobody-has-this")


def test_keys_of_an_input_method_do_nothing_else(open_page: Open) -> None:
    page = open_page()
    page.locator("#lora-add").click()
    expect(page.get_by_role("option").first).to_be_visible()
    for selector in ("#lora-add", "#field-prompt textarea", "#gallery-query"):
        if selector == "#gallery-query":
            page.get_by_role("tab", name="Gallery").click()
            page.locator(selector).fill("日本")
        for key in ("Enter", "Escape", "ArrowDown", "Tab"):
            assert not page.evaluate(COMPOSED, [selector, key]), (selector, key)
        if selector == "#lora-add":
            expect(page.locator(selector)).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#gallery-query")).to_have_value("日本")
    assert page.locator(".live[data-job]").count() == 0  # nothing was pressed


def test_choosing_is_seen_by_what_is_made(open_page: Open) -> None:
    page = open_page()
    page.locator(CHECKPOINT).click()
    page.get_by_role("option", name=WATERCOLOUR).click()
    page.fill("#field-prompt textarea", "made with the other")
    page.fill("#field-steps input", "4")
    page.click("#generate-button")
    state(page, "finished")
    made = page.evaluate("async () => (await (await fetch('/api/generations')).json()).generations")
    assert made[0]["checkpoint"] == WATERCOLOUR
