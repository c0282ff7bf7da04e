"""Graphs around one checkpoint: Stable Diffusion 1.5, XL and 3.5. Pure."""

from typing import Any

from comfy.workflow.file_names import PREFIX
from comfy.workflow.presets.preset import Graph, Model, Preset, node

CHECKPOINT = Model("1", "ckpt_name", "checkpoint", "checkpoints")
XL = Model("1", "ckpt_name", "SDXL checkpoint", "checkpoints", ("xl", "pony", "illustrious"))
SD3 = Model("1", "ckpt_name", "Stable Diffusion 3.5 checkpoint", "checkpoints", ("sd3", "3.5"))
LORAS = tuple(Model(id_, "lora_name", "LoRA", "loras") for id_ in ("10", "11"))
CONTROL = Model("11", "control_net_name", "ControlNet", "controlnet")
UPSCALER = Model("10", "model_name", "upscale model", "upscale_models")

SD15_FILE = "v1-5-pruned-emaonly-fp16.safetensors"
POSITIVE, NEGATIVE = "a lighthouse on a cliff at dusk, soft light", "blurry, low quality"


def text_to_image(size: int = 512, checkpoint: str = SD15_FILE, **sampling: Any) -> Graph:
    """Text to image; every other graph here is a variation of it, with the same ids."""
    return {
        "1": node("CheckpointLoaderSimple", "Load checkpoint", ckpt_name=checkpoint),
        "3": node("CLIPTextEncode", "Prompt", text=POSITIVE, clip=["1", 1]),
        "4": node("CLIPTextEncode", "Negative prompt", text=NEGATIVE, clip=["1", 1]),
        "5": node("EmptyLatentImage", "Size", width=size, height=size, batch_size=1),
        "6": _sampler("Sampler", **sampling),
        "7": node("VAEDecode", "Decode", samples=["6", 0], vae=["1", 2]),
        "8": save(["7", 0]),
    }


def save(images: list[Any]) -> Graph:
    """The node that keeps the pictures."""
    return node("SaveImage", "Save image", filename_prefix=PREFIX, images=images)


def _sampler(title: str, **changed: Any) -> Graph:
    inputs: dict[str, Any] = {
        "seed": 0,
        "steps": 20,
        "cfg": 7.0,
        "sampler_name": "dpmpp_2m",
        "scheduler": "karras",
        "denoise": 1.0,
        "model": ["1", 0],
        "positive": ["3", 0],
        "negative": ["4", 0],
        "latent_image": ["5", 0],
    }
    return node("KSampler", title, **(inputs | changed))


def _picture(title: str = "Picture") -> Graph:
    return node("LoadImage", title, image="example.png")


def _sd3() -> Graph:
    file = "sd3.5_large_fp8_scaled.safetensors"
    graph = text_to_image(1024, file, cfg=4.0, sampler_name="euler", scheduler="sgm_uniform")
    size = {"width": 1024, "height": 1024, "batch_size": 1}
    return graph | {"5": node("EmptySD3LatentImage", "Size", **size)}


def _image_to_image() -> Graph:
    return text_to_image(denoise=0.6) | {
        "9": _picture(),
        "5": node("VAEEncode", "Encode picture", pixels=["9", 0], vae=["1", 2]),
    }


def _inpaint() -> Graph:
    return text_to_image() | {
        "9": _picture("Picture and mask"),
        "5": node(
            "VAEEncodeForInpaint",
            "Encode picture",
            grow_mask_by=6,
            pixels=["9", 0],
            vae=["1", 2],
            mask=["9", 1],
        ),
    }


def _outpaint() -> Graph:
    sides = {"left": 128, "top": 0, "right": 128, "bottom": 0, "feathering": 40}
    graph = _inpaint()
    graph["9"] = _picture()
    graph["10"] = node("ImagePadForOutpaint", "Room around", **sides, image=["9", 0])
    graph["5"]["inputs"] |= {"pixels": ["10", 0], "mask": ["10", 1], "grow_mask_by": 8}
    return graph


def _lora_stack() -> Graph:
    graph = text_to_image()
    for id_, before, title in (("10", "1", "First LoRA"), ("11", "10", "Second LoRA")):
        graph[id_] = node(
            "LoraLoader",
            title,
            lora_name="",
            strength_model=0.8,
            strength_clip=0.8,
            model=[before, 0],
            clip=[before, 1],
        )
    graph["6"]["inputs"]["model"] = ["11", 0]
    for encoder in ("3", "4"):
        graph[encoder]["inputs"]["clip"] = ["11", 1]
    return graph


def _controlnet() -> Graph:
    graph = text_to_image(positive=["12", 0], negative=["12", 1])
    return graph | {
        "9": _picture("Guiding picture"),
        "10": node("Canny", "Edges", low_threshold=0.4, high_threshold=0.8, image=["9", 0]),
        "11": node("ControlNetLoader", "Load ControlNet", control_net_name=""),
        "12": node(
            "ControlNetApplyAdvanced",
            "Apply ControlNet",
            strength=0.8,
            start_percent=0.0,
            end_percent=1.0,
            positive=["3", 0],
            negative=["4", 0],
            control_net=["11", 0],
            image=["10", 0],
        ),
    }


def _high_resolution() -> Graph:
    graph = text_to_image()
    graph["10"] = node(
        "LatentUpscaleBy",
        "Enlarge",
        upscale_method="nearest-exact",
        scale_by=2.0,
        samples=["6", 0],
    )
    graph["11"] = _sampler("Second sampler", steps=14, denoise=0.5, latent_image=["10", 0])
    graph["7"]["inputs"]["samples"] = ["11", 0]
    return graph


def _upscale() -> Graph:
    return {
        "9": _picture(),
        "10": node("UpscaleModelLoader", "Load upscale model", model_name=""),
        "11": node("ImageUpscaleWithModel", "Upscale", upscale_model=["10", 0], image=["9", 0]),
        "8": save(["11", 0]),
    }


PRESETS = (
    Preset(
        "txt2img_sd15",
        "Text to image (SD 1.5)",
        "Paints what you describe, 512 × 512, with any Stable Diffusion 1.5 checkpoint.",
        text_to_image(),
        (CHECKPOINT,),
    ),
    Preset(
        "txt2img_sdxl",
        "Text to image (SDXL)",
        "Paints what you describe at 1024 × 1024 with an SDXL checkpoint.",
        text_to_image(1024, "sd_xl_base_1.0.safetensors", steps=25, cfg=6.0),
        (XL,),
    ),
    Preset(
        "txt2img_sd35",
        "Text to image (SD 3.5)",
        "Paints what you describe with Stable Diffusion 3.5, its text encoders in the checkpoint.",
        _sd3(),
        (SD3,),
    ),
    Preset(
        "img2img",
        "Image to image",
        "Repaints an image by your description; denoise says how much of it may change.",
        _image_to_image(),
        (CHECKPOINT,),
    ),
    Preset(
        "inpaint",
        "Inpaint",
        "Repaints the masked part of an image and leaves the rest alone.",
        _inpaint(),
        (CHECKPOINT,),
    ),
    Preset(
        "outpaint",
        "Outpaint",
        "Goes on painting beyond the edges of an image.",
        _outpaint(),
        (CHECKPOINT,),
    ),
    Preset(
        "lora_stack",
        "Text to image with two LoRAs",
        "Paints what you describe in the manner of two LoRAs, each with its strength.",
        _lora_stack(),
        (CHECKPOINT, *LORAS),
    ),
    Preset(
        "controlnet",
        "ControlNet (edges)",
        "Paints what you describe along the edges of an image that you give.",
        _controlnet(),
        (CHECKPOINT, CONTROL),
    ),
    Preset(
        "hires_fix",
        "High resolution in two passes",
        "Paints small, enlarges twice over and paints again, for sharp images without doubles.",
        _high_resolution(),
        (CHECKPOINT,),
    ),
    Preset(
        "upscale",
        "Upscale with a model",
        "Enlarges an image with an upscale model; nothing is painted anew.",
        _upscale(),
        (UPSCALER,),
    ),
)
