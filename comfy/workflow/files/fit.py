"""Settings that a file names → a request that can be made; what does not fit is named. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic.alias_generators import to_snake

from comfy.workflow.families.build import build_graph
from comfy.workflow.files.programs.settings import Settings, short
from comfy.workflow.loras import as_list
from comfy.workflow.request import MAX_PIXELS, MAX_SIZE, RANDOM_SEED, GenerationRequest

GRID = 8
"""Pixels that sides are multiples of."""
MIN_SIZE = 64
_TAKEN = (
    "prompt", "negative_prompt", "checkpoint", "sampler", "scheduler", "steps", "cfg", "seed",
    "width", "height",
)  # fmt: skip
_LABELS = {"cfg": "CFG", "loras": "LoRAs"}
_OF_LORA = {"name": "LoRA", "weight": "LoRA strength", "clip_weight": "LoRA strength"}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A `request` for one image; what `notes` say is not in it.

    Only what the file names is set in the request.
    """

    request: GenerationRequest
    notes: tuple[str, ...] = ()


def fitted(settings: Settings) -> Fitted:
    """Fit *settings*, field by field. Never raises."""
    given = {name: getattr(settings, name) for name in _TAKEN}
    given = {name: value for name, value in given.items() if value not in (None, "")}
    if settings.loras:
        given["loras"] = [
            {"name": one.name, "weight": one.strength, "clip_weight": one.for_text}
            for one in settings.loras
        ]
    notes = list(settings.notes)
    if settings.unknown_sampler:
        notes.append(f"Sampler “{settings.unknown_sampler}” is not known here: euler is taken.")
    if settings.from_image:
        notes.append("It was made from another image, which is not in it: this makes a new one.")
    request, wrong = fit(given)
    return Fitted(request, (*notes, *wrong))


def fit(given: Mapping[str, Any]) -> tuple[GenerationRequest, list[str]]:
    """The request with as many fields of *given* as can be, and a sentence for each other one.

    Raises ValidationError where a name is none of its fields.
    """
    notes: list[str] = []
    left = _sized(as_list(given), notes)
    while True:
        try:
            return GenerationRequest.model_validate(left), notes
        except ValidationError as error:
            places = [one["loc"] for one in error.errors() if one["loc"]]
            if loras := {place[1:] for place in places if _is_of_lora(place, left)}:
                left["loras"] = _fitted_loras(left["loras"], loras, notes)
                continue
            fields = {str(place[0]) for place in places}
            fields &= left.keys() & GenerationRequest.model_fields.keys()
            if not fields:
                raise
            notes += [_dropped(field, left.pop(field)) for field in sorted(fields)]


def graph_of_settings(fits: Fitted) -> dict[str, Any]:
    """The API graph that asks for the same; without a seed one is drawn."""
    seed = fits.request.seed
    return build_graph(fits.request, RANDOM_SEED if seed is None else seed)


def _is_of_lora(place: tuple[int | str, ...], given: Mapping[str, Any]) -> bool:
    """Whether what is wrong lies within one of the LoRAs of *given*."""
    return place[0] == "loras" and len(place) > 1 and isinstance(given["loras"][place[1]], dict)


def _fitted_loras(
    loras: Sequence[dict[str, Any]], wrong: Iterable[tuple[Any, ...]], notes: list[str]
) -> list[dict[str, Any]]:
    """*loras* without the values that are *wrong*, by number and field; all is noted."""
    kept: dict[int, dict[str, Any]] = {n: dict(one) for n, one in enumerate(loras)}
    for number, field in sorted(wrong, key=str):
        key = to_snake(field) if field not in kept.get(number, {}) else field
        value = kept.get(number, {}).pop(key, None)
        if key == "name":
            kept.pop(number, None)
        instead = ": 1.0 is taken." if key == "weight" else "."
        notes.append(f"{_OF_LORA.get(key, key)} “{short(value)}” cannot be used{instead}")
    return list(kept.values())


def _dropped(field: str, value: Any) -> str:
    default = GenerationRequest.model_fields[field].default
    label = _LABELS.get(field, field.replace("_", " ").capitalize())
    instead = f": {default} is taken." if default not in (None, "", ()) else "."
    return f"{label} “{short(value)}” cannot be used{instead}"


def _sized(given: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """*given* with sides that a model can make, of the same shape."""
    width, height = given.get("width"), given.get("height")
    if not isinstance(width, int) or not isinstance(height, int) or min(width, height) < 1:
        return given
    scale = min(1.0, (MAX_PIXELS / (width * height)) ** 0.5)
    across, down = (
        max(MIN_SIZE, min(MAX_SIZE, round(side * scale / GRID) * GRID)) for side in (width, height)
    )
    if across * down > MAX_PIXELS:  # rounding up may lead a little over
        across, down = max(MIN_SIZE, across - GRID), max(MIN_SIZE, down - GRID)
    if (across, down) != (width, height):
        notes.append(f"Size {width} × {height} cannot be made: {across} × {down} is taken.")
    return {**given, "width": across, "height": down}
