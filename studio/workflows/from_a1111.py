"""Settings that another program wrote into a picture → a graph that asks for the same. Pure."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from comfy.errors import WorkflowError
from comfy.workflow.catalogue import Catalogue
from comfy.workflow.presets import build_graph
from comfy.workflow.request import GenerationRequest


def restored(settings: Mapping[str, Any], catalogue: Catalogue) -> tuple[dict[str, Any], list[str]]:
    """The graph for *settings* (see `comfy.workflow.files.a1111`), and what it leaves out.

    Raises WorkflowError where the settings are beyond what can be asked for.
    """
    given = dict(settings)
    loras = given.pop("loras", ())
    denoise, seed = given.pop("denoise", None), given.pop("seed", 0)
    checkpoints = catalogue.choices("CheckpointLoaderSimple", "ckpt_name")
    given["checkpoint"] = named(str(given.get("checkpoint") or ""), checkpoints)
    notes = []
    if denoise is not None:
        notes.append("It was made from another image, which is not in it: this makes a new one.")
    if loras:
        name, strength = loras[0]
        known = catalogue.choices("LoraLoader", "lora_name")
        given |= {"lora": named(str(name), known), "lora_strength": strength}
        notes += [f"LoRA “{other}” at {weight:g} is left out." for other, weight in loras[1:]]
    try:
        request = GenerationRequest.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise WorkflowError(
            f"The image's settings cannot be used: {first['loc'][0]} {first['msg']}."
        ) from error
    return build_graph(request, seed), notes


def named(name: str, choices: Sequence[str]) -> str:
    """The choice that *name*, which has no folder and no suffix, stands for; else *name*."""
    wanted = name.lower()
    for choice in choices:
        path = PurePosixPath(choice.replace("\\", "/").lower())
        if wanted in (choice.lower(), path.name, path.stem):
            return choice
    return name
