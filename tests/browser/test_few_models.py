"""A server that has diffusion models alone, and one that has no model at all."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from tests.browser.conftest import WIDE, opened, serving
from tests.browser.test_families import FLUX, choose, made

pytestmark = pytest.mark.browser

CHECKPOINTS = (
    "demo-landscapes.safetensors",
    "demo-watercolour.safetensors",
    "demo-neon.safetensors",
    "demo-ltxv.safetensors",
    "demo-ace-step.safetensors",
    "demo-stable-audio.safetensors",
)
LOADERS = ("CheckpointLoaderSimple", "UNETLoader", "UnetLoaderGGUF")


def test_with_diffusion_models_alone_generate_makes_an_image(
    context: BrowserContext, tmp_path: Path
) -> None:
    settings = EngineSettings(step_seconds=0.01, without=CHECKPOINTS)
    with (
        DemoServer(settings) as engine,
        serving(tmp_path, tmp_path / "data", STEPGLASS_SERVERS=engine.url) as url,
    ):
        page = opened(context, url, WIDE)
        expect(page.locator("#field-checkpoint input")).not_to_have_value("")
        choose(page, FLUX, "Flux.1 dev")
        made(page, "a fox without a checkpoint", width=128, height=64)
        expect(page.locator(".live-final")).to_be_visible()


def test_without_any_model_the_page_says_what_is_missing(
    context: BrowserContext, tmp_path: Path
) -> None:
    with (
        DemoServer(EngineSettings(without=LOADERS)) as engine,
        serving(tmp_path, tmp_path / "data", STEPGLASS_SERVERS=engine.url) as url,
    ):
        page = opened(context, url, WIDE)
        note = page.locator("#choices-note, .choices-note").first
        expect(note).to_contain_text("model")
        page.fill("#field-prompt textarea", "a fox without a model")
        page.click("#generate-button")
        expect(page.locator(".field-error").first).to_be_visible()
