"""A model that a workflow lacks: seen with its size, fetched at a press, and the form is ready."""

import json
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import NO_WORKERS, serving
from tests.support.sources import Source

pytestmark = pytest.mark.browser

NAME = "browser-ae.safetensors"


def workflow(url: str) -> dict[str, object]:
    """An image decoded by a VAE that nobody has yet, named with its address."""
    models = [{"name": NAME, "url": url, "directory": "vae"}]
    nodes = [
        {
            "id": 1, "type": "VAELoader", "widgets_values": [NAME],
            "outputs": [{"name": "VAE", "type": "VAE", "links": [1]}],
            "properties": {"models": models},
        },
        {
            "id": 2, "type": "EmptyLatentImage", "widgets_values": [64, 64, 1],
            "outputs": [{"name": "LATENT", "type": "LATENT", "links": [2]}],
        },
        {
            "id": 3, "type": "VAEDecode",
            "inputs": [
                {"name": "samples", "type": "LATENT", "link": 2},
                {"name": "vae", "type": "VAE", "link": 1},
            ],
            "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": [3]}],
        },
        {
            "id": 4, "type": "SaveImage", "widgets_values": ["x"],
            "inputs": [{"name": "images", "type": "IMAGE", "link": 3}],
        },
    ]  # fmt: skip
    links = [[1, 1, 0, 3, 1, "VAE"], [2, 2, 0, 3, 0, "LATENT"], [3, 3, 0, 4, 0, "IMAGE"]]
    return {"nodes": nodes, "links": links, "version": 0.4}


def test_a_missing_model_is_fetched_and_the_form_is_ready(tmp_path: Path, browser: Browser) -> None:
    held, file = threading.Event(), tmp_path / "lacks.json"
    with Source() as source:
        url = source.serve("/ae", b"w" * 2_000_000, held=held)
        file.write_text(json.dumps(workflow(url)), encoding="utf-8")
        settings = {"STEPGLASS_MODEL_HOSTS": source.url, "STEPGLASS_PEOPLE": "one"}
        with serving(tmp_path, tmp_path / "data", **settings) as address:
            page = browser.new_context(service_workers=NO_WORKERS).new_page()
            page.goto(address)
            page.get_by_role("tab", name="Workflows").click()
            page.locator("#workflow input[type=file]").first.set_input_files(file)
            one = page.locator("#workflow .fetch-one")
            expect(one).to_contain_text(f"{NAME}models/vae · 2.0 MB")
            one.get_by_role("button", name="Fetch", exact=True).click()
            expect(one).to_contain_text("1.0 MB of 2.0 MB (50 %)")
            expect(one.get_by_role("progressbar", name=f"Fetching {NAME}")).to_be_visible()
            expect(one.get_by_role("button", name=f"Cancel fetching {NAME}")).to_be_focused()
            held.set()
            expect(one).to_have_count(0)
            expect(page.locator("#workflow .wf-problems")).to_be_hidden()
            page.click("#workflow-generate")
            expect(page.locator("#workflow-live")).to_contain_text("Finished")
            page.context.close()
