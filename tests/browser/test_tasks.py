"""What people come for, done by hand: no task takes more actions than with any other program.

Here is what is made, and made again; `test_tasks_kept.py` has what is found and kept.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import LONG, Open
from tests.browser.hands import Hands
from tests.browser.test_workflows import FORM, LIVE, tab, text_to_image

pytestmark = pytest.mark.browser

PROMPT, GENERATE = "#field-prompt textarea", "#generate-button"
WORKFLOW_PROMPT = f".wf {FORM} textarea"
RECORD = "async (id) => (await fetch(`api/generations/${id}`)).json()"


def made(page: Page, prompt: str = "a red barn in a field") -> Page:
    """The page with an image that was just made on Generate."""
    page.fill(PROMPT, prompt)
    page.fill("#field-steps input", "4")
    page.click(GENERATE)
    finished(page)
    expect(page.locator("#live .live-final")).to_have_attribute("alt", prompt)
    return page


def finished(page: Page, live: str = "#live .live") -> None:
    page.wait_for_selector(f"{live}[data-state=finished]")
    page.wait_for_function(
        "one => document.querySelector(one)?.naturalWidth > 0", arg=f"{live} .live-final"
    )


def record(page: Page, live: str = "#live .live") -> Any:
    return page.evaluate(RECORD, page.locator(live).get_attribute("data-job"))


def in_gallery(page: Page) -> Locator:
    """The image that was made last, on the Gallery tab."""
    page.get_by_role("tab", name="Gallery").click()
    return page.locator(".gallery-tile").first


def offered(page: Page, name: str) -> Locator:
    return page.get_by_role("menuitem", name=name)


def preset(page: Page, title: str) -> Locator:
    return page.locator(".wf-preset", has=page.get_by_text(title, exact=True))


def test_first_picture(open_page: Open) -> None:
    page = open_page()
    hands = Hands(page)
    hands.type(page.locator(PROMPT), "a lighthouse at dusk")
    hands.click(page.locator(GENERATE))
    finished(page)
    assert record(page)["prompt"] == "a lighthouse at dusk"
    hands.finished("first picture")


def test_four_variations_of_one(open_page: Open) -> None:
    page = made(open_page())
    tile = in_gallery(page)
    hands = Hands(page)
    hands.click(tile, other_button=True)
    hands.click(offered(page, "Variation: subtle"))
    expect(page.locator("#field-image img")).to_be_visible()
    hands.click(page.locator(GENERATE))
    expect(page.locator("#live [data-ref=groupText]")).to_have_text("4 of 4 finished")
    hands.finished("four variations of one")
    in_gallery(page)
    expect(page.locator(".gallery-tile")).to_have_count(5)


def test_upscale_one(open_page: Open) -> None:
    page = made(open_page())
    tile = in_gallery(page)
    hands = Hands(page)
    hands.click(tile, other_button=True)
    hands.click(offered(page, "Upscale"))
    hands.click(page.locator("#workflow-generate"))
    finished(page, LIVE)
    wide = page.locator(f"{LIVE} .live-final").evaluate("(e) => e.naturalWidth")
    assert wide > record(page)["width"]
    hands.finished("upscale one")


def test_inpaint_a_part(open_page: Open) -> None:
    page = made(open_page())
    tile = in_gallery(page)
    hands = Hands(page)
    hands.click(tile, other_button=True)
    hands.click(offered(page, "Inpaint"))
    use = page.get_by_role("button", name="Use and generate")
    expect(use).to_be_enabled()
    hands.stroke(page.locator(".mask-layers"))
    hands.click(use)
    finished(page, LIVE)
    assert record(page, LIVE)["prompt"] == "a red barn in a field"
    hands.finished("inpaint a part")


def test_the_key_that_generates_does_so_while_a_mask_is_painted(open_page: Open) -> None:
    page = made(open_page())
    in_gallery(page).click(button="right")
    offered(page, "Inpaint").click()
    expect(page.get_by_role("button", name="Use and generate")).to_be_enabled()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#sg-toast")).to_contain_text("Paint over the area to change first.")
    Hands(page).stroke(page.locator(".mask-layers"))
    page.keyboard.press("Control+Enter")
    finished(page, LIVE)
    expect(page.locator(".mask-stage")).to_be_hidden()


def test_same_settings_other_checkpoint(open_page: Open) -> None:
    page = made(open_page())
    before = record(page)
    tile = in_gallery(page)
    hands = Hands(page)
    hands.click(tile, other_button=True)
    hands.click(offered(page, "Try another model"))
    hands.click(page.get_by_role("option", name="demo-neon.safetensors"))
    hands.click(page.locator(GENERATE))
    page.wait_for_function(
        "old => document.querySelector('#live .live').dataset.job !== old", arg=before["id"]
    )
    finished(page)
    after = record(page)
    assert after["checkpoint"] == "demo-neon.safetensors" != before["checkpoint"]
    assert [after[k] for k in ("prompt", "seed", "steps", "width")] == [
        before[k] for k in ("prompt", "seed", "steps", "width")
    ]
    hands.finished("same settings, other checkpoint")


def test_x_y_grid(open_page: Open) -> None:
    page = tab(open_page())
    preset(page, "Text to image (SD 1.5)").click()
    page.locator(WORKFLOW_PROMPT).first.fill("a harbour at night")
    page.get_by_role("tab", name="Generate").click()
    hands = Hands(page)
    hands.click(page.get_by_role("tab", name="Workflows"))
    hands.click(page.locator("[data-ref=many] > summary"))
    hands.type(page.locator("#wf-axis-x"), "Steps")
    hands.type(page.locator("#wf-axis-x-values"), "1-3")
    hands.type(page.locator("#wf-axis-y"), "CFG")
    hands.type(page.locator("#wf-axis-y-values"), "4, 8")
    expect(page.locator("#workflow-generate")).to_have_text("Generate 6")
    hands.click(page.locator("#workflow-generate"))
    expect(page.locator(f"{LIVE} [data-ref=groupText]")).to_have_text("6 of 6 finished")
    hands.click(page.locator(LIVE).get_by_role("button", name="Open as grid"))
    grid = page.get_by_role("dialog", name="Grid")
    expect(grid.get_by_role("button", name="Open: ")).to_have_count(6)
    hands.finished("X/Y grid")


def test_save_and_share_a_preset(open_page: Open, tmp_path: Path) -> None:
    page = tab(open_page())
    preset(page, "Text to image (SD 1.5)").click()
    page.locator(WORKFLOW_PROMPT).first.fill("a harbour at night")
    hands = Hands(page)
    hands.click(page.get_by_role("button", name="Save", exact=True).first)
    hands.type(page.get_by_label("Name of the preset"), "Harbours")
    with page.expect_download() as download:
        hands.click(page.get_by_role("button", name="Save and share"))
    hands.finished("save and share a preset")
    expect(page.locator("#sg-toast")).to_contain_text(download.value.suggested_filename)
    download.value.save_as(tmp_path / "shared.json")
    assert "a harbour at night" in (tmp_path / "shared.json").read_text()
    page.get_by_role("button", name="Open…").click()
    expect(page.locator("[data-ref=ownList] strong")).to_have_text("Harbours")


def test_somebodys_workflow_png(open_page: Open, tmp_path: Path) -> None:
    page = open_page()
    said = PngImagePlugin.PngInfo()
    said.add_text("prompt", json.dumps(text_to_image()))
    file = tmp_path / "theirs.png"
    Image.new("RGB", (64, 64)).save(file, pnginfo=said)
    hands = Hands(page)
    drop_file(page, file, page.get_by_role("tab", name="Workflows"), page.locator(".wf-drop"))
    hands.did()
    expect(page.locator(WORKFLOW_PROMPT).first).to_have_value("a pier")
    hands.finished("somebody's workflow PNG")


def drop_file(page: Page, file: Path, tab_: Locator, room: Locator) -> None:
    """Drag *file* from the desktop over *tab_*, which opens, and let it go on *room*."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}

    def over(target: Locator, *kinds: str) -> None:
        box = target.bounding_box()
        assert box is not None
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        for kind in kinds:
            session.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})

    over(tab_, "dragEnter", "dragOver")
    expect(room).to_be_visible()
    over(room, "dragOver", "drop")


def fill_long(page: Page) -> None:
    page.fill(PROMPT, "a long way")
    for name, value in LONG.items():
        page.fill(f"#field-{name} input", str(value))


def test_queue_10_seeds_cancel_3(open_page: Open) -> None:
    page = open_page()
    fill_long(page)
    hands = Hands(page)
    hands.type(page.locator("#field-prompts input"), "10")
    hands.click(page.locator(GENERATE))
    hands.click(page.get_by_role("tab", name="Queue"))
    rows = page.locator("#queue [data-ref=rows] .queue-row")
    expect(rows).to_have_count(10)
    for left in (9, 8, 7):
        hands.click(rows.last.get_by_role("button", name="Cancel: “a long way”"))
        expect(rows).to_have_count(left)
    expect(page.locator("#queue .queue-row[data-state=cancelled]")).to_have_count(3)
    hands.finished("queue 10 seeds, cancel 3")


def test_pause(open_page: Open) -> None:
    page = open_page()
    fill_long(page)
    page.click(GENERATE)
    page.wait_for_selector("#live .live[data-live=true]")
    hands = Hands(page)
    hands.click(page.get_by_role("tab", name="Queue"))
    hands.click(page.get_by_role("button", name="Pause queue"))
    expect(page.locator("#queue [data-ref=paused]")).to_be_visible()
    hands.finished("pause")


def test_two_loras(open_page: Open) -> None:
    page = open_page()
    page.fill(PROMPT, "a barn in two manners")
    page.fill("#field-steps input", "4")
    hands = Hands(page)
    hands.click(page.locator("#lora-add"))
    hands.click(page.get_by_role("option", name="demo-film-grain.safetensors"))
    hands.click(page.get_by_role("option", name="demo-golden-hour.safetensors"))
    hands.click(page.locator(GENERATE))
    finished(page)
    assert [one["name"] for one in record(page)["loras"]] == [
        "demo-film-grain.safetensors",
        "demo-golden-hour.safetensors",
    ]
    hands.finished("two LoRAs")


def test_add_a_style(open_page: Open) -> None:
    page = open_page()
    page.fill(PROMPT, "a barn")
    hands = Hands(page)
    hands.click(page.get_by_role("combobox", name="Styles"))
    hands.click(page.get_by_role("option", name="Watercolor"))
    expect(page.locator("#field-styles li")).to_have_text("Watercolor")
    hands.finished("add a style")
    expect(page.locator("#field-styles")).to_contain_text("watercolor painting of …, loose washes")
    page.fill("#field-steps input", "2")
    page.click(GENERATE)
    finished(page)
    made_with = record(page)
    assert made_with["prompt"].startswith("watercolor painting of a barn, loose washes")
    assert made_with["request"]["styles"] == ["Watercolor"]


def test_reuse_a_prompt(open_page: Open) -> None:
    page = made(made(open_page(), "a first fox"), "a second fox")
    expect(page.locator(PROMPT)).not_to_be_focused()
    hands = Hands(page)
    hands.press("Alt+ArrowUp")
    expect(page.locator(PROMPT)).to_have_value("a first fox")
    expect(page.locator(PROMPT)).to_be_focused()
    hands.finished("reuse a prompt")


def test_image_to_image(open_page: Open) -> None:
    page = made(open_page())
    before = record(page)["id"]
    tile = in_gallery(page)
    hands = Hands(page)
    hands.drag(tile, page.get_by_role("tab", name="Generate"), page.locator("#img2img"))
    expect(page.locator("#field-image img")).to_be_visible()
    hands.click(page.locator(GENERATE))
    page.wait_for_function(
        "old => document.querySelector('#live .live').dataset.job !== old", arg=before
    )
    finished(page)
    hands.finished("image to image")
