"""The strip of what was made last, beneath the stage of the Generate tab."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import PHONE, Open, opened, owners_cookie, serving
from tests.browser.shelf import fill
from tests.browser.test_queue import start

pytestmark = pytest.mark.browser


def strip(page: Page) -> Locator:
    return page.get_by_role("group", name="Recent images, newest first")


def tiles(page: Page) -> Locator:
    return strip(page).get_by_role("button")


def make(page: Page, prompt: str, **more: int) -> None:
    """Have *prompt* made elsewhere than with this page's form."""
    before = tiles(page).count()
    start(page, prompt, **more)
    expect(tiles(page)).to_have_count(before + more.get("imagesPerPrompt", 1))


def test_it_grows_by_itself_batch_by_batch_and_is_there_again_on_a_fresh_load(
    open_page: Open,
) -> None:
    page = open_page()
    expect(strip(page)).to_be_hidden()
    make(page, "a red barn")
    make(page, "a grey fox", imagesPerPrompt=2)
    names = [
        "Open: a grey fox (1 of 2)",
        "Open: a grey fox (2 of 2)",
        "Open: a red barn",
    ]
    for one in (page, open_page()):
        shown = tiles(one)
        expect(shown).to_have_count(3)
        assert [shown.nth(n).get_attribute("aria-label") for n in range(3)] == names


def test_keys_walk_mark_and_bin_and_undo_brings_back(open_page: Open) -> None:
    page = open_page()
    make(page, "a red barn")
    make(page, "a grey fox", imagesPerPrompt=2)
    tiles(page).first.focus()
    page.keyboard.press("ArrowRight")
    expect(tiles(page).nth(1)).to_be_focused()
    page.keyboard.press("f")
    expect(tiles(page).nth(1)).to_have_accessible_name("Open: a grey fox (2 of 2), favourite")
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    full = page.locator("dialog.full")
    expect(full.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    expect(full.get_by_role("button", name="4 stars")).to_have_attribute("aria-pressed", "true")
    expect(full.get_by_role("group", name="Film strip").get_by_role("button")).to_have_count(3)
    page.keyboard.press("ArrowRight")
    expect(full.locator(".full-prompt")).to_have_text("a red barn")
    page.keyboard.press("Escape")
    expect(tiles(page).nth(2)).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Delete")
    expect(tiles(page)).to_have_count(2)
    expect(tiles(page).first).to_have_accessible_name("Open: a grey fox, favourite")
    expect(tiles(page).first).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(tiles(page)).to_have_count(3)


def test_its_menu_is_that_of_the_gallery_and_of_the_live_panel(open_page: Open) -> None:
    page = open_page()
    make(page, "a red barn")
    menu = page.get_by_role("menu", name="What to make of this image")
    tiles(page).first.click(button="right")
    expect(menu.get_by_role("menuitem").last).to_have_text("Delete")
    here = menu.get_by_role("menuitem").all_text_contents()
    menu.get_by_role("menuitem", name="Rate").click()
    page.get_by_role("menu", name="Rating").get_by_role("menuitem", name="3 stars").click()
    tiles(page).first.click(button="right")
    menu.get_by_role("menuitem", name="Favourite").click()
    expect(tiles(page).first).to_have_accessible_name("Open: a red barn, favourite")
    tiles(page).first.press("Shift+F10")
    expect(menu.get_by_role("menuitem", name="Unfavourite")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Gallery").click()
    expect(page.locator(".gal-marks")).to_contain_text("★★★")
    page.locator(".gallery-tile").first.click(button="right")
    there = menu.get_by_role("menuitem").all_text_contents()
    assert there == [name.replace("Favourite", "Unfavourite") for name in here]
    menu.get_by_role("menuitem", name="Delete").click()
    expect(page.locator(".gallery-tile")).to_have_count(0)
    page.get_by_role("tab", name="Generate").click()
    expect(strip(page)).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(tiles(page)).to_have_count(1)


def test_marks_that_the_live_panel_gives_are_those_of_the_strip(open_page: Open) -> None:
    page = open_page()
    page.fill("#field-prompt textarea", "a red barn")
    page.click("#generate-button")
    expect(tiles(page)).to_have_count(1)
    for name, shown in (("Favourite", ", favourite"), ("Unfavourite", "")):
        page.locator(".live").first.get_by_role("button", name="More…").click()
        page.get_by_role("menuitem", name=name, exact=True).click()
        expect(tiles(page)).to_have_accessible_name(f"Open: a red barn{shown}")


def test_an_image_is_dragged_from_the_strip_to_the_form(open_page: Open) -> None:
    page = open_page()
    make(page, "a red barn")
    box = tiles(page).first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 50, box["y"] + 50, steps=4)
    form = page.locator("#img2img")
    form.hover()
    form.hover()
    page.mouse.up()
    expect(page.locator("#field-image img")).to_be_visible()


def test_of_many_the_newest_are_shown_and_the_viewer_goes_on_with_older_ones(
    tmp_path: Path, context: BrowserContext
) -> None:
    fill(tmp_path / "data", 90)
    with serving(tmp_path, tmp_path / "data") as url:
        name, value = owners_cookie(tmp_path / "data")
        context.add_cookies([{"name": name, "value": value, "url": url}])
        page = opened(context, url, PHONE)
        expect(tiles(page).first).to_be_visible()
        count = tiles(page).count()
        assert 20 <= count < 90
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE
        tiles(page).first.focus()
        page.keyboard.press("End")
        expect(tiles(page).last).to_be_focused()
        expect(tiles(page).last).to_be_in_viewport()
        page.keyboard.press("Enter")
        film = page.locator("dialog.full").get_by_role("group", name="Film strip")
        expect(film.locator("[aria-current]")).to_have_accessible_name(
            re.compile(f"^Image {count} of {count + 60}:")
        )
