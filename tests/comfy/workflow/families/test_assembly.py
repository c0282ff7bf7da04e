"""What a model is loaded with on a server, and what is said where something is missing."""

from collections.abc import Mapping, Sequence

import pytest

from comfy.workflow.catalogue import Catalogue, Input, NodeClass
from comfy.workflow.families.assembly import assemble, best
from comfy.workflow.families.build import build_graph
from comfy.workflow.families.known import FAMILIES
from comfy.workflow.families.parts import CLIP_L, FLUX_VAE, QWEN_3_4B, QWEN_3_8B, T5_XXL, UMT5_XXL
from tests.comfy.workflow.families.samples import asked

FLUX = FAMILIES["flux1-dev"]


def server(**lists: Sequence[str]) -> Catalogue:
    """A server whose loaders have such *lists*, by class and input: ``CLASS__INPUT=[…]``."""
    inputs: dict[str, dict[str, Input]] = {}
    for key, names in lists.items():
        node, _, name = key.partition("__")
        inputs.setdefault(node, {})[name] = Input(name, "COMBO", tuple(names))
    return Catalogue({name: NodeClass(name, name, found) for name, found in inputs.items()})


def flux_server(texts: Sequence[str], vaes: Sequence[str] = ("ae.safetensors",)) -> Catalogue:
    return server(
        UNETLoader__unet_name=["flux1-dev.safetensors"],
        CLIPLoader__clip_name=texts,
        VAELoader__vae_name=vaes,
    )


def test_a_diffusion_model_gets_the_encoders_and_the_vae_that_fit() -> None:
    has = ["umt5_xxl.safetensors", "clip_l.safetensors", "t5xxl_fp16.safetensors"]
    made = assemble(FLUX, "flux1-dev.safetensors", flux_server(has))
    assert made.loader == "UNETLoader"
    assert made.encoders == ("clip_l.safetensors", "t5xxl_fp16.safetensors")
    assert made.vae == "ae.safetensors"
    assert made.missing == ()


def test_a_checkpoint_brings_its_own() -> None:
    has = server(CheckpointLoaderSimple__ckpt_name=["flux1-dev-fp8.safetensors"])
    made = assemble(FLUX, "flux1-dev-fp8.safetensors", has)
    graph = build_graph(asked(FLUX, "text"), 7, assembly=made)
    assert (made.encoders, made.vae, made.missing) == ((), "", ())
    assert graph["1"]["class_type"] == "CheckpointLoaderSimple"
    assert graph["7"]["inputs"]["vae"] == ["1", 2]


def test_a_family_may_need_its_encoder_beside_a_checkpoint() -> None:
    has = server(
        CheckpointLoaderSimple__ckpt_name=["ltx-video-2b-v0.9.safetensors"],
        CLIPLoader__clip_name=["t5xxl_fp16.safetensors"],
    )
    made = assemble(FAMILIES["ltxv"], "ltx-video-2b-v0.9.safetensors", has)
    assert (made.encoders, made.vae) == (("t5xxl_fp16.safetensors",), "")


def test_what_is_missing_is_said_with_file_folder_and_address() -> None:
    made = assemble(FLUX, "flux1-dev.safetensors", flux_server(["clip_l.safetensors"], []))
    assert made.missing == (T5_XXL, FLUX_VAE)
    assert all(one.source.startswith("https://huggingface.co/") for one in made.missing)
    assert made.needs("text", None)[0] == (
        "Needs the T5-XXL text encoder, t5xxl_fp8_e4m3fn_scaled.safetensors, in "
        "models/text_encoders."
    )


def test_nodes_that_a_server_lacks_are_said() -> None:
    catalogue = flux_server(["clip_l.safetensors", "t5xxl.safetensors"])
    needs = assemble(FLUX, "flux1-dev.safetensors", catalogue).needs("text", catalogue)
    assert "The server has no node “FluxGuidance”: update ComfyUI." in needs


def test_gguf_files_are_loaded_by_their_own_nodes() -> None:
    has = server(
        UnetLoaderGGUF__unet_name=["flux1-dev-Q4_K_S.gguf"],
        CLIPLoader__clip_name=["clip_l.safetensors"],
        CLIPLoaderGGUF__clip_name=["clip_l.safetensors", "t5-v1_1-xxl-encoder-Q5_K_M.gguf"],
        VAELoader__vae_name=["ae.safetensors"],
    )
    made = assemble(FLUX, "flux1-dev-Q4_K_S.gguf", has)
    graph = build_graph(asked(FLUX, "text"), 7, assembly=made)
    assert graph["1"]["class_type"] == "UnetLoaderGGUF"
    assert graph["12"]["class_type"] == "DualCLIPLoaderGGUF"
    assert graph["12"]["inputs"]["clip_name2"] == "t5-v1_1-xxl-encoder-Q5_K_M.gguf"


HALVES = ["wan2.2_t2v_high_noise.safetensors", "wan2.2_t2v_low_noise.safetensors"]


@pytest.mark.parametrize("chosen", HALVES)
def test_two_halves_are_found_by_either_of_them(chosen: str) -> None:
    made = assemble(FAMILIES["wan22"], chosen, server(UNETLoader__unet_name=HALVES))
    assert [made.model, made.partner] == HALVES


def test_a_half_that_is_missing_is_said() -> None:
    one = "wan2.2_t2v_high_noise.safetensors"
    made = assemble(FAMILIES["wan22"], one, server(UNETLoader__unet_name=[one]))
    assert made.missing[-1].file == "wan2.2_t2v_low_noise.safetensors"


@pytest.mark.parametrize(
    ("has", "found"),
    [
        (["t5xxl_fp16.safetensors", "t5xxl_fp8.safetensors"], "t5xxl_fp8.safetensors"),
        (["t5xxl_Q4.gguf", "t5xxl_bf16.safetensors"], "t5xxl_bf16.safetensors"),
        (["t5xxl_fp8_e4m3fn.safetensors", "flux/t5xxl_fp8_e4m3fn_scaled.safetensors"],
         "flux/t5xxl_fp8_e4m3fn_scaled.safetensors"),
        (["umt5_xxl_fp8.safetensors"], ""),
        ([], ""),
    ],
)  # fmt: skip
def test_the_best_of_several_is_taken(has: list[str], found: str) -> None:
    assert best(has, T5_XXL) == found


FITTING: Mapping[str, object] = {
    "clip_l.safetensors": CLIP_L,
    "qwen_3_4b.safetensors": QWEN_3_4B,
    "Qwen3-4B-Q4_K_M.gguf": QWEN_3_4B,
    "demo-qwen_3.safetensors": QWEN_3_4B,
    "qwen_3_8b_fp8mixed.safetensors": QWEN_3_8B,
    "umt5_xxl_fp8_e4m3fn_scaled.safetensors": UMT5_XXL,
}


@pytest.mark.parametrize("name", FITTING)
def test_an_encoder_fits_what_it_is_and_nothing_else(name: str) -> None:
    parts = (CLIP_L, QWEN_3_4B, QWEN_3_8B, UMT5_XXL, T5_XXL)
    assert [one for one in parts if one.fits(name)] == [FITTING[name]]


def test_every_part_fits_its_own_usual_file() -> None:
    for family in FAMILIES.values():
        for part in (*family.encoders, family.vae, family.vision):
            assert part is None or part.fits(part.file), part


def test_no_part_of_a_family_fits_the_usual_file_of_another_of_its_parts() -> None:
    for family in FAMILIES.values():
        for part in family.encoders:
            assert [one for one in family.encoders if one.fits(part.file)] == [part], family.name
