"""Text to image and image to image over one checkpoint, with a LoRA where asked."""

from collections.abc import Sequence
from typing import Any

from comfy.workflow.file_names import PREFIX
from comfy.workflow.request import GenerationRequest

Graph = dict[str, Any]
SEED_KEY, IMAGE_KEY = "6.seed", "9.image"
"""Where a graph of `build_graph` holds the seed and the picture: ``NODE.input``."""
FIRST_MORE = 20
"""Ids of further LoRAs are this plus their number."""


def workflow_name(request: GenerationRequest) -> str:
    """``img2img`` where the request starts from a picture, else ``txt2img``."""
    return "img2img" if request.image else "txt2img"


def build_graph(
    request: GenerationRequest,
    seed: int,
    image: str = "",
    more_loras: Sequence[tuple[str, float]] = (),
) -> Graph:
    """Return the API graph for *request*; *image* is the server's name of the uploaded picture.

    *more_loras*, pairs of name and strength, follow the one of the request.
    Node ids are stable, so that a server can reuse what it cached of an earlier, like prompt.
    """
    graph: Graph = {
        "1": _node("CheckpointLoaderSimple", "Load checkpoint", ckpt_name=request.checkpoint),
        "3": _node("CLIPTextEncode", "Prompt", text=request.prompt, clip=["1", 1]),
        "4": _node(
            "CLIPTextEncode", "Negative prompt", text=request.negative_prompt, clip=["1", 1]
        ),
        "6": _node(
            "KSampler",
            "Sampler",
            seed=seed,
            steps=request.steps,
            cfg=request.cfg,
            sampler_name=request.sampler,
            scheduler=request.scheduler,
            denoise=request.denoise if request.image else 1.0,
            model=["1", 0],
            positive=["3", 0],
            negative=["4", 0],
            latent_image=["5", 0],
        ),
        "7": _node("VAEDecode", "Decode", samples=["6", 0], vae=["1", 2]),
        "8": _node("SaveImage", "Save image", filename_prefix=PREFIX, images=["7", 0]),
    }
    graph |= _from_picture(request, image) if request.image else _from_noise(request)
    loras = [(request.lora, request.lora_strength)] if request.lora else []
    for number, (name, strength) in enumerate([*loras, *more_loras]):
        _add_lora(graph, str(FIRST_MORE + number) if number else "2", name, strength)
    return graph


def _from_noise(request: GenerationRequest) -> Graph:
    return {
        "5": _node(
            "EmptyLatentImage",
            "Empty latent",
            width=request.width,
            height=request.height,
            batch_size=request.images_per_prompt,
        )
    }


def _from_picture(request: GenerationRequest, image: str) -> Graph:
    """Load, scale to the size asked for, encode; repeat the latent for a batch."""
    graph = {
        "9": _node("LoadImage", "Load image", image=image),
        "10": _node(
            "ImageScale",
            "Scale image",
            upscale_method="lanczos",
            width=request.width,
            height=request.height,
            crop="center",
            image=["9", 0],
        ),
        "5": _node("VAEEncode", "Encode image", pixels=["10", 0], vae=["1", 2]),
    }
    if request.images_per_prompt > 1:
        graph["11"] = graph["5"]
        graph["5"] = _node(
            "RepeatLatentBatch",
            "Repeat latent",
            samples=["11", 0],
            amount=request.images_per_prompt,
        )
    return graph


def _add_lora(graph: Graph, id_: str, name: str, strength: float) -> None:
    """Put a LoRA between the sampler and the encoders, and what they read until now."""
    graph[id_] = _node(
        "LoraLoader",
        "Load LoRA",
        lora_name=name,
        strength_model=strength,
        strength_clip=strength,
        model=graph["6"]["inputs"]["model"],
        clip=graph["3"]["inputs"]["clip"],
    )
    graph["6"]["inputs"]["model"] = [id_, 0]
    for encoder in ("3", "4"):
        graph[encoder]["inputs"]["clip"] = [id_, 1]


def _node(class_type: str, title: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs, "_meta": {"title": title}}
