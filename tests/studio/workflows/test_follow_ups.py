"""Which preset goes on from an image, by the model that made it, and what is filled into it."""

from dataclasses import replace

import pytest

from comfy.workflow.catalogue import Catalogue, parse_catalogue
from comfy.workflow.form.form import make_form
from comfy.workflow.form.validate import check_values
from comfy.workflow.presets import PRESETS
from studio.workflows.follow_ups import (
    DENOISE,
    Act,
    MadeWith,
    follow_up,
    ingredients,
    is_checkpoint,
    preset_for,
)
from tests.support.records import generation
from tests.support.workflow_samples import read

CHECKPOINTS = ["realism_sd15.safetensors", "dreamscape_xl.safetensors", "flux1-dev-fp8.safetensors"]
UNETS = ["flux1-dev.safetensors", "Qwen_Image_2512.safetensors", "z_image_turbo_bf16.safetensors"]
MADE = MadeWith(CHECKPOINTS[0], "a fox", "blurry", 24, 5.5, "euler", "karras")


@pytest.fixture(scope="module")
def server() -> Catalogue:
    """The recorded catalogue, with models that have names."""
    info = dict(read("object_info"))
    for node, field, names in (
        ("CheckpointLoaderSimple", "ckpt_name", CHECKPOINTS),
        ("UNETLoader", "unet_name", UNETS),
    ):
        inputs = info[node]["input"]
        required = {**inputs["required"], field: [names]}
        info[node] = {**info[node], "input": {**inputs, "required": required}}
    return parse_catalogue(info)


@pytest.mark.parametrize(
    ("model", "ending"),
    [
        *((name, "") for name in CHECKPOINTS),  # also a Flux that is a checkpoint
        (UNETS[0], "_flux"),
        (UNETS[1], "_qwen"),
        (UNETS[2], "_zimage"),
        ("gone_sd15.safetensors", ""),
        ("gone-flux.safetensors", "_flux"),
        ("", ""),
    ],
)
def test_the_preset_is_that_of_the_model(model: str, ending: str, server: Catalogue) -> None:
    assert preset_for(Act.INPAINT, model, server) == f"inpaint{ending}"
    assert preset_for(Act.OUTPAINT, model, server) == f"outpaint{ending}"
    assert preset_for(Act.SUBTLE, model, server) == f"img2img{ending}"
    assert preset_for(Act.STRONG, model, server) == f"img2img{ending}"
    assert preset_for(Act.UPSCALE, model, server) == "upscale"


@pytest.mark.parametrize("act", [act for act in Act if act is not Act.EXTEND])
@pytest.mark.parametrize("model", [*CHECKPOINTS, *UNETS, "gone.safetensors", ""])
def test_whatever_is_filled_in_is_a_field_and_fits(act: Act, model: str, server: Catalogue) -> None:
    found = follow_up(act, replace(MADE, model=model), server)
    form = make_form(PRESETS[found.preset].graph_for(server), server)
    fields = {one.key: one for one in form.fields}
    assert found.values.keys() <= fields.keys()
    assert check_values(form, found.values) == ()
    assert str(fields[found.image].kind) == "image"


def test_what_made_the_image_is_asked_for_again(server: Catalogue) -> None:
    values = follow_up(Act.INPAINT, MADE, server).values
    assert values == {
        "1.ckpt_name": CHECKPOINTS[0],
        "3.text": "a fox",
        "4.text": "blurry",
        "6.steps": 24,
        "6.cfg": 5.5,
        "6.sampler_name": "euler",
        "6.scheduler": "karras",
    }


def test_a_variation_says_how_much_may_change(server: Catalogue) -> None:
    subtle, strong = (
        follow_up(act, MADE, server).values["6.denoise"] for act in (Act.SUBTLE, Act.STRONG)
    )
    assert (subtle, strong) == (DENOISE[Act.SUBTLE], DENOISE[Act.STRONG])
    assert subtle < strong < 1


def test_a_model_of_another_spelling_is_the_server_s(server: Catalogue) -> None:
    elsewhere = replace(MADE, model="SD15\\Realism_SD15.ckpt")
    assert follow_up(Act.INPAINT, elsewhere, server).values["1.ckpt_name"] == CHECKPOINTS[0]
    assert is_checkpoint(elsewhere.model, server)


def test_guidance_is_not_taken_for_cfg(server: Catalogue) -> None:
    flux = follow_up(Act.INPAINT, replace(MADE, model=UNETS[0], cfg=3.5), server)
    assert "6.cfg" not in flux.values
    assert follow_up(Act.INPAINT, replace(MADE, model=UNETS[1]), server).values["6.cfg"] == 5.5


def test_what_the_server_has_not_is_left_to_the_preset(server: Catalogue) -> None:
    odd = replace(MADE, model="gone.safetensors", sampler="my_sampler", scheduler="")
    assert not {"1.ckpt_name", "6.sampler_name", "6.scheduler"} & set(
        follow_up(Act.INPAINT, odd, server).values
    )
    assert not is_checkpoint("gone.safetensors", server)


def test_an_upscaled_image_goes_on_with_what_made_it_before() -> None:
    first = generation(prompt="a fox", checkpoint=CHECKPOINTS[0])
    upscaled = generation(prompt="", checkpoint="4x.pth")
    assert ingredients((upscaled, first)).model == CHECKPOINTS[0]
    assert ingredients((upscaled,)).model == "4x.pth"
    assert ingredients(()) == MadeWith()
