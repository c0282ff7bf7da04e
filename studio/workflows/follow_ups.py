"""What is made of an image next: which shipped preset, and what is filled into it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from comfy.workflow.catalogue import Catalogue
from comfy.workflow.model_names import matching_name
from comfy.workflow.presets import PRESETS
from comfy.workflow.prompts.parse import escaped
from storage.records import Generation
from studio.generations import made_with


class Act(StrEnum):
    """What can be made of an image."""

    UPSCALE = "upscale"
    INPAINT = "inpaint"
    OUTPAINT = "outpaint"
    SUBTLE = "subtle"
    STRONG = "strong"
    EXTEND = "extend"  # a video: what made it, from its last frame on


DENOISE = {Act.SUBTLE: 0.5, Act.STRONG: 0.85}
"""How much of an image a variation may change."""
FROM_IMAGE = "img2img"
FAMILIES = (
    ("flux", ("flux", "chroma")),
    ("qwen", ("qwen",)),
    ("zimage", ("z_image", "z-image", "zimage")),
)
"""Ends of presets' names, and the words in a model's name that they are for."""
LOADERS = (("CheckpointLoaderSimple", "ckpt_name"), ("UNETLoader", "unet_name"))
CFG = "6.cfg"
SAMPLING = ("sampler_name", "scheduler")


@dataclass(frozen=True, slots=True)
class MadeWith:
    """What an image was made with; "" or None for what nobody knows."""

    model: str = ""
    prompt: str = ""
    negative: str = ""
    steps: int | None = None
    cfg: float | None = None
    sampler: str = ""
    scheduler: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The preset to open, the values of its fields by key, and the key of its image."""

    preset: str
    values: Mapping[str, Any]
    image: str


def ingredients(records: Iterable[Generation]) -> MadeWith:
    """What the first of *records*, an image's and then its parents', says that had a prompt."""
    found = [*records]
    record = next((one for one in found if one.prompt), found[0] if found else None)
    if record is None:
        return MadeWith()
    return MadeWith(
        record.checkpoint,
        escaped(record.prompt),
        escaped(record.negative_prompt),
        made_with.steps(record),
        made_with.cfg(record),
        record.sampler,
        record.scheduler,
    )


def is_checkpoint(model: str, catalogue: Catalogue) -> bool:
    """Whether the server has *model* as a checkpoint, which the Generate form can choose."""
    checkpoints, others = (catalogue.choices(*loader) for loader in LOADERS)
    return model in checkpoints or (model not in others and bool(matching_name(model, checkpoints)))


def follow_up(act: Act, made: MadeWith, catalogue: Catalogue) -> FollowUp:
    """The preset for *act* by the model that made the image, filled with what made it.

    A model that the server has no more is replaced by one that it has.
    """
    has = [one for loader in LOADERS for one in catalogue.choices(*loader)]
    made = replace(made, model=matching_name(made.model, has) or made.model)
    preset = PRESETS[preset_for(act, made.model, catalogue)]
    key = next(id_ for id_, one in preset.graph.items() if one["class_type"] == "LoadImage")
    values = {k: v for k, v in _values(act, made) if _takes(preset.graph, k, catalogue, v)}
    return FollowUp(preset.name, values, f"{key}.image")


def preset_for(act: Act, model: str, catalogue: Catalogue) -> str:
    """The name of the preset: that of the model's family where the model is a file of its own."""
    if act is Act.UPSCALE:
        return "upscale"
    base = FROM_IMAGE if act in DENOISE else str(act)
    if is_checkpoint(model, catalogue):
        return base
    name = model.lower()
    family = next((end for end, words in FAMILIES if any(word in name for word in words)), "")
    return f"{base}_{family}" if family else base


def _values(act: Act, made: MadeWith) -> Iterable[tuple[str, Any]]:
    """Values by field key, of which a preset may have some."""
    if act is Act.UPSCALE:
        return
    yield from ((f"1.{name}", made.model) for _, name in LOADERS)
    yield from (("3.text", made.prompt), ("4.text", made.negative))
    yield from (("6.steps", made.steps), (CFG, made.cfg))
    yield from (("6.sampler_name", made.sampler), ("6.scheduler", made.scheduler))
    yield "6.denoise", DENOISE.get(act)


def _takes(graph: Mapping[str, Any], key: str, catalogue: Catalogue, value: Any) -> bool:
    """Whether *graph* has the field *key*, and the server what is to be chosen in it."""
    id_, _, name = key.partition(".")
    node = graph.get(id_)
    if node is None or name not in node["inputs"] or value is None:
        return False
    if key == CFG and "clip" not in graph["4"]["inputs"]:
        return False  # without a negative prompt what is called CFG in a record is its guidance
    choices = catalogue.choices(node["class_type"], name)
    return value in choices if choices or name in SAMPLING else value != "" or name == "text"
