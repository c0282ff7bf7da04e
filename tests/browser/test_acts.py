"""What is made of an image, from wherever it is shown: the right form, one press from Generate."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

PROMPT = "a red barn in a field"
LIVE, WORK = "#workflow-live .live", ".wf [data-ref=work]:not([hidden])"


def made(page: Page) -> Page:
    """The page with one image on it."""
    page.fill("#field-prompt textarea", PROMPT)
    page.fill("#field-steps input", "4")
    page.click("#generate-button")
    page.wait_for_function("() => document.querySelector('.live-final')?.naturalWidth > 0")
    return page


def choose(page: Page, name: str) -> None:
    page.get_by_role("menu").get_by_role("menuitem", name=name).click()


def viewer(page: Page) -> Locator:
    page.get_by_role("tab", name="Gallery").click()
    page.locator(".gallery-tile").first.click()
    full = page.locator("dialog.full")
    expect(full.locator(".full-prompt")).to_have_text(PROMPT)
    return full


def opened(page: Page, title: str) -> None:
    """The Workflows tab shows the form *title*, with the image in it and nothing wrong."""
    expect(page.get_by_role("tab", name="Workflows")).to_have_attribute("aria-selected", "true")
    expect(page.locator(f"{WORK} h2[data-ref=name]")).to_have_text(title)
    expect(page.locator(f"{WORK} [data-kind=image] img").first).to_be_visible()
    expect(page.locator(f"{WORK} [data-ref=problems]")).to_be_hidden()


def finished(page: Page) -> None:
    page.click("#workflow-generate")
    page.wait_for_function(
        "one => document.querySelector(one)?.naturalWidth > 0", arg=f"{LIVE} .live-final"
    )


def test_the_live_panel_offers_a_variation_that_one_press_makes(open_page: Open) -> None:
    page = made(open_page())
    page.locator("#stage, .live").first.get_by_role("button", name="More…").click()
    choose(page, "Variation: subtle")
    expect(page.locator("#field-image img")).to_be_visible()
    expect(page.locator("#field-denoise input[type=number]")).to_have_value("0.5")
    expect(page.locator("#field-prompt textarea")).to_have_value(PROMPT)
    expect(page.locator("#field-seed input, #field-seed textarea")).to_have_value("")
    expect(page.locator(".source")).to_contain_text(PROMPT)
    before = page.locator(".live").first.get_attribute("data-shown")
    page.click("#generate-button")
    page.wait_for_function(
        """old => { const live = document.querySelector('.live');
          return live.dataset.shown !== old && live.dataset.state === 'finished'; }""",
        arg=before,
    )


def test_the_viewer_upscales_in_two_presses(open_page: Open) -> None:
    page = made(open_page())
    viewer(page).get_by_role("button", name="Upscale").click()
    expect(page.locator("dialog.full")).to_be_hidden()
    opened(page, "Upscale with a model")
    finished(page)
    wide = page.evaluate(f"() => document.querySelector('{LIVE} .live-final').naturalWidth")
    assert wide > 512
    page.locator(LIVE).get_by_role("button", name="More…").click()
    choose(page, "Outpaint")
    opened(page, "Outpaint")
    expect(page.locator(f"{WORK} textarea").first).to_have_value(PROMPT)  # of what it came from


def test_the_gallery_offers_them_by_its_bar_and_by_the_other_button(open_page: Open) -> None:
    page = made(open_page())
    page.get_by_role("tab", name="Gallery").click()
    tile = page.locator(".gal-cell").first
    tile.locator(".gallery-tile").click(button="right")
    menu = page.get_by_role("menu", name="What to make of this image")
    expect(menu.get_by_role("menuitem")).to_have_text(
        [
            "Variation: subtle",
            "Variation: strong",
            "Variation: new seed",
            "Upscale",
            "Inpaint",
            "Outpaint",
            "Use settings",
            "Try another model",
            "Use as input",
            "Send to workflow",
            "Run again",
            "Copy link",
            "Favourite",
            "Rate…",
            "Delete",
        ]
    )
    menu.get_by_role("menuitem", name="Copy link").click()
    expect(page.locator("#sg-toast")).to_contain_text(
        re.compile("Link copied. It works on this computer only|does not allow copying here")
    )
    tile.hover()
    tile.locator(".gal-check").click()
    page.get_by_role("toolbar", name="Selection").get_by_role("button", name="More").click()
    choose(page, "Outpaint")
    opened(page, "Outpaint")


def test_escape_closes_the_menu_and_nothing_else(open_page: Open) -> None:
    page = made(open_page())
    full = viewer(page)
    button = full.get_by_role("button", name="Variation…")
    button.click()
    expect(page.get_by_role("menuitem")).to_have_text(["Subtle", "Strong", "New seed"])
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(button).to_be_focused()
    expect(full).to_be_visible()


def test_an_image_waits_for_a_workflow_that_takes_one(open_page: Open) -> None:
    page = made(open_page())
    full = viewer(page)
    full.get_by_role("button", name="More…").click()
    choose(page, "Send to workflow")
    expect(page.locator("#sg-toast")).to_contain_text("Open a workflow with an image input")
    page.locator(".wf-preset", has_text="Image to image").first.click()
    opened(page, "Image to image")
    expect(page.locator("#sg-toast")).to_contain_text("Set as")


def test_from_the_live_panel_the_viewer_goes_on_with_what_was_made_before(open_page: Open) -> None:
    page = made(open_page())
    before = page.locator(".live").first.get_attribute("data-shown")
    page.fill("#field-prompt textarea", "a lighthouse")
    page.click("#generate-button")
    page.wait_for_function(
        """old => { const live = document.querySelector('.live');
          return live.dataset.shown !== old && live.dataset.state === 'finished'; }""",
        arg=before,
    )
    page.click(".live [data-ref=open]")
    full = page.locator("dialog.full")
    expect(full.locator(".full-prompt")).to_have_text("a lighthouse")
    expect(full.get_by_role("group", name="Film strip").get_by_role("button")).to_have_count(2)
    page.keyboard.press("ArrowRight")
    expect(full.locator(".full-prompt")).to_have_text(PROMPT)


def test_what_is_binned_goes_from_the_live_panel_and_comes_back_with_undo(open_page: Open) -> None:
    page = made(open_page())
    page.click(".live [data-ref=open]")
    page.locator("dialog.full").get_by_role("button", name="Delete").click()
    expect(page.locator("dialog.full")).to_be_hidden()
    live = page.locator(".live").first
    expect(live.locator(".live-final")).to_be_hidden()
    expect(live.locator(".live-results")).to_be_hidden()
    expect(live.locator(".live-empty")).to_contain_text("In the bin")
    page.get_by_role("button", name="Undo").click()
    expect(live.locator(".live-final")).to_be_visible()


def test_an_image_is_dragged_from_the_gallery_over_a_tab_to_the_form(open_page: Open) -> None:
    page = made(open_page())
    page.get_by_role("tab", name="Gallery").click()
    tile = page.locator(".gallery-tile").first
    box = tile.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 80, steps=4)
    tab = page.get_by_role("tab", name="Generate")
    tab.hover()
    expect(tab).to_have_attribute("aria-selected", "true")
    form = page.locator("#img2img")
    form.hover()
    form.hover()
    expect(page.locator("[data-takes]")).to_have_count(1)
    page.mouse.up()
    expect(page.locator("#field-image img")).to_be_visible()
    expect(page.locator("[data-takes], [data-dragging]")).to_have_count(0)


def test_an_image_is_dragged_from_the_viewer_to_a_field_of_a_workflow(open_page: Open) -> None:
    page = made(open_page())
    page.get_by_role("tab", name="Workflows").click()
    page.locator(".wf-preset", has_text=re.compile("^Inpaint")).first.click()
    field = page.locator(f"{WORK} .wf-field[data-kind=image]").first
    field.wait_for()
    page.get_by_role("tab", name="Generate").click()
    page.click(".live [data-ref=open]")
    picture = page.locator("dialog.full [data-ref=picture]")
    expect(picture).to_have_attribute("data-sized", "true")
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 80, steps=4)
    expect(page.locator("dialog.full")).to_be_hidden()
    tab = page.get_by_role("tab", name="Workflows")
    tab.hover()
    expect(tab).to_have_attribute("aria-selected", "true")
    field.hover()
    field.hover()
    page.mouse.up()
    expect(field.locator("img[src^='data:']")).to_be_visible()
