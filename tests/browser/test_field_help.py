"""A question mark at every field of the Generate form, as on the forms of workflows."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, Open

pytestmark = pytest.mark.browser

FIELDS = """() => [...document.querySelectorAll('#generate-grid [id^=field-]')].map(
  (box) => [box.id.slice(6), box.querySelectorAll('.sg-ask').length])"""
IMAGE = "About Image to start from"


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_every_field_says_what_it_does_to_mouse_and_keyboard(open_page: Open, width: int) -> None:
    page = open_page(width=width)
    cfg = page.get_by_role("button", name="About CFG")
    cfg.click()
    said = page.get_by_text("How closely to follow the prompt")
    expect(said).to_be_visible()
    expect(cfg).to_have_attribute("aria-expanded", "true")
    expect(cfg).to_have_attribute("aria-controls", str(said.get_attribute("id")))
    cfg.press("Enter")
    expect(said).to_be_hidden()
    page.get_by_role("button", name="Start from an image").click()
    page.get_by_role("button", name=IMAGE).click()
    expect(page.get_by_text("begins with this one")).to_be_visible()
    fields = dict(page.evaluate(FIELDS))
    assert fields.pop("image") == 0  # its own stands above it
    assert set(fields.values()) == {1}, fields
    # The names of the fields are as they were.
    expect(page.get_by_label("Prompt", exact=True)).to_be_visible()
    expect(page.get_by_label("Steps", exact=True)).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
