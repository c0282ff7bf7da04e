"""Help: what the tabs are for, which version runs, and the way to the API."""

import pytest
from playwright.sync_api import expect

from studio.version import VERSION
from tests.browser.conftest import PHONE, WIDE, Open

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_help_says_what_there_is_and_leads_to_the_api(open_page: Open, width: int) -> None:
    page = open_page(width=width)
    page.get_by_role("button", name="Help", exact=True).click()
    dialog = page.get_by_role("dialog", name="Help")
    expect(dialog).to_contain_text(f"Stepglass {VERSION}")
    expect(dialog.locator(".top-versions li")).to_contain_text("Demo engine")
    for name in ("Generate", "Workflows", "Queue", "Gallery", "Stats"):
        expect(dialog.locator("dt", has_text=name)).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="the API").click()
    expect(opened.value.locator("code", has_text="/api/generate").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
