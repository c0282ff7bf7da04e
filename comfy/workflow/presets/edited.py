"""Graphs that begin with an image, for models whose parts come in files of their own. Pure."""

import copy
from collections.abc import Callable

from comfy.workflow.presets import modern
from comfy.workflow.presets.preset import Graph, Preset, node

SIZE, SAMPLER = "5", "6"
"""Nodes of a graph of `modern`: what is sampled from, and what samples it."""
PICTURE, ROOM, ENCODED = "11", "12", "13"
VAE = ["9", 0]
DENOISE, DENOISE_MASKED = 0.6, 0.9


def _image_to_image(graph: Graph) -> None:
    graph[PICTURE] = node("LoadImage", "Image", image="example.png")
    graph[SIZE] = node("VAEEncode", "Encode image", pixels=[PICTURE, 0], vae=VAE)
    graph[SAMPLER]["inputs"]["denoise"] = DENOISE


def _inpaint(graph: Graph) -> None:
    graph[PICTURE] = node("LoadImage", "Image and mask", image="example.png")
    _masked(graph, [PICTURE, 0], [PICTURE, 1])
    graph[SAMPLER]["inputs"]["denoise"] = DENOISE_MASKED


def _outpaint(graph: Graph) -> None:
    sides = {"left": 128, "top": 0, "right": 128, "bottom": 0, "feathering": 40}
    graph[PICTURE] = node("LoadImage", "Image", image="example.png")
    graph[ROOM] = node("ImagePadForOutpaint", "Room around", **sides, image=[PICTURE, 0])
    _masked(graph, [ROOM, 0], [ROOM, 1])


def _masked(graph: Graph, pixels: list[object], mask: list[object]) -> None:
    graph[ENCODED] = node("VAEEncode", "Encode image", pixels=pixels, vae=VAE)
    graph[SIZE] = node("SetLatentNoiseMask", "Mask", samples=[ENCODED, 0], mask=mask)


KINDS: tuple[tuple[str, str, str, Callable[[Graph], None]], ...] = (
    (
        "img2img",
        "Image to image",
        "Repaints an image by your description; denoise says how much of it may change.",
        _image_to_image,
    ),
    (
        "inpaint",
        "Inpaint",
        "Repaints the masked part of an image and leaves the rest alone.",
        _inpaint,
    ),
    ("outpaint", "Outpaint", "Extends an image beyond its edges.", _outpaint),
)


def _edited(base: Preset) -> tuple[Preset, ...]:
    """What *base*, a preset from text, is with an image to begin with."""
    family, model = base.name.partition("_")[2], base.title.partition("(")[2]
    made = []
    for name, title, about, change in KINDS:
        graph = copy.deepcopy(dict(base.graph))
        change(graph)
        made.append(Preset(f"{name}_{family}", f"{title} ({model}", about, graph, base.models))
    return tuple(made)


PRESETS = tuple(preset for base in modern.PRESETS for preset in _edited(base))
