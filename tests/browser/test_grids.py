"""X/Y grids in the page: shown with their labels after the press, and from the gallery later."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, WIDE, Open
from tests.browser.test_workflows import LIVE, open_graph, run, tab, text_to_image

pytestmark = pytest.mark.browser


def pressed(page: Page) -> Page:
    """A grid of three by two is made."""
    tab(page)
    open_graph(page, text_to_image())
    page.click("[data-ref=many] > summary")
    page.select_option("#wf-axis-x", label="Steps")
    page.fill("#wf-axis-x-values", "1-3")
    page.select_option("#wf-axis-y", label="Sampler")
    page.fill("#wf-axis-y-values", "euler, heun")
    expect(page.locator("#workflow-generate")).to_have_text("Generate 6")
    run(page)
    expect(page.locator(f"{LIVE} [data-ref=groupText]")).to_have_text("6 of 6 finished")
    return page


def shown(page: Page) -> Locator:
    """The grid, with its labels and all of its images."""
    dialog = page.get_by_role("dialog", name="Grid")
    expect(dialog.locator("thead th")).to_have_text(["Steps 1", "Steps 2", "Steps 3"])
    expect(dialog.locator("tbody th")).to_have_text(["Sampler euler", "Sampler heun"])
    expect(dialog.get_by_role("button", name="Open: ")).to_have_count(6)
    return dialog


def test_a_grid_is_shown_after_its_press_opened_and_two_of_it_compared(open_page: Open) -> None:
    page = pressed(open_page())
    page.locator(LIVE).get_by_role("button", name="Open as grid").click()
    dialog = shown(page)
    expect(dialog.get_by_role("button", name="Compare")).to_be_disabled()
    dialog.get_by_role("checkbox", name="Steps 1, Sampler euler").click()
    dialog.get_by_role("checkbox", name="Steps 3, Sampler heun").click()
    dialog.get_by_role("button", name="Compare").click()
    compared = page.get_by_role("dialog", name="Compare two images")
    expect(compared.locator("tbody th")).to_contain_text(["Steps", "Sampler"])
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name="Open: Steps 2, Sampler heun").click()
    full = page.get_by_role("dialog", name="Image and its settings")
    expect(full.get_by_role("group", name="Film strip").get_by_role("button")).to_have_count(6)
    full.get_by_role("button", name="Delete").click()
    expect(page.locator("#sg-toast")).to_contain_text("Deleted.")
    page.keyboard.press("Escape")
    expect(dialog.get_by_role("button", name="Open: ")).to_have_count(5)
    expect(dialog.locator(".grid-none")).to_have_count(1)


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_grid_is_there_again_from_the_gallery(open_page: Open, width: int) -> None:
    page = pressed(open_page(width=width))
    page.get_by_role("tab", name="Gallery").click()
    page.get_by_label("Group by").select_option("press")
    page.locator(".gal-heading").get_by_role("button", name="Open as grid").click()
    shown(page)
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    page.keyboard.press("Escape")
    page.locator(".gallery-tile").first.click()
    full = page.get_by_role("dialog", name="Image and its settings")
    expect(full.get_by_text("Seed", exact=True)).to_be_visible()  # with it comes what it is of
    full.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Open as grid").click()
    shown(page)
    expect(full).to_be_hidden()
