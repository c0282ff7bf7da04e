"""A workflow whose author chose its form, dropped on the page, in Chromium."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_workflows import FORM, choose, run, tab
from tests.support.workflow_samples import change_values, text_to_image

pytestmark = pytest.mark.browser


def test_an_app_opens_as_its_authors_form_and_makes_what_was_chosen(open_page: Open) -> None:
    saved = text_to_image().node(20, "PreviewImage", inputs="images:IMAGE").link(7, 0, 20, "images")
    change_values(saved, 1, ["demo-neon.safetensors"])
    change_values(saved, 5, [256, 256, 1])
    saved.nodes = [one for one in saved.nodes if one["id"] != 2]
    for origin, slot, target, name in ((1, 0, 6, "model"), (1, 1, 3, "clip"), (1, 1, 4, "clip")):
        saved.link(origin, slot, target, name)
    chosen = {
        "inputs": [["5", "width"], [3, "text", {"height": 150}], ["99", "gone"], ["6", "steps"]],
        "outputs": ["8"],
    }
    data = saved.json() | {"extra": {"linearMode": True, "linearData": chosen}}
    page = tab(open_page())
    choose(page, "mine.app.json", json.dumps(data).encode())
    page.wait_for_selector(f".wf {FORM}")
    expect(page.locator(".wf h2[data-ref=name]")).to_have_text("mine")
    labels = page.locator(".wf-fields[data-ref=first] .wf-label")
    expect(labels).to_have_text(["Width", "Prompt", "Steps"])
    box = page.locator(".wf-field[data-key='3.text'] textarea").bounding_box()
    assert box
    assert box["height"] >= 150
    expect(page.locator(".wf")).to_contain_text("shows other results than “Preview Image”")
    page.locator(".wf-field[data-key='6.steps'] input").last.fill("3")
    run(page)
    made = page.evaluate("() => fetch('api/generations?limit=1').then((r) => r.json())")
    assert len(made["generations"][0]["images"]) == 1
