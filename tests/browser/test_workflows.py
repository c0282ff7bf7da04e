"""The Workflows tab as a person uses it, in Chromium, on the demo engine."""

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from comfy.workflow.presets import PRESETS
from tests.browser.conftest import PATIENCE, PHONE, WIDE, Open
from tests.support.transcript import FOLDER, Transcript

pytestmark = pytest.mark.browser

Json = dict[str, Any]
FORM = "[data-ref=work]:not([hidden])"
LIVE = "#workflow-live .live"


def node(class_type: str, title: str, **inputs: Any) -> Json:
    return {"class_type": class_type, "inputs": inputs, "_meta": {"title": title}}


def text_to_image(**sampler: Any) -> Json:
    """A small graph that the demo engine runs in a moment."""
    given = {"seed": 7, "steps": 4, "cfg": 6.5, "sampler_name": "euler", "scheduler": "normal"}
    links = {
        "model": ["1", 0],
        "positive": ["3", 0],
        "negative": ["4", 0],
        "latent_image": ["5", 0],
    }
    return {
        "1": node("CheckpointLoaderSimple", "Load", ckpt_name="demo-neon.safetensors"),
        "3": node(
            "CLIPTextEncode", "Words <img src=x onerror=alert(1)>", text="a pier", clip=["1", 1]
        ),
        "4": node("CLIPTextEncode", "Not ${alert(1)} {{x}}", text="fog", clip=["1", 1]),
        "5": node("EmptyLatentImage", "Size", width=256, height=256, batch_size=1),
        "6": node("KSampler", "Sampler", **given | {"denoise": 1.0} | sampler, **links),
        "7": node("VAEDecode", "Decode", samples=["6", 0], vae=["1", 2]),
        "8": node("SaveImage", "Save", filename_prefix="test", images=["7", 0]),
    }


def recorded(name: str) -> Json:
    graph: Json = Transcript(FOLDER / "comfyui-0.33.0" / f"{name}.jsonl").prompts[0].body["prompt"]
    return graph


def tab(page: Page) -> Page:
    page.get_by_role("tab", name="Workflows").click()
    page.wait_for_selector(f".wf {FORM}, .wf [data-ref=start]:not([hidden])")
    return page


def opened(url: str, context: BrowserContext) -> Page:
    """The Workflows tab of the app at *url*, in a new page."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    page.goto(url)
    return tab(page)


def choose(page: Page, name: str, data: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.set_input_files(".wf [data-ref=file]", file)  # type: ignore[arg-type] # a FilePayload


def open_graph(page: Page, graph: Json, name: str = "graph") -> None:
    choose(page, f"{name}.json", json.dumps(graph).encode())
    page.wait_for_selector(f".wf {FORM}")
    expect(page.locator(".wf h2[data-ref=name]")).to_have_text(name)


def field(page: Page, key: str) -> Any:
    """The box of a field; what it is folded into is opened."""
    box = page.locator(f".wf-field[data-key='{key}']")
    if not box.count():
        page.evaluate(
            "() => document.querySelectorAll('.wf-rest, .wf-group').forEach(e => { e.open = true })"
        )
        box.wait_for()
    return box


def take_checkpoint(page: Page, key: str) -> None:
    field(page, key).locator("select").select_option("demo-neon.safetensors")


def give_picture(page: Page, key: str, data: bytes) -> None:
    field(page, key).locator("input[type=file]").set_input_files(
        {"name": "in.png", "mimeType": "image/png", "buffer": data}
    )
    field(page, key).locator("img[src^='data:']").wait_for()


def picture(size: tuple[int, int] = (192, 128), *, hole: bool = False) -> bytes:
    made = Image.linear_gradient("L").resize(size).convert("RGBA")
    if hole:
        made.paste((9, 9, 9, 0), (40, 30, 120, 90))
    data = BytesIO()
    made.save(data, "PNG")
    return data.getvalue()


def run(page: Page, state: str = "finished") -> None:
    before = page.evaluate(f"() => document.querySelector('{LIVE}').dataset.job || ''")
    page.click("#workflow-generate")
    page.wait_for_function(
        f"([old, state]) => {{ const live = document.querySelector('{LIVE}').dataset;"
        " return live.job !== old && live.live === 'false' && live.state === state; }",
        arg=[before, state],
    )


def test_a_file_becomes_a_form_that_runs(open_page: Open) -> None:
    page = tab(open_page())
    open_graph(page, text_to_image())
    labels = page.locator(".wf-fields[data-ref=first] .wf-label").all_inner_texts()
    assert labels[:4] == ["Prompt", "Negative prompt", "Width", "Height"]
    field(page, "3.text").locator("textarea").fill("a harbour at night")
    field(page, "6.steps").locator("input").fill("6")
    run(page)
    page.wait_for_function(
        f"() => document.querySelector('{LIVE} .live-final').naturalWidth === 256"
    )
    page.get_by_role("tab", name="Gallery").click()
    expect(page.locator(".gallery-tile").first).to_have_attribute(
        "aria-label", "Open: a harbour at night"
    )


def test_what_is_typed_survives_a_reload_and_seeds_are_exact(open_page: Open) -> None:
    page = tab(open_page())
    open_graph(page, text_to_image(seed=2**64 - 1))
    seed = field(page, "6.seed")
    seed.get_by_text("Fixed").click()
    expect(seed.locator("input[type=text]")).to_have_value("18446744073709551615")
    field(page, "3.text").locator("textarea").fill("half a sente")
    page.reload()
    page.wait_for_selector(f".wf {FORM}")
    expect(field(page, "3.text").locator("textarea")).to_have_value("half a sente")
    run(page)
    expect(page.locator(f"{LIVE} [data-ref=seed]")).to_have_text("seed 18446744073709551615")
    field(page, "6.seed").get_by_text("Increment").click()
    field(page, "6.seed").locator("input[type=text]").fill("41")
    run(page)
    expect(field(page, "6.seed").locator("input[type=text]")).to_have_value("42")


def test_what_the_server_lacks_is_said_and_taken_with_one_click(open_page: Open) -> None:
    page = tab(open_page())
    graph = text_to_image()
    graph["1"]["inputs"]["ckpt_name"] = "demo-neonn.safetensors"
    graph["9"] = node("SaveOddly", "Odd", images=["7", 0])
    graph["9"]["_meta"]["package"] = "comfyui-odd-nodes"
    open_graph(page, graph)
    wrong = field(page, "1.ckpt_name").locator(".wf-wrong")
    expect(wrong).to_contain_text("“demo-neonn.safetensors” is not on this server")
    wrong.get_by_role("button").click()
    expect(field(page, "1.ckpt_name").locator("select")).to_have_value("demo-neon.safetensors")
    expect(wrong).to_have_count(0)
    expect(page.locator(".wf-problems")).to_contain_text("comfyui-odd-nodes")


def test_what_is_refused_is_said_at_its_field_and_the_rest_can_still_be_made(
    open_page: Open,
) -> None:
    page = tab(open_page())
    graph = Transcript(FOLDER / "comfyui-0.33.0" / "validation_errors.jsonl").prompts[0].body
    open_graph(page, graph["prompt"], "refused")
    expect(field(page, "4.ckpt_name").locator(".wf-wrong")).to_contain_text("not on this server")
    take_checkpoint(page, "4.ckpt_name")
    steps = field(page, "3.steps").locator("input[type=number]")
    steps.fill("0")
    expect(field(page, "3.steps").locator(".wf-wrong")).to_contain_text("less than 1")
    steps.fill("")
    expect(field(page, "3.steps").locator(".wf-wrong")).to_contain_text("whole number")
    steps.fill("2")
    expect(field(page, "30.image").locator(".wf-wrong")).to_contain_text("nothing-here.png")
    page.click("#workflow-generate")
    page.get_by_role("button", name="Generate without “Preview Image”").click()
    page.wait_for_selector(f"{LIVE}[data-state=finished]")
    expect(page.locator(LIVE)).to_contain_text("nothing-here.png")


def test_recorded_prompts_are_made_again_through_their_forms(open_page: Open) -> None:
    page = tab(open_page())
    for name in ("img2img", "inpaint", "two_outputs", "node_expansion"):
        graph = recorded(name)
        if name == "node_expansion":
            graph["1"]["class_type"] = "DemoParallelSleep"  # what the demo engine has of it
        open_graph(page, graph, name)
        if "4" in graph:
            take_checkpoint(page, "4.ckpt_name")
        if "30" in graph:
            give_picture(page, "30.image", picture(hole=name == "inpaint"))
        run(page)
        if name == "two_outputs":
            expect(page.locator(f"{LIVE} .live-texts pre")).not_to_be_empty()
            assert page.locator(f"{LIVE} .live-strip button").count() >= 2
        elif name != "node_expansion":
            expect(page.locator(f"{LIVE} .live-final")).to_be_visible()


def test_every_preset_that_ships_makes_a_picture(open_page: Open) -> None:
    page = tab(open_page())
    ready = page.locator("[data-ref=shipList] [data-ready=true] strong")
    expect(ready).to_have_text([preset.title for preset in PRESETS.values()])
    for title in ready.all_inner_texts():
        if page.locator("[data-ref=another]").is_visible():
            page.click(".wf [data-ref=another]")
        page.get_by_role("button", name=re.compile(re.escape(title))).first.click()
        expect(page.locator(".wf h2[data-ref=name]")).to_have_text(title)
        for key in ("5.width", "5.height"):
            if page.locator(f".wf-field[data-key='{key}']").count():
                field(page, key).locator("input").fill("128")
        for one in page.locator(".wf-fields [data-key$='.steps'] input[type=number]").all():
            one.fill("2")
        for box in page.locator(".wf-fields [data-kind=image]").all():
            give_picture(page, str(box.get_attribute("data-key")), picture(hole=True))
        run(page)
        expect(page.locator(f"{LIVE} .live-final")).to_be_visible()


def test_a_mask_is_painted_and_an_output_becomes_an_input(open_page: Open) -> None:
    page = tab(open_page())
    graph = recorded("inpaint")
    open_graph(page, graph)
    take_checkpoint(page, "4.ckpt_name")
    give_picture(page, "30.image", picture((400, 300)))
    before = field(page, "30.image").locator("img").get_attribute("src")
    page.get_by_text("Paint a mask").click()
    stage = page.locator(".mask-stage")
    expect(page.locator(".mask-share")).to_have_text("Nothing is covered yet")
    expect(stage.locator("canvas")).to_be_visible()
    box = stage.bounding_box()
    assert box is not None
    across, down = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(across - 60, down)
    page.mouse.down()
    page.mouse.move(across + 60, down + 10, steps=10)
    page.mouse.up()
    page.get_by_role("button", name="Use this mask").click()
    page.wait_for_function(
        "old => document.querySelector('[data-key=\"30.image\"] img').src !== old", arg=before
    )
    run(page)
    page.locator(f"{LIVE} [data-ref=reuse]").click()
    expect(page.locator("#sg-toast")).to_contain_text("Set as")


def test_a_form_is_arranged_saved_shared_renamed_and_deleted(
    open_page: Open, tmp_path: Path
) -> None:
    page = tab(open_page())
    open_graph(page, text_to_image())
    page.click(".wf [data-ref=arrange]")
    row = page.locator(".wf-row[data-key='6.cfg']")
    row.locator("input[type=text]").fill("Strength")
    row.get_by_label("the most").fill("9")
    page.locator(".wf-row[data-key='4.text'] input[type=checkbox]").uncheck()
    page.get_by_label("Move Width up").click()
    page.click(".wf [data-ref=arrange]")
    expect(page.locator(".wf-fields[data-ref=first]")).to_contain_text("Strength")
    labels = page.locator(".wf-fields[data-ref=first] .wf-label").all_inner_texts()
    assert labels[:2] == ["Width", "Prompt"]
    field(page, "6.cfg").locator("input[type=number]").fill("12")
    expect(field(page, "6.cfg").locator(".wf-wrong")).to_contain_text("more than 9")
    field(page, "6.cfg").locator("input[type=number]").fill("5")
    page.click(".wf [data-ref=save]")
    page.fill("#wf-preset-name", "Mine <b>")
    page.click(".wf [data-ref=keep]")
    expect(page.locator(".wf h2[data-ref=name]")).to_have_text("Mine <b>")
    with page.expect_download() as download:
        page.click(".wf [data-ref=share]")
    shared = tmp_path / "shared.json"
    download.value.save_as(shared)
    page.click(".wf [data-ref=another]")
    page.get_by_label("Rename the preset Mine <b>").click()
    page.get_by_label("New name").fill("Yours")
    page.keyboard.press("Enter")
    page.get_by_label("Delete the preset Yours").click()
    expect(page.locator("[data-ref=ownList] li")).to_have_count(0)
    page.click("#sg-toast button")
    expect(page.locator("[data-ref=ownList] strong")).to_have_text("Yours")
    choose(page, "shared.json", shared.read_bytes())
    page.wait_for_selector(f".wf {FORM}")
    expect(field(page, "6.cfg").locator("input[type=number]")).to_have_value("5")
    assert page.locator(".wf-fields[data-ref=first] .wf-label").first.inner_text() == "Width"


def test_a_grid_says_how_many_before_and_gives_a_sheet_after(
    open_page: Open, tmp_path: Path
) -> None:
    page = tab(open_page())
    open_graph(page, text_to_image())
    page.click("[data-ref=many] > summary")
    page.select_option("#wf-axis-x", label="Steps")
    page.fill("#wf-axis-x-values", "1-3")
    page.select_option("#wf-axis-y", label="Sampler")
    page.fill("#wf-axis-y-values", "euler, nobody")
    expect(page.locator("[data-many=error]")).to_contain_text("none of the choices")
    page.fill("#wf-axis-y-values", "euler, heun")
    expect(page.locator("#workflow-generate")).to_have_text("Generate 6")
    run(page)
    expect(page.locator(f"{LIVE} [data-ref=groupText]")).to_have_text("6 of 6 finished")
    with page.expect_download() as download:
        page.click("[data-ref=sheet]")
    download.value.save_as(tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 3 * 256
        assert sheet.height > 2 * 256
    page.fill("#wf-axis-x-values", "200")
    page.click("#workflow-generate")
    page.wait_for_selector(f"{LIVE}[data-live=true]")
    page.click("#workflow-stop")
    page.wait_for_selector(f"{LIVE}[data-live=false]")
    expect(page.locator(f"{LIVE} .live-parts i[data-state=cancelled]").first).to_be_attached()


HOSTILE = {
    "deep.json": b"[" * 100_000,
    "cut.json": b'{"nodes": [',
    "other.json": b'{"a": 1}',
    "empty.json": b"",
    "list.json": b"[1, 2]",
    "noise.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "preset.json": b'{"format": "stepglass-preset/1", "graph": 5}',
}


def test_what_is_no_workflow_gets_a_sentence(open_page: Open) -> None:
    page = tab(open_page())
    for name, data in HOSTILE.items():
        choose(page, name, data)
        expect(page.locator("[data-ref=openError]")).to_have_text(re.compile(r"^\S.{15,}[.!]$"))
        page.evaluate("() => { document.querySelector('[data-ref=openError]').textContent = '' }")
    odd = b'{"1": {"class_type": "KSampler", "inputs": {"cfg": NaN, "seed": -1, "steps": "x"}}}'
    choose(page, "odd.json", odd)
    page.wait_for_selector(f"{FORM}, [data-ref=openError]:not(:empty)")


def test_a_phone_shows_the_form_without_scrolling_sideways(open_page: Open) -> None:
    page = tab(open_page(width=PHONE))
    open_graph(page, text_to_image())
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE
    page.set_viewport_size({"width": WIDE, "height": 900})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= WIDE


def test_the_keyboard_opens_chooses_and_runs(open_page: Open) -> None:
    page = tab(open_page())
    open_graph(page, text_to_image())
    sampler = field(page, "6.sampler_name").locator("input")
    sampler.focus()
    sampler.press("ArrowDown")
    sampler.fill("heun")
    sampler.press("ArrowDown")
    sampler.press("Enter")
    expect(sampler).to_have_value(re.compile("heun"))
    field(page, "3.text").locator("textarea").press("Control+Enter")
    page.wait_for_selector(f"{LIVE}[data-state=finished]")


def test_a_person_finds_their_token_and_ends_it(open_page: Open) -> None:
    page = tab(open_page(width=PHONE))
    page.locator("summary", has_text="API and MCP").click()
    code = page.locator(".wf-paste").nth(1).locator("pre")
    expect(code).to_have_text(re.compile(r"^sg_"))
    expect(page.locator(".wf-programs")).to_contain_text("txt2img_sd15")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE
    old = code.inner_text()
    page.get_by_role("button", name="New token").click()
    expect(code).not_to_have_text(old)
