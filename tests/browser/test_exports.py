"""What is taken out of the gallery: archives, contact sheets and tables, by the page."""

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image as Pillow
from playwright.sync_api import BrowserContext, Download, Page, expect

from tests.browser.conftest import Open, gallery_opener, serving
from tests.browser.shelf import fill

pytestmark = pytest.mark.browser

TILE = ".gallery-tile"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("exports")
    data = folder / "data"
    data.mkdir()
    fill(data, 12)
    with serving(folder, data) as url:
        yield url, data


@pytest.fixture
def open_gallery(library: tuple[str, Path], context: BrowserContext) -> Open:
    return gallery_opener(*library, context, TILE)


def pick(page: Page, count: int) -> None:
    for number in range(count):
        cell = page.locator(".gal-cell").nth(number)
        cell.hover()
        cell.locator(".gal-check").click()


def export(page: Page, name: str) -> None:
    bar = page.get_by_role("toolbar", name="Selection")
    bar.get_by_role("button", name="Export").click()
    page.get_by_role("menu", name="Export").get_by_role("menuitem", name=name).click()


def rows(download: Download) -> list[dict[str, str]]:
    text = Path(download.path()).read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_a_selection_leaves_without_what_it_remembers(open_gallery: Open) -> None:
    page = open_gallery()
    pick(page, 2)
    with page.expect_download() as waiting:
        export(page, "ZIP without metadata")
    with zipfile.ZipFile(waiting.value.path()) as archive:
        assert archive.namelist() == ["00001.png", "00002.png"]
        assert not any(b"Note" in archive.read(name) for name in archive.namelist())
    page.locator(TILE).first.click()
    full = page.locator("dialog.full")
    full.get_by_role("button", name="More…").click()
    with page.expect_download() as waiting:
        page.get_by_role("menuitem", name="Download without metadata").click()
    assert waiting.value.suggested_filename == "stepglass-0.png"
    assert b"Note" not in Path(waiting.value.path()).read_bytes()


def test_what_is_found_and_what_is_selected_become_tables(open_gallery: Open) -> None:
    page = open_gallery("?words=watercolor&since=1")
    with page.expect_download() as waiting:
        page.get_by_label("More", exact=True).click()
        page.get_by_role("button", name="Table of what is found").click()
    found = rows(waiting.value)
    assert [row["prompt"] for row in found] == [
        "a fox in the snow, watercolor", "a harbour at dawn, watercolor",
    ]  # fmt: skip
    pick(page, 1)
    with page.expect_download() as waiting:
        export(page, "Table (CSV)")
    assert [row["id"] for row in rows(waiting.value)] == [found[0]["id"]]


def test_a_contact_sheet_is_seen_before_it_is_taken(open_gallery: Open) -> None:
    page = open_gallery()
    pick(page, 4)
    export(page, "Contact sheet…")
    dialog = page.get_by_role("dialog", name="Contact sheet of 4 images")
    sheet = dialog.get_by_alt_text("The contact sheet")
    expect(sheet).to_be_visible()
    square = sheet.evaluate("async e => { await e.decode(); return e.naturalWidth; }")
    dialog.get_by_label("Columns").fill("4")
    dialog.get_by_label("Beneath each").select_option("Prompt")
    page.wait_for_function(
        "old => document.querySelector('.gal-drawn img')?.naturalWidth > old", arg=square
    )
    with page.expect_download() as waiting:
        dialog.get_by_role("link", name="Download").click()
    assert waiting.value.suggested_filename == "contact-sheet.png"
    with Pillow.open(waiting.value.path()) as drawn:
        assert drawn.width > square
