"""Files as people have them, each with what is right for it."""

import json
from io import BytesIO

import pytest

from comfy.workflow.files.fit import fitted
from comfy.workflow.files.found import Remembered
from comfy.workflow.files.metadata import remembered
from comfy.workflow.files.outline import has_seed, outline
from comfy.workflow.files.programs.settings import Lora, Settings
from tests.comfy.workflow.files.builders import chunk, huge_png
from tests.support.paths import RECORDINGS

FILES = RECORDINGS / "files"
PROMPT = "a lighthouse in fog"


def seen(name: str) -> Remembered:
    with (FILES / name).open("rb") as file:
        found = remembered(file, checks=True)
    assert found
    assert found.header.is_whole
    return found


def settings_of(name: str) -> Settings:
    settings = seen(name).found.settings
    assert settings
    return settings


@pytest.mark.parametrize(
    ("name", "checkpoint"),
    [
        ("a1111-denoise-0.png", "demo-watercolour"),
        ("png-text-after-idat.png", "toyModel_v1"),
        ("swarmui-json.png", "toyModel_v1"),
        ("swarmui-json-2.jpg", "toyModel_v1"),
        ("invokeai.png", "toyModel_v1"),
        ("invokeai-2.png", "toyModel_v1"),
        ("drawthings-xmp.png", "toy_v1_f16.ckpt"),
        ("stealth-alpha.png", "toyModel_v1"),
        ("stealth-alpha-2.png", "toyModel_v1"),
    ],
)
def test_each_program_s_settings_are_read(name: str, checkpoint: str) -> None:
    found = settings_of(name)
    assert (found.prompt, found.negative_prompt) == (PROMPT, "blurry")
    assert (found.seed, found.steps, found.cfg) == (42, 7, 4.5)
    assert (found.width, found.height, found.checkpoint) == (512, 768, checkpoint)
    is_swarm = name.startswith("swarm")
    assert found.sampler == ("euler" if is_swarm else "euler_ancestral")
    assert found.scheduler == "normal"
    assert found.loras == ((Lora("toyLora", 0.8),) if is_swarm else ())
    assert fitted(found).notes == ()


def test_a_denoise_of_0_costs_no_other_field() -> None:
    request = fitted(settings_of("a1111-denoise-0.png")).request
    assert (request.prompt, request.negative_prompt, request.seed) == (PROMPT, "blurry", 42)
    assert (request.steps, request.cfg, request.checkpoint) == (7, 4.5, "demo-watercolour")
    assert (request.width, request.height, request.denoise) == (512, 768, 1.0)


def test_a_size_that_no_model_makes_becomes_the_nearest_and_is_named() -> None:
    fits = fitted(settings_of("a1111-denoise-0-2.png"))
    assert (fits.request.width, fits.request.height, fits.request.steps) == (512, 768, 7)
    assert fits.notes == ("Size 513 × 771 cannot be made: 512 × 768 is taken.",)


def test_a_sampler_that_is_not_known_is_named() -> None:
    found = settings_of("a1111-unknown-sampler.png")
    assert found.unknown_sampler == "Restart"
    fits = fitted(found)
    assert (fits.request.sampler, fits.request.steps) == ("euler", 7)
    assert fits.notes == ("Sampler “Restart” is not known here: euler is taken.",)


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        ("comfyui-video.mp4", 99),
        ("comfyui-video-2.webm", 101),
        ("png-text-after-idat-2.png", 42),
    ],
)
def test_a_graph_is_read_wherever_it_stands(name: str, seed: int) -> None:
    graph = seen(name).found.graph
    assert graph
    summary = outline(graph)
    assert (summary.prompt, summary.negative_prompt, summary.seed) == (PROMPT, "blurry", seed)


@pytest.mark.parametrize("name", ["usercomment-utf16le-cjk.jpg", "usercomment-utf16le-cjk-2.webp"])
def test_a_long_prompt_in_japanese_is_read_in_either_order_of_bytes(name: str) -> None:
    found = settings_of(name)
    assert len(found.prompt) > 600
    assert (found.negative_prompt, found.seed) == ("ぼやけ", 42)


def test_what_tells_no_seed_has_none() -> None:
    assert not seen("seed-that-is-none.gif").found
    graph = seen("seed-that-is-none-2.png").found.graph
    assert graph
    assert not has_seed(graph)
    assert outline(graph).prompt == PROMPT


def test_of_an_image_of_any_size_its_head_is_read() -> None:
    graph = {"3": {"class_type": "KSampler", "inputs": {"seed": 1616}}}
    data = huge_png(16_384, chunk(b"tEXt", b"prompt\0" + json.dumps(graph).encode()))
    found = remembered(BytesIO(data), checks=True)
    assert found
    assert (found.header.width, found.header.height) == (16_384, 16_384)
    assert found.found.graph == graph
