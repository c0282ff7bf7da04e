"""Images of one batch, each handled by itself: in the grid, folded, compared, in the full view."""

import contextlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from storage.store import Store
from studio.access.viewer import BROWSER
from tests.browser.conftest import (
    PHONE,
    WIDE,
    Open,
    gallery_opener,
    owners_cookie,
    serving,
)
from tests.browser.shelf import hang, picture
from tests.support.waiting import until

pytestmark = pytest.mark.browser

CELL, COUNT, TOAST, FULL = ".gal-cell", ".gallery-count", "#sg-toast", "dialog.full"
SIZES = (1, 4, 2)
"""Images of each batch, the newest first."""
PEOPLE = 24
"""Each test, and each second try, is somebody who has these batches and has marked none."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, Iterator[str]]]:
    """URL and data folder of an app in which each of PEOPLE has batches of SIZES; who they are."""
    folder = tmp_path_factory.mktemp("batches")
    data = folder / "data"
    people = [f"{BROWSER}{n:032x}" for n in range(PEOPLE)]
    batches = [[picture(n + 3 * k) for k in range(size)] for n, size in enumerate(SIZES)]
    with contextlib.closing(Store(data)) as store:
        for owner in people:
            ids = hang(store, batches, owner)
            store.library.mark(ids, owner, favourite=False)
            store.library.mark(ids, owner, rating=0)
    with serving(folder, data) as url:
        yield url, data, iter(people)


@pytest.fixture
def owner(library: tuple[str, Path, Iterator[str]]) -> str:
    """Somebody who has not looked at their batches yet."""
    return next(library[2])


@pytest.fixture
def open_gallery(
    library: tuple[str, Path, Iterator[str]], owner: str, context: BrowserContext
) -> Open:
    """Open the gallery as *owner*; script errors fail the test."""
    url, data, _ = library
    return gallery_opener(url, data, context, f"{CELL}, .gallery-empty:visible", owner)


@pytest.fixture
def found(library: tuple[str, Path, Iterator[str]], owner: str) -> Iterator[httpx.Client]:
    """A program that sees what the page left."""
    url, data, _ = library
    name, value = owners_cookie(data, owner)
    with httpx.Client(base_url=url, cookies={name: value}) as client:
        yield client


def images(client: httpx.Client, **search: Any) -> list[int]:
    """The numbers of the images of the batch of four that a search finds."""
    answer = client.post("/api/library/search", json=search).json()
    four = {g["id"] for g in answer["generations"] if g["imagesPerPrompt"] == 4}
    return [one["number"] for one in answer["images"] if one["id"] in four]


def expect_images(client: httpx.Client, numbers: list[int], **search: Any) -> None:
    """Wait until a search finds these of the batch: the page shows a mark before it is stored."""
    until(lambda: images(client, **search) == numbers)


def pick(page: Page, *numbers: int) -> None:
    for number in numbers:
        cell = page.locator(CELL).nth(number)
        cell.hover()
        cell.locator(".gal-check").click()


def act(page: Page, title: str) -> None:
    page.get_by_role("toolbar", name="Selection").get_by_role("button", name=title).click()


def selected(page: Page, text: str) -> None:
    expect(page.locator(".gal-bar strong")).to_have_text(text)


def test_one_of_four_is_kept_and_three_go_into_the_bin(
    open_gallery: Open, found: httpx.Client
) -> None:
    page = open_gallery()
    expect(page.locator(COUNT)).to_have_text("7 images")
    pick(page, 2)
    selected(page, "1 selected")
    expect(page.locator(f"{CELL}[data-picked=true]")).to_have_count(1)
    act(page, "Favourite")
    expect(page.locator(".gal-marks .sg-icon")).to_have_count(1)
    page.keyboard.press("Escape")
    pick(page, 1, 3, 4)
    selected(page, "3 selected")
    page.keyboard.press("Delete")
    expect(page.locator(TOAST)).to_contain_text("Deleted 3.")
    expect(page.locator(COUNT)).to_have_text("4 images")
    expect_images(found, [1])
    expect_images(found, [1], favourite=True)
    expect_images(found, [0, 2, 3], binned=True)
    page.click(f"{TOAST} button")
    expect(page.locator(COUNT)).to_have_text("7 images")
    expect_images(found, [0, 1, 2, 3])


def test_the_bin_shows_single_images_and_gives_them_back_or_removes_them(
    open_gallery: Open, found: httpx.Client
) -> None:
    page = open_gallery()
    pick(page, 1, 2)
    act(page, "Delete")
    page = open_gallery("?binned=yes")
    expect(page.locator(COUNT)).to_have_text("2 images in the bin")
    page.wait_for_function("() => document.querySelector('.gallery-tile img').naturalWidth > 0")
    pick(page, 0)
    act(page, "Restore")
    expect(page.locator(COUNT)).to_have_text("1 image in the bin")
    pick(page, 0)
    act(page, "Delete permanently")
    dialog = page.get_by_role("dialog", name="Delete permanently?")
    expect(dialog).to_contain_text("1 image will be deleted from the disk")
    page.locator(".sg-confirm[open] .sg-danger").click()
    expect(page.locator(TOAST)).to_contain_text("Deleted 1 file:")
    expect_images(found, [0, 2, 3])
    expect_images(found, [], binned=True)


def test_a_batch_is_folded_into_one_tile_with_its_number_and_unfolded(
    open_gallery: Open, found: httpx.Client
) -> None:
    page = open_gallery()
    expect(page.locator(CELL)).to_have_count(7)
    page.get_by_role("button", name="Fold batches").click()
    expect(page.locator(CELL)).to_have_count(3)
    expect(page.locator(".gal-fold")).to_have_text(["4", "2"])
    expect(page.locator(COUNT)).to_have_text("7 images")
    pick(page, 1)
    selected(page, "4 selected")
    act(page, "2 stars")
    expect(page.locator(".gal-marks", has_text="★★")).to_have_count(1)
    expect_images(found, [0, 1, 2, 3], rating=2)
    page.get_by_role("button", name="Show all 4 images").click()
    expect(page.locator(CELL)).to_have_count(6)
    expect(page.locator(f"{CELL}[data-picked=true]")).to_have_count(4)
    pick(page, 1)
    selected(page, "3 selected")
    page.get_by_role("button", name="Fold the batch").click()
    expect(page.locator(".gal-check[aria-checked=mixed]")).to_have_count(1)
    page.reload()
    expect(page.locator(CELL)).to_have_count(3)
    page.keyboard.press("b")
    expect(page.locator(CELL)).to_have_count(7)


def test_a_folded_batch_opens_and_all_of_it_is_walked_through(open_gallery: Open) -> None:
    page = open_gallery()
    page.keyboard.press("b")
    expect(page.locator(CELL)).to_have_count(3)
    page.locator(".gallery-tile").nth(1).click()
    full = page.locator(FULL)
    full.get_by_role("group", name="Rating").wait_for()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    full.get_by_role("group", name="Rating").wait_for()
    page.keyboard.press("4")
    page.keyboard.press("Escape")
    expect(page.locator(FULL)).to_be_hidden()
    expect(page.locator(".gal-marks", has_text="★★★★")).to_have_count(1)
    page.keyboard.press("b")
    cell = page.locator(CELL, has=page.locator(".gal-marks", has_text="★★★★"))
    expect(cell).to_have_attribute("data-n", "3")


def test_two_images_of_a_batch_are_compared(open_gallery: Open) -> None:
    page = open_gallery()
    pick(page, 1, 4)
    page.keyboard.press("c")
    for side, number in (("Left", "0"), ("Right", "3")):
        shown = page.locator(f"dialog[open] img[alt^='{side}: ']")
        expect(shown).to_have_attribute("src", re.compile(rf"/{number}$"))


def test_only_what_is_selected_of_a_batch_is_downloaded(open_gallery: Open, tmp_path: Path) -> None:
    page = open_gallery()
    pick(page, 2, 4)
    with page.expect_download() as got:
        act(page, "Download")
    got.value.save_as(tmp_path / "got.zip")
    with zipfile.ZipFile(tmp_path / "got.zip") as archive:
        names = [name for name in archive.namelist() if name.endswith(".png")]
        assert sorted(re.sub(r".*-", "", name) for name in names) == ["1.png", "3.png"]
        (settings,) = [n for n in archive.namelist() if n.endswith(".json")]
        assert json.loads(archive.read(settings))["imagesPerPrompt"] == 4


def test_the_full_view_marks_and_deletes_one_image_and_leaves_the_others(
    open_gallery: Open, found: httpx.Client
) -> None:
    page = open_gallery()
    page.locator(".gallery-tile").nth(2).click()
    full = page.locator(FULL)
    full.get_by_label("Add tags").fill("best")
    page.keyboard.press("Enter")
    expect(full.locator(".full-chip")).to_have_text(["best"])
    full.get_by_label("Note").fill("this one")
    page.locator(".full-when").click()
    expect(page.locator(TOAST)).to_contain_text("Note saved.")
    page.keyboard.press("ArrowRight")
    expect(full.locator(".full-chip")).to_have_count(0)
    expect(full.get_by_label("Note")).to_have_value("")
    page.keyboard.press("Delete")
    expect(page.locator(TOAST)).to_contain_text("Deleted.")
    page.keyboard.press("Escape")
    expect(page.locator(COUNT)).to_have_text("6 images")
    expect_images(found, [0, 1, 3])
    expect_images(found, [1], tags=["best"])
    page = open_gallery("?tags=best")
    expect(page.locator(COUNT)).to_have_text("1 image matches")
    expect(page.locator(CELL)).to_have_count(1)


def test_delete_that_is_held_or_pressed_twice_bins_what_was_meant(
    open_gallery: Open, found: httpx.Client
) -> None:
    page = open_gallery()
    pick(page, 1, 2)
    page.evaluate(
        """() => { const again = new MutationObserver(() => {
          if (!document.getElementById('sg-toast')?.textContent.includes('Deleted 2.')) return;
          again.disconnect();
          document.activeElement.dispatchEvent(
            new KeyboardEvent('keydown', { key: 'Delete', bubbles: true }));
        });
        again.observe(document.body, { subtree: true, childList: true }); }"""
    )
    page.keyboard.press("Delete")
    expect(page.locator(TOAST)).to_contain_text("Deleted 2.")
    expect(page.locator(COUNT)).to_have_text("5 images")
    page.locator(".gallery-tile").nth(1).click()
    page.locator(FULL).get_by_role("group", name="Rating").wait_for()
    page.keyboard.down("Delete")
    expect(page.locator(TOAST)).to_contain_text("Deleted.")
    page.locator(FULL).get_by_role("group", name="Rating").wait_for()
    for _ in range(20):
        page.keyboard.down("Delete")
    page.keyboard.up("Delete")
    page.keyboard.press("Escape")
    expect(page.locator(COUNT)).to_have_text("4 images")
    expect_images(found, [3])


def test_an_image_that_comes_back_stands_among_its_batch(
    open_gallery: Open, found: httpx.Client
) -> None:
    four = next(
        g
        for g in found.post("/api/library/search", json={}).json()["generations"]
        if g["imagesPerPrompt"] == 4
    )
    images = {"images": [{"id": four["id"], "number": 1}]}
    found.post("/api/library/delete", json=images)
    page = open_gallery()
    expect(page.locator(CELL)).to_have_count(6)
    found.post("/api/library/restore", json=images)
    expect(page.locator(CELL)).to_have_count(7)
    numbers = page.locator(f"{CELL}[data-id='{four['id']}']").evaluate_all(
        "(cells) => cells.map((cell) => cell.dataset.n)"
    )
    assert numbers == ["0", "1", "2", "3"]


def open_full(page: Page) -> str:
    page.locator(".gallery-tile").first.click()
    return "Image and its settings"


def open_compare(page: Page) -> str:
    pick(page, 0, 1)
    page.keyboard.press("c")
    return "Compare two images"


def open_filters(page: Page) -> str:
    page.get_by_role("button", name="Filters").click()
    return "Filters"


def open_keys(page: Page) -> str:
    page.keyboard.press("Shift+?")
    return "Keys"


def open_notifications(page: Page) -> str:
    page.get_by_role("button", name="Notifications").click()
    return "Notifications"


@pytest.mark.parametrize(
    "way", [open_full, open_compare, open_filters, open_keys, open_notifications]
)
def test_a_press_that_began_inside_a_dialog_closes_it_nowhere(
    open_gallery: Open, way: Callable[[Page], str]
) -> None:
    page = open_gallery()
    dialog = page.get_by_role("dialog", name=way(page))
    box = dialog.bounding_box()
    assert box is not None
    inside, beside = (box["x"] + 30, box["y"] + 20), (3, 450)
    for start, end in ((inside, beside), (beside, inside)):
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(*end, steps=3)
        page.mouse.up()
        expect(dialog).to_be_visible()
    page.mouse.click(*beside)
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_folded_batches_have_names_and_nothing_sticks_out(open_gallery: Open, width: int) -> None:
    page = open_gallery(width=width)
    page.get_by_role("button", name="Fold batches").click()
    tile = page.locator(".gallery-tile").nth(1)
    expect(tile).to_have_attribute("aria-label", re.compile(r"\(4 images\)$"))
    page.locator(".gal-check").nth(1).evaluate("(e) => e.click()")
    selected(page, "4 selected")
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
