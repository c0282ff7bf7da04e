"""The form's values: fields ↔ GenerationRequest. No layout, pure."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic.alias_generators import to_snake
from pydantic_core import ErrorDetails

from comfy.workflow.limits import MAX_LORAS
from comfy.workflow.loras import OLD_NAME, LoraUse, as_list, row_of
from comfy.workflow.request import GenerationRequest
from studio.workflows.presses.made_from import NONE, Source

FIELDS = (
    "prompt",
    "negative_prompt",
    "checkpoint",
    "loras",
    "width",
    "height",
    "steps",
    "cfg",
    "sampler",
    "scheduler",
    "seed",
    "images_per_prompt",
    "prompts",
    "denoise",
    "task",
    "guidance",
    "shift",
    "seconds",
    "fps",
    "lyrics",
    "styles",
)
"""What a form holds, in the order in which handlers get it; the kept picture comes after."""

LABELS = {
    "prompt": "Prompt",
    "negative_prompt": "Negative prompt",
    "checkpoint": "Model",
    "loras": "LoRAs",
    "width": "Width",
    "height": "Height",
    "steps": "Steps",
    "cfg": "CFG",
    "sampler": "Sampler",
    "scheduler": "Scheduler",
    "seed": "Seed",
    "images_per_prompt": "Batch size",
    "prompts": "Repeat",
    "denoise": "Denoise",
    "task": "What changes",
    "guidance": "Guidance",
    "shift": "Shift",
    "seconds": "Seconds",
    "fps": "Frames a second",
    "lyrics": "Lyrics",
    "styles": "Styles",
    "image": "Image",
}
_LIMITS = {
    "greater_than_equal": ("must be at least", "ge"),
    "less_than_equal": ("can be at most", "le"),
    "multiple_of": ("must be a multiple of", "multiple_of"),
    "too_long": ("can be at most", "max_length"),
}
"""By the type of a validation error: what to say, and where it has the limit."""
_NO_LORA = "None"
"""What stood in the field for one LoRA, in earlier versions."""
_OF_LORA = {
    "name": "the name",
    "weight": "the strength",
    "clip_weight": "the text strength",
}
_LORAS = TypeAdapter(list[LoraUse])
RANDOM, FIXED = "Random", "Fixed"

_MOST = 100_000
"""More than any number of the form may be; whether it may is said when it is asked for."""


class FormError(Exception):
    """The form asks for something that cannot be; `field` says which field, or ""."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def read(values: Mapping[str, Any], image: str = "", source: Source = NONE) -> GenerationRequest:
    """The request that the fields' *values* and the kept picture *image* stand for.

    *source* is what they were filled from.

    Raises FormError with one sentence for the first field that is wrong.
    """
    given = {name: value for name, value in values.items() if value is not None}
    for name in ("width", "height", "steps", "images_per_prompt", "prompts", "cfg"):
        if values.get(name) is None:
            raise FormError(name, f"{LABELS[name]} is empty: fill in a number.")
    given["seed"] = _seed(str(values.get("seed") or ""))
    if given.get("task") == "image":
        del given["task"]  # it is what is done with an image anyway
    if not image:
        given["denoise"] = 1.0
    try:
        return GenerationRequest(
            **given, image=image, parent=source.parent, relation=source.relation
        )
    except ValidationError as error:
        raise _form_error(error) from None


def fields(request: GenerationRequest, seed: int | None = None) -> dict[str, Any]:
    """The fields' values that stand for *request*, with *seed* as the exact one if given."""
    values = {name: getattr(request, name) for name in FIELDS}
    exact = seed if seed is not None else request.seed
    return {
        **values,
        "loras": [row_of(one) for one in request.loras],
        "seed": "" if exact is None else str(exact),
        "prompts": 1,
        "task": request.task or "image",
        "styles": list(request.styles),
    }


def typed(text: str) -> dict[str, Any]:
    """The fields that a browser kept as JSON, each a text; what cannot be its field's is left."""
    try:
        kept = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(kept, dict):
        return {}
    found = {name: kept.get(name) for name in FIELDS}
    values = {name: _typed(name, value) for name, value in found.items() if isinstance(value, str)}
    values |= _kept_loras(kept)
    values["styles"] = _kept_names(found.get("styles"))
    return {name: value for name, value in values.items() if value is not None}


def _kept_names(text: Any) -> list[str] | None:
    """The names that a browser kept as a JSON list; None where it kept none."""
    try:
        kept = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return [one for one in kept if isinstance(one, str)] if isinstance(kept, list) else None


def _kept_loras(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The list of LoRAs that a browser kept; the one LoRA that an earlier version's page kept."""
    if kept.get(OLD_NAME) == _NO_LORA:
        kept = {**kept, OLD_NAME: ""}
    try:
        rows = json.loads(kept["loras"]) if isinstance(kept.get("loras"), str) else None
        rows = as_list({**kept, "loras": rows}).get("loras")
        return {"loras": [row_of(one) for one in _LORAS.validate_python(rows)]} if rows else {}
    except (ValueError, RecursionError):
        return {}


def _typed(name: str, text: str) -> Any:
    kind: Any = GenerationRequest.model_fields[name].annotation
    if kind == float | None:
        kind = float
    if name == "loras":
        return None
    if kind not in (int, float):
        return text
    try:
        number = kind(text)
    except ValueError:
        return None
    return number if abs(number) <= _MOST else None


def _seed(text: str) -> int | None:
    text = text.strip().replace(" ", "").replace("\u00a0", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise FormError("seed", "Seed is a whole number from 0 to 18446744073709551615, or empty.")
    return int(text)


def _called(field: str, error: ErrorDetails) -> str:
    """What people call what is wrong: the field, or a part of one of its rows."""
    place = error["loc"]
    if field != "loras" or len(place) < 3:
        return LABELS.get(field, field)
    what = _OF_LORA.get(to_snake(str(place[2])), str(place[2]))
    return f"LoRA {int(place[1]) + 1}: {what}"


def _too_long(name: str, error: ErrorDetails) -> str:
    length, most = len(error["input"]), error["ctx"]["max_length"]
    return (
        f"{name} has {length:,} characters, {length - most:,} more than the {most:,} that are "
        "possible: shorten it. Nothing was cut."
    )


def _beyond(name: str, error: ErrorDetails) -> str:
    """What to say of the number of *name* that is outside of its limits."""
    words, key = _LIMITS[error["type"]]
    limit, given = error["ctx"][key], error["input"]
    if key == "multiple_of":
        near = max(limit, round(float(given) / limit) * limit)
        return f"{name} {words} {limit:g} (try {near:g})."
    return f"{name} {words} {limit:g}."


def _form_error(error: ValidationError) -> FormError:
    first = error.errors(include_url=False)[0]
    field = to_snake(str(first["loc"][0])) if first["loc"] else ""
    called = _called(field, first)
    if first["type"] == "string_too_long":
        return FormError(field, _too_long(called, first))
    if field == "loras" and first["type"] == "too_long":
        return FormError(field, f"The most LoRAs of one image are {MAX_LORAS}: take some out.")
    if first["type"] in _LIMITS:
        return FormError(field, _beyond(called, first))
    said = str(first["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    said = said.replace("String should", "should").rstrip(".")
    name = called
    if not field:
        return FormError("width", f"{said}.")
    return FormError(field, f"{name} {said}.")
