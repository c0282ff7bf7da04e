"""The table of styles and the row of presets, as a person uses them."""

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

TOAST = "#sg-toast"
CSV = "name,prompt,negative_prompt\nDusk,{prompt} at dusk,noon\n--- more ---,,\n<i>Rain,rain,\n"


def row(page: Page, name: str) -> Locator:
    return page.locator(".style-row", has=page.get_by_text(name, exact=True))


def shown(page: Page) -> list[str]:
    return page.locator(".style-table .style-list").first.locator("strong").all_text_contents()


def test_styles_are_imported_arranged_changed_and_deleted_with_undo(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("button", name="Edit…").click()
    file = FilePayload(name="styles.csv", mimeType="text/csv", buffer=CSV.encode())
    page.set_input_files(".style-table input[type=file]", files=[file])
    told = page.locator(".style-said")
    expect(told).to_contain_text("2 styles added.")
    expect(told).to_contain_text("Row 3 (“--- more ---”): It has neither a prompt nor a negative")
    page.get_by_role("button", name="Move <i>Rain up").click()
    expect(row(page, "<i>Rain").locator("[data-by='-1']")).to_be_disabled()
    assert shown(page) == ["<i>Rain", "Dusk"]
    page.get_by_role("button", name="Edit the style Dusk").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Late dusk")
    page.keyboard.press("Enter")
    expect(row(page, "Late dusk")).to_be_visible()
    page.get_by_role("button", name="Delete the style Late dusk").click()
    expect(row(page, "Late dusk")).to_have_count(0)
    page.locator(f"{TOAST} button").click()
    expect(row(page, "Late dusk")).to_be_visible()
    page.get_by_role("button", name="Hide the style Anime").click()
    page.get_by_role("button", name="Show the style Anime").wait_for()
    page.locator(".style-table").get_by_role("button", name="Close").click()
    page.get_by_role("combobox", name="Styles").click()
    expect(page.get_by_role("option", name="Photo", exact=True)).to_be_visible()
    expect(page.get_by_role("option", name="Anime")).to_have_count(0)


def test_a_preset_is_saved_applied_with_one_press_and_undone(open_page: Open) -> None:
    page = open_page()
    steps, chips = page.locator("#field-steps input"), page.locator("#field-styles li")
    page.get_by_role("combobox", name="Styles").fill("line")
    page.get_by_role("option", name="Line art").click()
    steps.fill("7")
    page.get_by_role("button", name="Save…").click()
    page.get_by_label("Save what is set as").fill("Sketches <b>")
    page.keyboard.press("Enter")
    expect(row(page, "Sketches <b>")).to_contain_text("512 × 512 · 7 steps · Line art")
    page.locator(".presets-dialog").get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Remove the style Line art").click()
    steps.fill("9")
    steps.press("Tab")
    page.locator("#form-presets").get_by_role("button", name="Sketches <b>").click()
    expect(steps).to_have_value("7")
    expect(chips).to_have_text("Line art")
    page.locator(f"{TOAST} button").click()
    expect(steps).to_have_value("9")
    expect(chips).to_have_count(0)
    page.locator("#form-presets").get_by_role("button", name="Fine landscape").click()
    expect(page.locator("#field-width input")).to_have_value("768")
    page.reload()
    expect(page.locator("#form-presets").get_by_role("button").first).to_have_text("Sketches <b>")
