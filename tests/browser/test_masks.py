"""The mask editor: what is painted is seen, changed as a whole, saved, and there again."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import PHONE, Open
from tests.browser.test_viewer import Fingers

pytestmark = pytest.mark.browser

SIZE = (640, 480)


def editor(page: Page) -> Locator:
    """The editor, on an image of the Inpaint preset."""
    page.get_by_role("tab", name="Workflows").click()
    page.locator(".wf-preset", has_text=re.compile("^Inpaint")).first.click()
    field = page.locator(".wf-field[data-kind=image]").first
    field.locator("input[type=file]").set_input_files(png(SIZE, (30, 90, 160)))
    field.locator("img[src^='data:']").wait_for()
    return again(page)


def png(size: tuple[int, int], colour: tuple[int, int, int]) -> FilePayload:
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, "PNG")
    return {"name": "in.png", "mimeType": "image/png", "buffer": data.getvalue()}


def again(page: Page, name: str = "Paint a mask") -> Locator:
    page.get_by_role("button", name=name).click()
    dialog = page.get_by_role("dialog", name="Paint over the area to change")
    expect(dialog.get_by_role("button", name="Use this mask")).to_be_enabled()
    expect(dialog.locator("canvas")).to_be_visible()
    return dialog


def middle(dialog: Locator) -> tuple[float, float]:
    box = dialog.locator(".mask-layers").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def stroke(page: Page, dialog: Locator, across: float = 120) -> None:
    x, y = middle(dialog)
    page.mouse.move(x - across / 2, y)
    page.mouse.down()
    page.mouse.move(x + across / 2, y, steps=6)
    page.mouse.up()


def cover(page: Page) -> float:
    """The share of the mask that is covered, by its pixels."""
    found: float = page.evaluate(
        """() => { const canvas = document.querySelector('.mask-layers canvas');
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let sum = 0;
          for (let i = 3; i < data.length; i += 4) sum += data[i];
          return sum / 255 / (data.length / 4); }"""
    )
    return found


def press(dialog: Locator, name: str) -> None:
    dialog.get_by_role("button", name=name, exact=True).click()


def test_a_mask_is_there_again_and_changed_as_a_whole(open_page: Open) -> None:
    page = open_page()
    dialog = editor(page)
    assert page.locator(".mask-layers canvas").evaluate("e => getComputedStyle(e).opacity") < "0.9"
    stroke(page, dialog)
    first = cover(page)
    assert 0.005 < first < 0.3
    press(dialog, "Grow")
    larger = cover(page)
    assert larger > first
    press(dialog, "Shrink")
    press(dialog, "Invert")
    assert cover(page) == pytest.approx(1 - first, abs=0.01)
    press(dialog, "Undo")
    press(dialog, "Soften edge")
    assert cover(page) == pytest.approx(first, abs=0.02)
    press(dialog, "Use this mask")
    expect(dialog).to_be_hidden()
    expect(page.locator(".wf > [data-ref=say]")).to_have_text("Mask saved.")
    dialog = again(page)
    assert cover(page) == pytest.approx(first, abs=0.02)
    expect(dialog.locator(".mask-share")).to_have_text(re.compile(r"\d+ % is covered"))
    page.keyboard.press("e")
    stroke(page, dialog, 300)
    assert cover(page) < first / 2
    page.keyboard.press("Control+z")
    assert cover(page) == pytest.approx(first, abs=0.02)


def test_it_says_that_it_works(open_page: Open) -> None:
    page = open_page()
    dialog = editor(page)
    stroke(page, dialog)
    page.evaluate(
        """() => { window.said = [];
          const sign = document.querySelector('.mask-busy span');
          new MutationObserver(() => window.said.push(sign.textContent))
            .observe(sign, { childList: true }); }"""
    )
    press(dialog, "Use this mask")
    expect(dialog).to_be_hidden()
    assert "Saving the mask…" in page.evaluate("() => window.said")


@pytest.mark.parametrize("way", ["Escape", "Back"])
def test_what_is_painted_is_kept_however_the_editor_is_closed(open_page: Open, way: str) -> None:
    page = open_page()
    dialog = editor(page)
    press(dialog, "Use this mask")
    expect(page.locator("#sg-toast")).to_contain_text("Paint over the area to change first.")
    stroke(page, dialog)
    painted = cover(page)
    if way == "Back":
        page.go_back()
    else:
        for _ in range(3):
            page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#sg-toast")).to_contain_text("Your mask is kept, but not used yet")
    dialog = again(page, "Go on with the mask")
    assert cover(page) == pytest.approx(painted, abs=0.002)
    press(dialog, "Cancel")
    page.locator(".sg-confirm").get_by_role("button", name="Discard").click()
    expect(dialog).to_be_hidden()
    again(page)
    assert cover(page) == 0


def test_more_strokes_than_can_be_undone_are_asked_about_all_the_same(open_page: Open) -> None:
    page = open_page()
    dialog = editor(page)
    for number in range(14):
        stroke(page, dialog, 20 + 10 * number)
    while dialog.get_by_role("button", name="Undo").is_enabled():
        press(dialog, "Undo")
    assert cover(page) > 0
    press(dialog, "Cancel")
    asked = page.get_by_role("dialog", name="Discard the mask?")
    expect(asked).to_contain_text("What you painted and did not use is lost.")


def test_a_mask_is_never_laid_on_another_image_than_it_was_painted_on(open_page: Open) -> None:
    page = open_page()
    dialog = editor(page)
    stroke(page, dialog)
    other = open_page()
    other.get_by_role("tab", name="Workflows").click()
    field = other.locator(".wf-field[data-kind=image]").first
    shown = field.locator("img[src^='data:']")
    shown.wait_for()
    first = shown.get_attribute("src")
    field.locator("input[type=file]").set_input_files(png((300, 900), (200, 40, 40)))
    expect(shown).not_to_have_attribute("src", str(first))
    press(dialog, "Use this mask")
    expect(page.locator("#sg-toast")).to_contain_text("The image was changed while you painted")
    expect(dialog).to_be_visible()


def test_one_finger_paints_and_two_look_closer(open_page: Open) -> None:
    page = open_page(width=PHONE)
    dialog = editor(page)
    fingers, (x, y) = Fingers(page), middle(dialog)
    fingers.put((x - 40, y))
    for gone in (20, 40, 60, 80):
        fingers.move((x - 40 + gone, y))
    fingers.lift()
    expect(dialog.locator(".mask-share")).to_have_text(re.compile(r"% is covered"))
    painted, before = cover(page), dialog.locator(".full-percent").inner_text()
    fingers.put((x - 30, y))
    fingers.put((x - 30, y), (x + 30, y))
    for apart in (50, 70, 90):
        fingers.move((x - apart, y), (x + apart, y))
    fingers.lift()
    expect(dialog.locator(".full-percent")).not_to_have_text(before)
    assert cover(page) == pytest.approx(painted, abs=0.001)


def test_inpaint_from_an_image_opens_the_editor_at_once(open_page: Open) -> None:
    page = open_page()
    page.fill("#field-prompt textarea", "a barn")
    page.fill("#field-steps input", "4")
    page.click("#generate-button")
    page.wait_for_function("() => document.querySelector('.live-final')?.naturalWidth > 0")
    page.get_by_role("tab", name="Gallery").click()
    page.locator(".gallery-tile").first.click()
    page.locator("dialog.full").get_by_role("button", name="Inpaint").click()
    dialog = page.get_by_role("dialog", name="Paint over the area to change")
    expect(dialog.get_by_role("button", name="Use this mask")).to_be_enabled()
    expect(dialog.locator("canvas")).to_be_visible()
    stroke(page, dialog)
    press(dialog, "Use this mask")
    expect(dialog).to_be_hidden()
    page.click("#workflow-generate")
    page.wait_for_function(
        "() => document.querySelector('#workflow-live .live-final')?.naturalWidth > 0"
    )
