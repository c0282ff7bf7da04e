"""Back and Forward: they close what is open, and lead from tab to tab."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Open
from tests.browser.test_page import press_generate, state, tab

pytestmark = pytest.mark.browser

AT = "() => JSON.stringify(history.state?.place)"


def chosen(page: Page, name: str) -> None:
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")


def stood(page: Page, name: str, opened: int) -> None:
    """Wait until the history says so."""
    said = f'{{"tab":"tab-{name}-button","open":{opened}}}'
    page.wait_for_function(f"(said) => ({AT})() === said", arg=said)


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_back_closes_the_full_view_then_leads_to_the_tab_before(
    open_page: Open, width: int
) -> None:
    page = open_page(width=width)
    press_generate(page, "a way back", steps=4)
    state(page, "finished")
    tab(page, "Queue")
    tab(page, "Gallery")
    page.locator(".gallery-tile").first.click()
    full = page.locator("dialog.full")
    expect(full).to_be_visible()
    stood(page, "gallery", 1)
    page.go_back()
    expect(full).to_be_hidden()
    chosen(page, "Gallery")
    assert page.url.endswith("#gallery")
    page.go_back()
    chosen(page, "Queue")
    page.go_back()
    chosen(page, "Generate")
    assert "job=" in page.url
    page.go_forward()
    chosen(page, "Queue")


def test_what_is_closed_otherwise_leaves_no_step_behind(open_page: Open) -> None:
    page = open_page()
    press_generate(page, "closed by key", steps=4)
    state(page, "finished")
    tab(page, "Gallery")
    for _ in range(3):
        page.locator(".gallery-tile").first.click()
        stood(page, "gallery", 1)
        page.keyboard.press("Escape")
        stood(page, "gallery", 0)
    page.go_back()
    chosen(page, "Generate")


def test_a_filter_set_in_the_sheet_stays_when_back_closes_it(open_page: Open) -> None:
    page = open_page("#gallery")
    page.get_by_role("button", name="Filters").click()
    sheet = page.locator("dialog.gal-sheet")
    stood(page, "gallery", 1)
    sheet.get_by_label("Favourites").check()
    page.wait_for_function("() => location.hash.includes('favourite')")
    page.go_back()
    expect(sheet).to_be_hidden()
    stood(page, "gallery", 0)
    assert "favourite" in page.url
    expect(page.locator(".gal-chip")).to_contain_text("avourite")


def test_a_reload_comes_back_to_its_tab(open_page: Open) -> None:
    page = open_page()
    for name in ("Stats", "Queue"):
        tab(page, name)
        page.reload()
        chosen(page, name)
    page.go_back()
    chosen(page, "Stats")


def test_from_a_dialog_straight_to_another_tab_is_one_step(open_page: Open) -> None:
    page = open_page()
    press_generate(page, "used again", steps=4)
    state(page, "finished")
    tab(page, "Gallery")
    page.locator(".gallery-tile").first.click()
    stood(page, "gallery", 1)
    page.click("dialog [data-ref=use]")
    chosen(page, "Generate")
    stood(page, "generate", 0)
    page.go_back()
    chosen(page, "Gallery")
    expect(page.locator("dialog.full")).to_be_hidden()


def test_an_address_of_the_gallery_given_to_an_open_page_is_followed(open_page: Open) -> None:
    page = open_page()
    press_generate(page, "an address pasted", steps=2)
    state(page, "finished")
    tab(page, "Queue")
    page.evaluate("() => { location.hash = '#gallery?words=pasted'; }")
    chosen(page, "Gallery")
    expect(page.locator(".gallery-count")).to_have_text("1 image matches")
    stood(page, "gallery", 0)
    page.locator(".gallery-tile").first.click()
    stood(page, "gallery", 1)
    page.evaluate("() => { location.hash = '#gallery?words=nothing'; }")
    expect(page.locator("dialog.full")).to_be_hidden()
    expect(page.locator(".gallery-empty:visible")).to_contain_text("Nothing found")
    page.go_back()
    page.go_back()
    chosen(page, "Gallery")
    page.go_back()
    chosen(page, "Queue")
    page.go_back()
    chosen(page, "Generate")
