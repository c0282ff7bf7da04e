"""Videos in the gallery and the full view: thumbnails, play while pointed at, frames as inputs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from storage.files.kept_files import keep
from storage.records import Status
from storage.store import Store
from studio.dispatch.played import measured
from studio.generations.new_records import press_of
from tests.browser.conftest import Open, gallery_opener, serving
from tests.browser.shelf import OWNER
from tests.studio.conftest import request
from tests.support.films import film, sound
from tests.support.records import generation
from tests.support.stores import open_store

pytestmark = pytest.mark.browser

TILE, MOVING = ".gallery-tile", ".gal-moving"


def hang(store: Store, number: int, data: bytes, name: str, **fields: Any) -> None:
    record = generation(number, owner=OWNER, status=Status.FINISHED, prompt=name, **fields)
    image = measured(store.folder, keep(store.folder, record.id, 0, data, name))
    store.generations.add([replace(record, images=(image,), width=96, height=64)])


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("videos")
    data = folder / "data"
    data.mkdir()
    store = open_store(data)
    built_in = press_of(request(prompt="a fox")).generations[0]
    hang(store, 1, film("webm", frames=60), "a film", graph=built_in.graph, workflow="a workflow")
    hang(store, 2, b"\0\0\0\x18ftypisom" + b"\0" * 500, "broken.mp4")
    hang(store, 3, sound(), "song.wav")
    store.close()
    with serving(folder, data) as url:
        yield url, data


@pytest.fixture
def open_gallery(library: tuple[str, Path], context: BrowserContext) -> Open:
    return gallery_opener(*library, context, TILE)


def test_tiles_show_a_frame_and_the_length_and_play_while_pointed_at(open_gallery: Open) -> None:
    page = open_gallery()
    video, broken, song = (
        page.get_by_role("button", name=name)
        for name in ("Open Video: a film", "Open Video: broken.mp4", "Open Sound: song.wav")
    )
    page.wait_for_function("() => document.querySelectorAll('.gallery-tile img').length === 2")
    expect(broken.locator(".sg-small")).to_have_attribute(
        "title", "No preview: this file cannot be read, or not now."
    )
    expect(broken).to_contain_text("broken.mp4")
    expect(song).to_contain_text("song.wav")
    expect(page.locator("#gallery .gal-length")).to_have_text("0:05")
    expect(page.locator(MOVING)).to_have_count(0)
    video.hover()
    expect(video.locator(MOVING)).to_have_count(1)
    says = video.locator(MOVING).evaluate("v => [v.muted, v.loop, v.controls]")
    assert says == [True, True, False]
    page.wait_for_function("() => document.querySelector('.gal-moving')?.currentTime > 0")
    broken.hover()
    expect(page.locator(MOVING)).to_have_count(0)


def test_nothing_plays_where_less_motion_is_asked_for(open_gallery: Open) -> None:
    page = open_gallery()
    page.emulate_media(reduced_motion="reduce")
    fetched: list[str] = []
    page.on("request", lambda one: fetched.append(one.url))
    page.get_by_role("button", name="Open Video: a film").hover()
    page.get_by_role("button", name="Open Sound: song.wav").hover()
    page.evaluate("() => fetch('healthz')")
    expect(page.locator(MOVING)).to_have_count(0)
    assert not [url for url in fetched if url.endswith("/0")]


def test_the_keyboard_plays_a_tile_too(open_gallery: Open) -> None:
    page = open_gallery()
    page.get_by_role("button", name="Open Sound: song.wav").focus()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Open Video: a film")).to_be_focused()
    expect(page.locator(MOVING)).to_have_count(1)
    page.keyboard.press("Home")
    expect(page.locator(MOVING)).to_have_count(0)


def test_a_press_on_the_storyboard_goes_there(open_gallery: Open) -> None:
    page = open_gallery()
    page.get_by_role("button", name="Open Video: a film").click()
    full = page.locator("dialog.full")
    board = full.get_by_role("group", name="Storyboard")
    expect(board.get_by_role("button")).to_have_count(10)
    edges = "e => { const { left, right } = e.getBoundingClientRect(); return [left, right]; }"
    stage = full.locator(".full-stage").evaluate(edges)
    for frame in (board.get_by_role("button").first, board.get_by_role("button").last):
        left, right = frame.evaluate(edges)
        assert stage[0] <= left < right <= stage[1]
    board.get_by_role("button", name="Go to 0:04").first.click()
    page.wait_for_function("() => document.querySelector('dialog.full video').currentTime >= 4")
    expect(board.locator("[aria-current=true]")).to_have_count(1)
    for name in ("Inpaint", "Outpaint", "Upscale", "Use as input"):
        expect(full.get_by_role("button", name=name)).to_be_hidden()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Open Video: broken.mp4").click()
    expect(full.get_by_text("This video cannot be read")).to_be_visible()


def test_the_last_frame_becomes_the_input_of_the_form(open_gallery: Open) -> None:
    page = open_gallery()
    page.get_by_role("button", name="Open Video: a film").click()
    page.locator("dialog.full").get_by_role("button", name="Use last frame as input").click()
    expect(page.locator("#field-image img")).to_be_visible()
    expect(page.locator(".source")).to_contain_text("a film")


def test_what_made_no_image_input_says_what_to_do(open_gallery: Open) -> None:
    page = open_gallery()
    page.get_by_role("button", name="Open Video: a film").click(button="right")
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="Inpaint")).to_have_count(0)
    menu.get_by_role("menuitem", name="Extend from last frame").click()
    expect(page.locator("#sg-toast")).to_contain_text("takes no image to start from")
