"""Models, LoRAs and embeddings as cards: looked through, marked, taken."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, Open

pytestmark = pytest.mark.browser

LORA = "demo-golden-hour.safetensors"


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_lora_is_found_marked_and_taken_with_its_words(open_page: Open, width: int) -> None:
    page = open_page(width=width)
    page.fill("#field-prompt textarea", "a fox")
    page.get_by_role("button", name="Browse models").click()
    window = page.locator(".faces-window")
    window.get_by_label("Kind").select_option("loras")
    cards = window.locator(".faces-card")
    expect(cards).to_have_count(3)
    window.get_by_label("Search names").fill("golden")
    expect(cards).to_have_count(1)
    cards.first.click()
    window.get_by_role("button", name="Favourite", exact=True).click()
    expect(cards.first.locator(".sg-icon")).to_have_count(1)
    window.get_by_role("button", name="golden hour", exact=True).click()
    expect(page.locator("#field-prompt textarea")).to_have_value("a fox, golden hour")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#field-prompt textarea")).to_have_value("a fox")
    window.get_by_role("button", name="Use", exact=True).click()
    expect(page.locator(".loras-row input[role=combobox]")).to_have_value(LORA)
    expect(window).to_be_hidden()
