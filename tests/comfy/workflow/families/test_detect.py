"""Which family a model is of: metadata, then name, then folder; what is not sure is said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.workflow.families.detect import SAYS, tell
from comfy.workflow.families.known import FAMILIES

NAMES = {
    "v1-5-pruned-emaonly-fp16.safetensors": "sd15",
    "sd_xl_base_1.0.safetensors": "sdxl",
    "ponyDiffusionV6XL_v6.safetensors": "sdxl",
    "juggernautXL_v15.safetensors": "sdxl",
    "sd3.5_large_fp8_scaled.safetensors": "sd35",
    "flux1-dev.safetensors": "flux1-dev",
    "flux1-dev-Q4_K_S.gguf": "flux1-dev",
    "flux1-krea-dev_fp8_scaled.safetensors": "flux1-dev",
    "flux1-schnell.safetensors": "flux1-schnell",
    "flux1-dev-kontext_fp8_scaled.safetensors": "flux1-kontext",
    "flux1-fill-dev.safetensors": "flux1-fill",
    "flux2_dev_fp8mixed.safetensors": "flux2-dev",
    "flux-2-klein-4b-fp8.safetensors": "flux2-klein",
    "flux-2-klein-9b-fp8.safetensors": "flux2-klein-9b",
    "flux-2-klein-base-4b.safetensors": "flux2-klein-base",
    "flux-2-klein-base-9b-fp8.safetensors": "flux2-klein-base-9b",
    "Chroma1-HD-fp8mixed.safetensors": "chroma",
    "qwen_image_fp8_e4m3fn.safetensors": "qwen-image",
    "qwen_image_2512_fp8_e4m3fn.safetensors": "qwen-image",
    "qwen_image_edit_2511_fp8mixed.safetensors": "qwen-image-edit",
    "z_image_bf16.safetensors": "z-image",
    "z_image_turbo_bf16.safetensors": "z-image-turbo",
    "hidream_i1_full_fp8.safetensors": "hidream-i1",
    "hunyuanimage2.1_bf16.safetensors": "hunyuan-image",
    "wan2.1_t2v_1.3B_fp16.safetensors": "wan21",
    "wan2.1_i2v_480p_14B_fp16.safetensors": "wan21-i2v",
    "wan2.2_ti2v_5B_fp16.safetensors": "wan22-5b",
    "wan2.2_t2v_high_noise_14B_fp8_scaled.safetensors": "wan22",
    "wan2.2_i2v_low_noise_14B_fp8_scaled.safetensors": "wan22-i2v",
    "ltx-video-2b-v0.9.safetensors": "ltxv",
    "ltxv-13b-0.9.8-distilled.safetensors": "ltxv",
    "hunyuan_video_t2v_720p_bf16.safetensors": "hunyuan-video",
    "hunyuanvideo1.5_720p_t2v_fp16.safetensors": "hunyuan-video-15",
    "hunyuanvideo1.5_720p_i2v_fp16.safetensors": "hunyuan-video-15-i2v",
    "ace_step_v1_3.5b.safetensors": "ace-step",
    "ace_step_1.5_turbo_aio.safetensors": "ace-step-15",
    "acestep_v1.5_turbo.safetensors": "ace-step-15",
    "stable-audio-open-1.0.safetensors": "stable-audio",
}


@pytest.mark.parametrize(("name", "family"), NAMES.items())
def test_the_official_names_tell_their_family(name: str, family: str) -> None:
    told = tell(name)
    assert told.family is FAMILIES[family]
    assert told.how == "name"
    assert told.others == ()


@pytest.mark.parametrize(
    ("metadata", "family"),
    [
        ({"modelspec.architecture": "stable-diffusion-xl-v1-base"}, "sdxl"),
        ({"modelspec.architecture": "stable-diffusion-v1"}, "sd15"),
        ({"ss_base_model_version": "sdxl_base_v1-0"}, "sdxl"),
        ({"ss_base_model_version": "sd_v1"}, "sd15"),
        ({"modelspec.architecture": "flux-1-dev"}, "flux1-dev"),
        ({"general.architecture": "qwen_image"}, "qwen-image"),
    ],
)
def test_metadata_tells_what_a_name_does_not(metadata: dict[str, Any], family: str) -> None:
    told = tell("my favourite.safetensors", metadata)
    assert (told.family, told.how) == (FAMILIES[family], "metadata")


def test_metadata_wins_over_a_name_that_says_another_which_is_noted() -> None:
    told = tell("flux-style.safetensors", {"modelspec.architecture": "stable-diffusion-xl-v1-base"})
    assert told.family is FAMILIES["sdxl"]
    assert told.others == (FAMILIES["flux1-dev"],)


def test_a_name_says_more_exactly_what_metadata_says_in_general() -> None:
    told = tell("flux1-kontext.safetensors", {"modelspec.architecture": "flux-1-dev"})
    assert told.family is FAMILIES["flux1-kontext"]


def test_a_folder_tells_what_nothing_else_does() -> None:
    told = tell("SDXL\\dreams.safetensors")
    assert (told.family, told.how) == (FAMILIES["sdxl"], "folder")


def test_what_nothing_is_known_of_is_guessed_for_checkpoints_only() -> None:
    assert tell("dreams.safetensors").family is None
    assert tell("dreams.safetensors", plain=True).how == "guess"


def test_a_name_that_says_two_families_has_both_named() -> None:
    told = tell("chroma-hidream-merge.safetensors")
    assert (told.family, told.others) == (FAMILIES["hidream-i1"], (FAMILIES["chroma"],))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.text(), st.dictionaries(st.sampled_from(SAYS) | st.text(), anything))
def test_whatever_a_name_and_metadata_hold_it_answers(name: str, metadata: dict[str, Any]) -> None:
    told = tell(name, metadata)
    assert (told.family is None) == (told.how == "")
    assert told.family not in told.others


@given(st.text(), st.text())
def test_what_is_said_does_not_hang_on_case_or_dashes(before: str, after: str) -> None:
    assert tell(f"{before}-FLUX.1_Kontext-{after}").family is not None
