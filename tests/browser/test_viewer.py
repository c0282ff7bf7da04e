"""The full view's zoom, pan, full screen and film strip, with real wheels and fingers."""

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, CDPSession, Locator, Page, expect

from storage.store import Store
from tests.browser.conftest import PHONE, Open, gallery_opener, serving
from tests.browser.shelf import hang

pytestmark = pytest.mark.browser

TILE, PICTURE = ".gallery-tile", "dialog.full [data-ref=picture]"
BATCH, PANORAMA, STRIP = 4, (16384, 1024), (2048, 128)


def png(width: int, height: int, shade: int = 0) -> bytes:
    """A PNG with a gradient, so that a crop of it is told from another."""
    ramp = Image.linear_gradient("L").rotate(90).resize((width, height))
    flat = Image.new("L", (width, height), shade)
    data = io.BytesIO()
    Image.merge("RGB", (ramp, flat, flat)).save(data, "PNG", compress_level=1)
    return data.getvalue()


@pytest.fixture(scope="module")
def wall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """URL and data folder of an app with a batch, a panorama, a strip and an icon."""
    folder = tmp_path_factory.mktemp("viewer")
    data = folder / "data"
    data.mkdir()
    batch = [png(768, 512, shade) for shade in (0, 80, 160, 240)]
    with contextlib.closing(Store(data)) as store:
        hang(store, [batch, [png(*PANORAMA)], [png(*STRIP)], [png(96, 96)]])
    with serving(folder, data) as url:
        yield url, data


@pytest.fixture
def open_wall(wall: tuple[str, Path], context: BrowserContext) -> Open:
    """Open the gallery as OWNER; script errors fail the test."""
    return gallery_opener(*wall, context, TILE)


def look(page: Page, number: int) -> Locator:
    """Open image *number* of the gallery, and wait until all of it is there."""
    page.locator(TILE).nth(number).click()
    loaded(page)
    return page.locator("dialog.full")


def loaded(page: Page) -> None:
    page.wait_for_function(
        """(one) => { const image = document.querySelector(one);
          return image.dataset.sized === 'true' && !image.src.includes('thumbnail')
            && image.complete && image.naturalWidth > 0; }""",
        arg=PICTURE,
    )


def box(page: Page, selector: str = PICTURE) -> dict[str, float]:
    """Where an element is on the screen, beyond its edges too."""
    found: dict[str, float] = page.evaluate(
        """(one) => { const r = document.querySelector(one).getBoundingClientRect();
          return {x: r.x, y: r.y, width: r.width, height: r.height}; }""",
        selector,
    )
    return found


def middle(page: Page) -> tuple[float, float]:
    stage = box(page, ".full-stage")
    return stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2


def scale(page: Page) -> str:
    return page.locator("dialog.full .full-percent").inner_text()


def says(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator("dialog.full .full-percent")).to_have_text(words)


class Fingers:
    """Fingers on the screen of *page*, by Chromium's own protocol."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def put(self, *points: tuple[float, float]) -> None:
        self._send("touchStart", points)

    def move(self, *points: tuple[float, float]) -> None:
        self._send("touchMove", points)

    def lift(self) -> None:
        self._send("touchEnd", ())

    def tap(self, point: tuple[float, float]) -> None:
        self.put(point)
        self.lift()

    def _send(self, kind: str, points: tuple[tuple[float, float], ...]) -> None:
        touches: list[dict[str, Any]] = [
            {"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)
        ]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def test_the_wheel_zooms_around_the_pointer_and_a_drag_pans(open_wall: Open) -> None:
    page = open_wall()
    look(page, 0)
    stage, before = box(page, ".full-stage"), box(page)
    assert before["width"] <= stage["width"] + 1
    assert before["height"] <= stage["height"] + 1
    at = (before["x"] + before["width"] * 0.25, before["y"] + before["height"] * 0.5)
    page.mouse.move(*at)
    page.mouse.wheel(0, -600)
    page.wait_for_function(
        "([one, wide]) => document.querySelector(one).getBoundingClientRect().width > wide * 1.2",
        arg=[PICTURE, before["width"]],
    )
    now = box(page)
    share = (at[0] - now["x"]) / now["width"]
    assert share == pytest.approx(0.25, abs=0.01)
    page.mouse.down()
    page.mouse.move(at[0] - 60, at[1], steps=4)
    page.mouse.up()
    assert box(page)["x"] == pytest.approx(now["x"] - 60, abs=2)


def test_double_click_and_buttons_lead_to_100_percent_and_back(open_wall: Open) -> None:
    page = open_wall()
    full = look(page, BATCH)
    says(page, re.compile(r"^5\.\d %$"))
    page.mouse.dblclick(*middle(page))
    says(page, "100 %")
    assert box(page)["width"] == pytest.approx(PANORAMA[0], abs=1)
    page.mouse.dblclick(*middle(page))
    says(page, re.compile(r"^5\.\d %$"))
    full.get_by_role("button", name="1:1, actual size").click()
    says(page, "100 %")
    full.get_by_role("button", name="Zoom in").click()
    says(page, "150 %")
    full.get_by_role("button", name="Fit to window").click()
    says(page, re.compile(r"^5\.\d %$"))


def test_keys_zoom_pan_and_walk(open_wall: Open) -> None:
    page = open_wall()
    full = look(page, 0)
    fit = scale(page)
    page.keyboard.press("Shift+Digit1")
    says(page, "100 %")
    for stop in (fit, "150 %", "200 %"):
        page.keyboard.press("+")
        says(page, stop)
    expect(page.locator(PICTURE)).to_have_attribute("data-pixels", "false")
    page.keyboard.press("+")
    says(page, "300 %")
    expect(page.locator(PICTURE)).to_have_attribute("data-pixels", "true")
    assert page.locator(PICTURE).evaluate("e => getComputedStyle(e).imageRendering") == "pixelated"
    before = box(page)
    page.keyboard.press("ArrowRight")
    assert box(page)["x"] < before["x"]
    assert full.locator(".full-film [aria-current]").get_attribute("aria-label") == (
        "Image 1 of 7: a lighthouse on a cliff at dusk, oil painting"
    )
    page.keyboard.press("-")
    says(page, "200 %")
    page.keyboard.press("z")
    says(page, fit)
    page.keyboard.press("ArrowRight")
    expect(full.locator(".full-film [aria-current]")).to_have_attribute(
        "aria-label", re.compile("^Image 2 of 7")
    )
    page.keyboard.press("Shift+Digit1")
    page.keyboard.press("PageDown")
    expect(full.locator(".full-film [aria-current]")).to_have_attribute(
        "aria-label", re.compile("^Image 3 of 7")
    )
    loaded(page)
    says(page, "100 %")  # of one size, so that the same part of both is seen
    full.get_by_role("group", name="Rating").wait_for()
    page.keyboard.press("2")
    expect(full.get_by_role("button", name="2 stars")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(("number", "size"), [(BATCH, PANORAMA), (BATCH + 1, STRIP)])
def test_what_is_very_wide_can_be_walked_along_from_end_to_end(
    open_wall: Open, number: int, size: tuple[int, int]
) -> None:
    page = open_wall()
    look(page, number)
    assert page.locator(".full-stage canvas").count() == 0
    stage = box(page, ".full-stage")
    page.keyboard.press("Shift+Digit1")
    assert box(page)["width"] == pytest.approx(size[0], abs=1)
    while box(page)["x"] < stage["x"] - 1:
        page.keyboard.press("ArrowLeft")
    while box(page)["x"] + box(page)["width"] > stage["x"] + stage["width"] + 1:
        page.keyboard.press("ArrowRight")
    assert box(page)["x"] + size[0] == pytest.approx(stage["x"] + stage["width"], abs=2)
    expect(page.locator(".full-film [aria-current]")).to_have_attribute(
        "aria-label", re.compile(f"^Image {number + 1} of 7")
    )


def test_fingers_pinch_pan_tap_twice_and_swipe(open_wall: Open) -> None:
    page = open_wall(width=PHONE)
    look(page, 0)
    fingers, (x, y), before = Fingers(page), middle(page), box(page)
    fit = scale(page)
    fingers.put((x - 40, y), (x + 40, y))
    for apart in (60, 80, 100, 120):
        fingers.move((x - apart, y - 10), (x + apart, y + 10))
    fingers.lift()
    page.wait_for_function(
        "([one, wide]) => document.querySelector(one).getBoundingClientRect().width > wide * 2.5",
        arg=[PICTURE, before["width"]],
    )
    now = box(page)
    fingers.put((x, y))
    for gone in (20, 40, 60, 80):
        fingers.move((x - gone, y))
    fingers.lift()
    assert box(page)["x"] < now["x"] - 40
    fingers.tap((x, y))
    fingers.tap((x, y))
    says(page, fit)
    fingers.put((x + 100, y))
    for gone in (40, 80, 120, 160):
        fingers.move((x + 100 - gone, y))
    fingers.lift()
    expect(page.locator(".full-film [aria-current]")).to_have_attribute(
        "aria-label", re.compile("^Image 2 of 7")
    )


def test_the_film_strip_leads_to_any_of_the_list(open_wall: Open) -> None:
    page = open_wall()
    full = look(page, 0)
    strip = full.get_by_role("group", name="Film strip")
    expect(strip.get_by_role("button")).to_have_count(7)
    expect(strip.locator("[data-mate=true]")).to_have_count(BATCH)
    strip.get_by_role("button", name="Image 6 of 7").click()
    expect(full.locator(".full-prompt")).to_contain_text("a city at night")
    full.get_by_role("button", name="Next image").click()
    loaded(page)
    says(page, "200 %")  # a small one is enlarged twice at the most, and says so


def test_it_fills_the_screen_and_comes_back(open_wall: Open) -> None:
    page = open_wall()
    full = look(page, 0)
    full.get_by_role("button", name="Full screen").click()
    page.wait_for_function("() => document.fullscreenElement?.classList.contains('full-room')")
    page.keyboard.press("Shift+F")
    page.wait_for_function("() => !document.fullscreenElement")
    expect(full).to_be_visible()


def pair(page: Page) -> tuple[dict[str, float], dict[str, float]]:
    """Where both images of the comparison are, each from the corner of its pane."""
    places = []
    for side in ("left", "right"):
        image, pane = (box(page, f".cmp [data-ref={side}{what}]") for what in ("Image", ""))
        places.append({**image, "x": image["x"] - pane["x"], "y": image["y"] - pane["y"]})
    return places[0], places[1]


def test_two_of_one_batch_are_compared_zoomed_and_panned_as_one(open_wall: Open) -> None:
    page = open_wall()
    look(page, 0)
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="Compare two images")
    expect(dialog.locator(".cmp-differs")).to_contain_text("Both are from one batch")
    dialog.get_by_role("button", name="Side by side").click()
    dialog.get_by_role("button", name="1:1, actual size").click()
    dialog.get_by_role("button", name="Zoom in").click()
    expect(dialog.locator(".full-percent")).to_have_text("150 %")
    left, right = pair(page)
    assert left == pytest.approx(right, abs=1)
    pane = box(page, "[data-ref=right]")
    page.mouse.move(pane["x"] + 200, pane["y"] + 200)
    page.mouse.down()
    page.mouse.move(pane["x"] + 140, pane["y"] + 170, steps=3)
    page.mouse.up()
    moved, followed = pair(page)
    assert moved == pytest.approx(followed, abs=1)
    assert moved["x"] == pytest.approx(left["x"] - 60, abs=2)


def test_any_two_are_compared_with_the_rows_that_differ(open_wall: Open) -> None:
    page = open_wall()
    look(page, 0)
    page.locator("dialog.full").get_by_role("button", name="Compare").click()
    dialog = page.get_by_role("dialog", name="Compare two images")
    right = dialog.get_by_role("group", name="The image on the right")
    expect(right).to_contain_text("2 of 7")
    for _ in range(5):
        right.get_by_role("button", name="Next image on the right").click()
    expect(right).to_contain_text("7 of 7")
    expect(right.get_by_role("button", name="Next image on the right")).to_be_disabled()
    rows = dialog.locator("tbody tr")
    expect(rows.filter(has_text="Seed")).to_contain_text("1000003")
    assert not [row for row in rows.all_inner_texts() if row.split("\t")[1:] == ["–", "–"]]
    slider = dialog.get_by_role("slider")
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuenow", "0")
    pane = box(page, "[data-ref=pair]")
    page.mouse.move(pane["x"] + pane["width"] * 0.2, pane["y"] + 60)
    page.mouse.down()
    page.mouse.move(pane["x"] + pane["width"] * 0.75, pane["y"] + 60, steps=3)
    page.mouse.up()
    expect(slider).to_have_attribute("aria-valuenow", "75")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("dialog.full")).to_be_visible()
