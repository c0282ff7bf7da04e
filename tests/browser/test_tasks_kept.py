"""What people come for, done by hand: what is found, kept, compared, taken away and shared."""

import contextlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from storage.store import Store
from studio.access.viewer import BROWSER
from tests.browser import test_tasks
from tests.browser.conftest import NO_WORKERS, PHONE, Open, gallery_opener, serving
from tests.browser.hands import BEST, Hands
from tests.browser.shelf import SCENES, hang, picture
from tests.browser.test_tasks import made, record
from tests.browser.test_viewer import Fingers

pytestmark = pytest.mark.browser

CELL, COUNT, TOAST = ".gal-cell", ".gallery-count", "#sg-toast"
PEOPLE, EACH, DAY = 16, 2, 86400.0
FOX = 1
"""Which scene it is; of each second five, one is a favourite."""
LAST_WEEK, LONG_AGO = 5 * DAY, 40 * DAY
IMAGES = EACH * (len(SCENES) + 2 * (FOX + 1))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, Iterator[str]]]:
    """URL and data folder of an app in which each of PEOPLE has images of three times; who."""
    folder = tmp_path_factory.mktemp("tasks")
    data = folder / "data"
    people = [f"{BROWSER}{n:032x}" for n in range(PEOPLE)]
    shots = [[picture(n)] * EACH for n in range(len(SCENES))]
    with contextlib.closing(Store(data)) as store:
        for owner in people:
            hang(store, shots, owner)
            for ago in (LAST_WEEK, LONG_AGO):
                hang(store, shots[: FOX + 1], owner, ago)
    with serving(folder, data) as url:
        yield url, data, iter(people)


@pytest.fixture
def open_gallery(library: tuple[str, Path, Iterator[str]], context: BrowserContext) -> Open:
    """Open the gallery as somebody who has not changed anything in it."""
    url, data, people = library
    return gallery_opener(url, data, context, CELL, next(people))


def circle(page: Page, number: int) -> Locator:
    cell = page.locator(CELL).nth(number)
    cell.hover()
    return cell.locator(".gal-check")


def counted(page: Page, text: str) -> None:
    expect(page.locator(COUNT)).to_have_text(text)


def test_last_weeks_fox(open_gallery: Open) -> None:
    page = open_gallery()
    counted(page, f"{IMAGES} images")
    hands = Hands(page)
    hands.type(page.locator("#gallery-query"), "fox")
    counted(page, f"{3 * EACH} images match")
    hands.click(page.get_by_role("button", name="Last 7 days"))
    counted(page, f"{2 * EACH} images match")
    hands.finished("last week's fox")
    expect(page.get_by_role("button", name="Remove the filter Last 7 days")).to_be_visible()
    expect(page.get_by_role("button", name="Last 30 days")).to_be_hidden()


def test_delete_20_undo(open_gallery: Open) -> None:
    page = open_gallery()
    counted(page, f"{IMAGES} images")
    hands = Hands(page)
    hands.click(circle(page, 0))
    hands.click(page.locator(".gallery-tile").nth(19), shift=True)
    hands.press("Delete")
    counted(page, f"{IMAGES - 20} images")
    hands.click(page.locator(f"{TOAST} button"))
    counted(page, f"{IMAGES} images")
    hands.finished("delete 20, undo")


@pytest.mark.parametrize("second", [1, 2])
def test_compare_two_of_a_batch_or_not(open_gallery: Open, second: int) -> None:
    page = open_gallery()
    hands = Hands(page)
    hands.click(circle(page, 0))
    hands.click(circle(page, second))
    hands.press("c")
    dialog = page.get_by_role("dialog", name="Compare two images")
    expect(dialog.get_by_role("slider")).to_be_visible()
    hands.finished("compare two")


def check_favourites(file: Path) -> None:
    favourites = [n for n in range(len(SCENES)) if n % 5 == FOX]
    expected = EACH * (len(favourites) + 2)  # and the foxes of both times before
    with zipfile.ZipFile(file) as archive:
        assert sum(name.endswith(".png") for name in archive.namelist()) == expected


def test_favourites_as_zip(open_gallery: Open, tmp_path: Path) -> None:
    page = open_gallery()
    take = page.get_by_role("button", name="Download all")
    expect(take).to_be_hidden()
    hands = Hands(page)
    hands.click(page.get_by_role("button", name="Favourites only"))
    with page.expect_download() as got:
        hands.click(take)
    hands.finished("favourites as ZIP")
    got.value.save_as(tmp_path / "got.zip")
    check_favourites(tmp_path / "got.zip")


def test_favourites_as_zip_by_touch_on_a_phone(open_gallery: Open, tmp_path: Path) -> None:
    page = open_gallery(width=PHONE)
    hands, fingers = Hands(page), Fingers(page)

    def tap(name: str) -> None:
        target = page.get_by_role("button", name=name)
        expect(target).to_be_visible()
        box = target.bounding_box()
        assert box is not None
        fingers.tap((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
        hands.did()

    tap("Favourites only")
    with page.expect_download() as got:
        tap("Download all")
    hands.finished("favourites as ZIP")
    got.value.save_as(tmp_path / "got.zip")
    check_favourites(tmp_path / "got.zip")
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


def test_why_slow(open_gallery: Open) -> None:
    page = open_gallery()
    hands = Hands(page)
    hands.click(page.get_by_role("tab", name="Stats"))
    hands.click(page.get_by_role("navigation", name="On this page").get_by_text("Slower?"))
    expect(page.get_by_role("heading", name="Why is today slower?")).to_be_in_viewport()
    hands.finished("why slow")


def test_send_a_link_friend_sees(open_page: Open, app: str, browser: Browser) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=app)
    page.fill("#field-images_per_prompt input", "2")
    made(page)
    hands = Hands(page)
    hands.click(page.locator("#live").get_by_role("button", name="Copy link"))
    expect(page.locator(TOAST)).to_contain_text("link copied")
    hands.finished("send a link")
    friend = browser.new_context(service_workers=NO_WORKERS).new_page()
    friend.goto(str(page.evaluate("navigator.clipboard.readText()")))
    friend.wait_for_selector(f".live[data-job='{record(page)['id']}'][data-state=finished]")
    expect(friend.get_by_text("Shared with you: view only.")).to_be_visible()
    expect(friend.locator("#live .live-strip button")).to_have_count(2)
    friend.wait_for_function("() => document.querySelector('.live-final').naturalWidth > 0")


def test_every_task_is_done() -> None:
    done = "".join(Path(one).read_text() for one in (__file__, str(test_tasks.__file__)))
    assert [task for task in BEST if f'finished("{task}")' not in done] == []
