"""Settings that a pasted text names → the form's values, and what cannot be taken. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from comfy.workflow.files.fit import fitted
from comfy.workflow.files.programs.settings import Lora, Settings, short
from comfy.workflow.loras import MOST_WEIGHT, LoraUse, row_of
from comfy.workflow.model_names import lacking, matching_name
from studio.servers.catalogues import Choices
from studio.workflows.from_settings import with_known
from ui.generate.offered import offered

ALWAYS = ("prompt", "negative_prompt")
"""Fields that are empty where the text does not name them: programs leave out an empty one."""
IF_NAMED = ("width", "height", "steps", "cfg")
NEAR = 0.3


@dataclass(frozen=True, slots=True)
class Taken:
    """The form's `values` that the text sets; `notes` are sentences about what it cannot set."""

    values: Mapping[str, Any]
    notes: tuple[str, ...] = ()


def taken(settings: Settings, own: str, choices: Choices) -> Taken:
    """What *settings* set in a form whose model is *own*; what they do not say stays as it is.

    But for what makes another image without being named: an image to start from, a LoRA, a seed.
    """
    fits, notes = with_known(fitted(settings), choices.samplers, choices.schedulers)
    request = fits.request
    named = [*ALWAYS, *(name for name in IF_NAMED if getattr(settings, name) is not None)]
    if settings.sampler or settings.unknown_sampler:
        named += ["sampler", "scheduler"]
    values = {
        **{name: getattr(request, name) for name in named},
        **_model(settings, own, choices, notes),
        "loras": _loras(settings.loras, choices, notes),
        "seed": "" if request.seed is None else str(request.seed),
        "image": "",
    }
    return Taken(values, tuple(notes))


def _model(settings: Settings, own: str, choices: Choices, notes: list[str]) -> dict[str, Any]:
    """The model as the server spells it; nothing where the server lacks it."""
    name, known = settings.checkpoint, offered(choices, "checkpoint")
    if not name or not known:
        return {"checkpoint": name} if name else {}
    found = matching_name(name, known, settings.checkpoint_hash)
    if not found:
        notes.append(_lacking("Model", name, known))
        if own:
            notes.append(f"The form keeps its model “{short(own)}”.")
        return {}
    if name.casefold() not in found.casefold():
        notes.append(f"“{short(name)}” is “{short(found)}” on this server.")
    return {"checkpoint": found}


def _loras(loras: Sequence[Lora], choices: Choices, notes: list[str]) -> list[dict[str, Any]]:
    """The LoRAs that the server has, as rows of the list."""
    known = offered(choices, "lora")
    kept: dict[str, LoraUse] = {}
    for one in loras:
        name = matching_name(one.name, known, one.hash) if choices.loaded else one.name
        if name:
            kept.setdefault(name, _use(name, one))
        else:
            notes.append(_lacking("LoRA", one.name, known))
    return [row_of(one) for one in kept.values()]


def _use(name: str, one: Lora) -> LoraUse:
    weight, text = (
        None if number is None or abs(number) > MOST_WEIGHT else number
        for number in (one.strength, one.for_text)
    )
    return LoraUse(name=name, weight=1.0 if weight is None else weight, clip_weight=text)


def _lacking(what: str, name: str, known: Sequence[str]) -> str:
    return lacking(what, short(name), get_close_matches(name, known, 1, NEAR))
