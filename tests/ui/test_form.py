"""Fields ↔ request."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.workflow.request import MAX_PROMPT, MAX_SEED, GenerationRequest
from ui import form


def values(**given_values: Any) -> dict[str, Any]:
    return {**form.fields(GenerationRequest(prompt="x", checkpoint="m")), **given_values}


def test_fields_and_request_are_each_others_inverse() -> None:
    request = GenerationRequest(prompt="x", checkpoint="m", seed=MAX_SEED, lora="l", steps=7)
    assert form.read(form.fields(request)) == request


@given(st.integers(0, MAX_SEED))
def test_every_seed_survives_exactly(seed: int) -> None:
    assert form.read(values(seed=str(seed))).seed == seed


@pytest.mark.parametrize("text", ["", "  ", None])
def test_no_seed_means_a_random_one(text: str | None) -> None:
    assert form.read(values(seed=text)).seed is None


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
    with pytest.raises(form.FormError) as caught:
        form.read(values(**{field: value}))
    assert caught.value.field == field
    said = str(caught.value)
    assert said.startswith(form.LABELS[field])
    assert said.endswith(".")
    assert "\n" not in said
    assert "pydantic" not in said


def test_a_size_of_too_many_pixels_is_said_at_the_width() -> None:
    with pytest.raises(form.FormError, match="megapixels") as caught:
        form.read(values(width=8192, height=8192))
    assert caught.value.field == "width"


def test_no_lora_and_no_picture_ask_for_neither() -> None:
    request = form.read(values(lora=form.NO_LORA, denoise=0.4))
    assert (request.lora, request.image, request.denoise) == ("", "", 1.0)
    assert form.read(values(denoise=0.4), "kept.png").denoise == 0.4


@pytest.mark.parametrize("shape", form.SHAPES)
@pytest.mark.parametrize("quality", form.QUALITIES, ids=lambda q: q.name)
@pytest.mark.parametrize("checkpoint", ["v1-5.safetensors", "sd_xl_base.safetensors"])
def test_presets_are_recognized_and_can_be_asked_for(
    shape: str, quality: form.Quality, checkpoint: str
) -> None:
    width, height = form.size(shape, quality, checkpoint)
    chosen = values(width=width, height=height, steps=quality.steps, checkpoint=checkpoint)
    assert form.read(chosen).width == width
    assert form.matching(chosen) == (quality.name, shape)
    side = form.usual_side(checkpoint) * quality.scale
    assert 0.8 < width * height / side**2 < 1.25


def test_sizes_typed_by_hand_are_custom() -> None:
    assert form.matching(values(width=520, height=640)) == (None, form.CUSTOM)


@pytest.mark.parametrize("size", [(900, 500), (1, 9000), (9000, 1), (0, 0), (512, 512)])
def test_any_picture_gives_a_size_that_can_be_asked_for(size: tuple[int, int]) -> None:
    width, height = form.size_like(*size, "m")
    form.read(values(width=width, height=height))


def test_what_is_too_long_is_refused_with_how_much_is_too_much() -> None:
    with pytest.raises(form.FormError) as caught:
        form.read(values(prompt="x" * (MAX_PROMPT + 20_000)))
    assert caught.value.field == "prompt"
    assert str(caught.value) == (
        "Prompt has 120,000 characters, 20,000 more than the 100,000 that are possible: shorten "
        "it. Nothing was cut."
    )
