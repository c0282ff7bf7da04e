"""Every family on the Generate form: chosen, drawn as it takes, and run to its end."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Open
from tests.browser.test_page import state

pytestmark = pytest.mark.browser

MODEL = "#field-checkpoint input"
FLUX, WAN = "demo-flux.safetensors", "demo-wan2.1-t2v.safetensors"
PLAYED = """async (player) => {
  player.muted = true;
  await player.play();
  return !player.error && player.duration > 0.5;
}"""
IMAGES = {
    FLUX: "Flux.1 dev",
    "demo-qwen-image.safetensors": "Qwen-Image",
    "demo-z-image-turbo.safetensors": "Z-Image Turbo",
    "demo-flux2-klein-4b.safetensors": "Flux.2 klein",
    "demo-landscapes.safetensors": "SD 1.5",
}
FILMS = {
    WAN: "Wan 2.1",
    "demo-wan2.2-ti2v-5b.safetensors": "Wan 2.2 5B",
    "demo-hunyuan-video.safetensors": "HunyuanVideo",
    "demo-ltxv.safetensors": "LTX-Video",
}
SOUNDS = {
    "demo-ace-step.safetensors": "ACE-Step",
    "demo-stable-audio.safetensors": "Stable Audio",
}


def choose(page: Page, model: str, family: str) -> None:
    page.locator(MODEL).fill(model)
    page.locator(MODEL).press("Tab")
    expect(page.locator(".family-title")).to_contain_text(family)


def field(page: Page, name: str) -> Locator:
    return page.locator(f"#field-{name} input").first


def made(page: Page, prompt: str, **numbers: int) -> None:
    """Press Generate, and see the end of it."""
    page.fill("#field-prompt textarea", prompt)
    for name, value in {"steps": 2, **numbers}.items():
        field(page, name).fill(str(value))
    page.locator("#field-prompt textarea").focus()
    page.click("#generate-button")
    state(page, "finished")


@pytest.mark.parametrize("model", IMAGES)
def test_a_family_of_images_runs_to_its_end(open_page: Open, model: str) -> None:
    page = open_page()
    choose(page, model, IMAGES[model])
    made(page, f"a fox by {model}", width=128, height=64)
    expect(page.locator(".live-final")).to_have_attribute("alt", f"a fox by {model}")


@pytest.mark.parametrize("model", FILMS)
def test_a_family_of_films_ends_in_a_player(open_page: Open, model: str) -> None:
    page = open_page()
    choose(page, model, FILMS[model])
    expect(field(page, "fps")).to_be_visible()
    made(page, f"a fox by {model}", width=128, height=64, seconds=1)
    player = page.locator(".live .sg-video video")
    expect(player).to_be_visible()
    assert player.evaluate(PLAYED)


@pytest.mark.parametrize("model", SOUNDS)
def test_a_family_of_sounds_ends_in_a_player(open_page: Open, model: str) -> None:
    page = open_page()
    choose(page, model, SOUNDS[model])
    expect(field(page, "width")).to_be_hidden()
    expect(page.locator("#img2img")).to_be_hidden()
    made(page, f"a fox by {model}", seconds=1)
    player = page.locator(".live .sg-audio audio")
    expect(player).to_be_visible()
    assert player.evaluate(PLAYED)


def test_fields_go_and_what_was_typed_comes_back(open_page: Open) -> None:
    page = open_page(width=PHONE)
    negative = page.locator("#field-negative_prompt textarea")
    negative.fill("blurry")
    expect(field(page, "guidance")).to_be_hidden()
    choose(page, FLUX, "Flux.1 dev")
    expect(negative).to_be_hidden()
    expect(field(page, "guidance")).to_have_value("3.5")
    expect(field(page, "width")).to_have_value("1024")
    choose(page, "demo-landscapes.safetensors", "SD 1.5")
    expect(negative).to_have_value("blurry")
    expect(field(page, "guidance")).to_be_hidden()
    expect(field(page, "width")).to_have_value("512")


def test_what_somebody_has_set_is_not_changed_by_another_model(open_page: Open) -> None:
    page = open_page()
    field(page, "steps").fill("33")
    page.locator("#field-prompt textarea").focus()
    expect(page.locator("#field-quality input:checked")).to_have_count(0)
    choose(page, FLUX, "Flux.1 dev")
    expect(field(page, "guidance")).to_have_value("3.5")
    expect(field(page, "steps")).to_have_value("33")


def test_a_correction_is_kept(open_page: Open) -> None:
    page = open_page()
    choose(page, "demo-neon.safetensors", "SD 1.5, a guess")
    page.locator(".family-choice select").select_option("sdxl")
    expect(page.locator(".family-title")).to_have_text("SDXL, as you chose.")
    expect(field(page, "width")).to_have_value("1024")
    page.reload()
    expect(page.locator(".family-title")).to_have_text("SDXL, as you chose.")
    page.get_by_role("button", name="Not right?").click()
    page.locator(".family-choice select").select_option("")
    expect(page.locator(".family-title")).to_have_text(re.compile("SD 1.5, a guess"))
