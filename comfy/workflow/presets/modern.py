"""Graphs whose parts come in files of their own: Flux, Qwen-Image, Z-Image. Pure."""

from typing import Any

from comfy.workflow.presets.classic import NEGATIVE, POSITIVE, save
from comfy.workflow.presets.preset import Graph, Model, Preset, node

UNET, TEXT, VAE = "diffusion_models", "text_encoders", "vae"


def _loaders(unet: str, vae: str) -> Graph:
    return {
        "1": node("UNETLoader", "Load model", unet_name=unet, weight_dtype="default"),
        "9": node("VAELoader", "Load VAE", vae_name=vae),
    }


def _common(size: int, **sampling: Any) -> Graph:
    return {
        "3": node("CLIPTextEncode", "Prompt", text=POSITIVE, clip=["2", 0]),
        "5": node("EmptySD3LatentImage", "Size", width=size, height=size, batch_size=1),
        "6": node(
            "KSampler",
            "Sampler",
            seed=0,
            **sampling,
            denoise=1.0,
            positive=["3", 0],
            negative=["4", 0],
            latent_image=["5", 0],
        ),
        "7": node("VAEDecode", "Decode", samples=["6", 0], vae=["9", 0]),
        "8": save(["7", 0]),
    }


def _flux() -> Graph:
    sampling = {"steps": 20, "cfg": 1.0, "sampler_name": "euler", "scheduler": "simple"}
    graph = _loaders("flux1-dev.safetensors", "ae.safetensors") | _common(1024, **sampling)
    graph["2"] = node(
        "DualCLIPLoader",
        "Load text encoders",
        clip_name1="clip_l.safetensors",
        clip_name2="t5xxl_fp16.safetensors",
        type="flux",
    )
    # At CFG 1 the negative prompt counts for nothing; guidance is what the model was taught.
    graph["4"] = node("ConditioningZeroOut", "No negative prompt", conditioning=["3", 0])
    graph["10"] = node("FluxGuidance", "Guidance", guidance=3.5, conditioning=["3", 0])
    graph["6"]["inputs"] |= {"model": ["1", 0], "positive": ["10", 0]}
    return graph


def _shifted(graph: Graph, shift: float) -> Graph:
    graph["10"] = node("ModelSamplingAuraFlow", "Shift", shift=shift, model=["1", 0])
    graph["6"]["inputs"]["model"] = ["10", 0]
    return graph


def _qwen() -> Graph:
    sampling = {"steps": 20, "cfg": 2.5, "sampler_name": "euler", "scheduler": "simple"}
    graph = _loaders("qwen_image_fp8_e4m3fn.safetensors", "qwen_image_vae.safetensors")
    graph |= _common(1328, **sampling)
    file = "qwen_2.5_vl_7b_fp8_scaled.safetensors"
    graph["2"] = node("CLIPLoader", "Load text encoder", clip_name=file, type="qwen_image")
    graph["4"] = node("CLIPTextEncode", "Negative prompt", text=NEGATIVE, clip=["2", 0])
    return _shifted(graph, 3.1)


def _z_image() -> Graph:
    sampling = {"steps": 8, "cfg": 1.0, "sampler_name": "res_multistep", "scheduler": "simple"}
    graph = _loaders("z_image_turbo_bf16.safetensors", "ae.safetensors") | _common(1024, **sampling)
    file = "qwen_3_4b.safetensors"
    graph["2"] = node("CLIPLoader", "Load text encoder", clip_name=file, type="lumina2")
    graph["4"] = node("ConditioningZeroOut", "No negative prompt", conditioning=["3", 0])
    return _shifted(graph, 3.0)


PRESETS = (
    Preset(
        "txt2img_flux",
        "Text to image (Flux)",
        "Paints what you describe with Flux.1, in whole sentences if you like.",
        _flux(),
        (
            Model("1", "unet_name", "Flux diffusion model", UNET, ("flux",)),
            Model("2", "clip_name1", "CLIP-L text encoder", TEXT, ("clip_l",)),
            Model("2", "clip_name2", "T5-XXL text encoder", TEXT, ("t5",)),
            Model("9", "vae_name", "Flux VAE", VAE, ("ae.", "flux")),
        ),
    ),
    Preset(
        "txt2img_qwen",
        "Text to image (Qwen-Image)",
        "Paints what you describe with Qwen-Image, which is good at writing in images.",
        _qwen(),
        (
            Model("1", "unet_name", "Qwen-Image diffusion model", UNET, ("qwen",)),
            Model("2", "clip_name", "Qwen 2.5 VL text encoder", TEXT, ("qwen_2.5", "qwen2.5")),
            Model("9", "vae_name", "Qwen-Image VAE", VAE, ("qwen",)),
        ),
    ),
    Preset(
        "txt2img_zimage",
        "Text to image (Z-Image Turbo)",
        "Paints what you describe with Z-Image Turbo, in eight steps.",
        _z_image(),
        (
            Model("1", "unet_name", "Z-Image diffusion model", UNET, ("z_image", "z-image")),
            Model("2", "clip_name", "Qwen 3 text encoder", TEXT, ("qwen_3", "qwen3")),
            Model("9", "vae_name", "Flux VAE", VAE, ("ae.", "flux")),
        ),
    ),
)
