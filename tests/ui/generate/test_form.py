"""Fields ↔ request."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.workflow.families import sizes
from comfy.workflow.families.known import FAMILIES
from comfy.workflow.limits import MAX_LORAS
from comfy.workflow.loras import LoraUse
from comfy.workflow.request import MAX_PROMPT, MAX_SEED, GenerationRequest
from ui.generate import request_fields

LORAS = (LoraUse(name="l"), LoraUse(name="m", weight=-0.5, clip_weight=0.25, on=False))


def values(**given_values: Any) -> dict[str, Any]:
    return {**request_fields.fields(GenerationRequest(prompt="x", checkpoint="m")), **given_values}


def test_fields_and_request_are_each_others_inverse() -> None:
    request = GenerationRequest(prompt="x", checkpoint="m", seed=MAX_SEED, loras=LORAS, steps=7)
    assert request_fields.read(request_fields.fields(request)) == request


@given(st.integers(0, MAX_SEED))
def test_every_seed_survives_exactly(seed: int) -> None:
    assert request_fields.read(values(seed=str(seed))).seed == seed


@pytest.mark.parametrize(
    ("kept", "fields"),
    [
        (
            '{"prompt": "a fox", "steps": "12", "cfg": "6.5"}',
            {"prompt": "a fox", "steps": 12, "cfg": 6.5},
        ),
        (
            '{"steps": "", "cfg": "nan", "width": "1e3", "height": "9999999", "seed": "07"}',
            {"seed": "07"},
        ),
        (
            '{"loras": "[{\\"name\\": \\"l\\", \\"weight\\": 0.5, \\"on\\": false}]"}',
            {"loras": [{"name": "l", "weight": 0.5, "on": False}]},
        ),
        (
            '{"lora": "l", "lora_strength": "0.5"}',
            {"loras": [{"name": "l", "weight": 0.5, "on": True}]},
        ),
        ('{"lora": "None", "lora_strength": "1", "loras": "[1, {}]"}', {}),
        ('{"prompt": ["a"], "steps": 12, "nobody": "x", "image": "../secret"}', {}),
        ("", {}),
        ("[1]", {}),
        ("[" * 100_000, {}),
    ],
)
def test_what_a_browser_kept_is_taken_field_by_field(kept: str, fields: dict[str, Any]) -> None:
    assert request_fields.typed(kept) == fields


@pytest.mark.parametrize("text", ["", "  ", None])
def test_no_seed_means_a_random_one(text: str | None) -> None:
    assert request_fields.read(values(seed=text)).seed is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seed", "1.5"),
        ("seed", "-1"),
        ("seed", "٣"),
        ("seed", str(MAX_SEED + 1)),
        ("seed", "9" * 40),
        ("width", 100),
        ("width", None),
        ("height", 8),
        ("steps", 0),
        ("steps", None),
        ("steps", 10**6),
        ("cfg", -1),
        ("cfg", float("nan")),
        ("prompts", 51),
        ("images_per_prompt", 0),
        ("prompt", "a\x00b"),
        ("prompt", "x" * 100_001),
    ],
)
def test_a_wrong_value_is_one_sentence_at_its_field(field: str, value: Any) -> None:
    with pytest.raises(request_fields.FormError) as caught:
        request_fields.read(values(**{field: value}))
    assert caught.value.field == field
    said = str(caught.value)
    assert said.startswith(request_fields.LABELS[field])
    assert said.endswith(".")
    assert "\n" not in said
    assert "pydantic" not in said


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("width", 100, "Width must be a multiple of 8 (try 96)."),
        ("width", 67, "Width must be a multiple of 8 (try 64)."),
        ("height", 0, "Height must be at least 64."),
        ("steps", 0, "Steps must be at least 1."),
        ("steps", 1001, "Steps can be at most 1000."),
        ("images_per_prompt", 17, "Batch size can be at most 16."),
        ("prompts", 51, "Repeat can be at most 50."),
        ("cfg", -0.5, "CFG must be at least 0."),
        (
            "loras",
            [{"name": "a"}, {"name": "b", "weight": 11}],
            "LoRA 2: the strength can be at most 10.",
        ),
        (
            "loras",
            [{"name": "a"}] * (MAX_LORAS + 1),
            f"The most LoRAs of one image are {MAX_LORAS}: take some out.",
        ),
        ("styles", ["a"] * 21, "Styles can be at most 20."),
    ],
)
def test_a_number_beyond_its_limits_is_said_with_the_limit(
    field: str, value: Any, said: str
) -> None:
    with pytest.raises(request_fields.FormError) as caught:
        request_fields.read(values(**{field: value}))
    assert (caught.value.field, str(caught.value)) == (field, said)


def test_a_size_of_too_many_pixels_is_said_at_the_width() -> None:
    with pytest.raises(request_fields.FormError, match="megapixels") as caught:
        request_fields.read(values(width=8192, height=8192))
    assert caught.value.field == "width"


def test_no_lora_and_no_picture_ask_for_neither() -> None:
    request = request_fields.read(values(loras=[], denoise=0.4))
    assert (request.loras, request.image, request.denoise) == ((), "", 1.0)
    assert request_fields.read(values(denoise=0.4), "kept.png").denoise == 0.4


@pytest.mark.parametrize("shape", sizes.SHAPES)
@pytest.mark.parametrize("quality", sizes.QUALITIES, ids=lambda q: q.name)
@pytest.mark.parametrize(
    "checkpoint", ["v1-5.safetensors", "sd_xl_base.safetensors", "qwen_image", "wan2.1_t2v"]
)
def test_presets_are_recognized_and_can_be_asked_for(
    shape: str, quality: sizes.Quality, checkpoint: str
) -> None:
    family = sizes.family_in({"checkpoint": checkpoint})
    width, height = sizes.size(shape, quality, family)
    chosen = values(width=width, height=height, steps=quality.steps(family), checkpoint=checkpoint)
    assert request_fields.read(chosen).width == width
    assert sizes.matching(chosen) == (quality.name, shape)
    side = sizes.usual_side(family) * quality.scale
    assert 0.8 < width * height / side**2 < 1.25


def test_sizes_typed_by_hand_are_custom() -> None:
    assert sizes.matching(values(width=520, height=640)) == (None, sizes.CUSTOM)


@pytest.mark.parametrize("size", [(900, 500), (1, 9000), (9000, 1), (0, 0), (512, 512)])
def test_any_picture_gives_a_size_that_can_be_asked_for(size: tuple[int, int]) -> None:
    width, height = sizes.size_like(*size, FAMILIES["sd15"])
    request_fields.read(values(width=width, height=height))


def test_what_is_too_long_is_refused_with_how_much_is_too_much() -> None:
    with pytest.raises(request_fields.FormError) as caught:
        request_fields.read(values(prompt="x" * (MAX_PROMPT + 20_000)))
    assert caught.value.field == "prompt"
    assert str(caught.value) == (
        "Prompt has 120,000 characters, 20,000 more than the 100,000 that are possible: shorten "
        "it. Nothing was cut."
    )
