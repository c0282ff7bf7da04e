"""Presets of the Generate form: fields by name, kept, shared and filled in again."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from pydantic.alias_generators import to_snake

from comfy.workflow.families.family import Family
from comfy.workflow.families.sizes import QUALITIES, SHAPES, quality_named, size
from comfy.workflow.prompts.styles import tidy
from comfy.workflow.request import MAX_PIXELS, GenerationRequest
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import Invalid, StudioError
from studio.named_documents import NamedDocuments, checked_name

FORMAT = "stepglass-form/1"
KIND = "form_preset"
MAX_BYTES = 2**20
WORDS = frozenset({"prompt", "lyrics"})
"""Fields that a preset has only where that is wished."""
_NEVER = frozenset({"seed", "image", "parent", "relation"})
"""What is of one press alone."""
_OF_IMAGE = frozenset({"denoise", "task"})
"""What is said of the image that a form starts from."""
QUALITY, SHAPE = "quality", "shape"
"""What stands for steps and size, as they suit the family of the model."""
_SYMBOLS = {QUALITY: [one.name for one in QUALITIES], SHAPE: [*SHAPES]}


@dataclass(frozen=True, slots=True)
class FormPreset:
    """Fields of a request by name, as JSON, beside QUALITY and SHAPE; others stay as they are."""

    name: str
    values: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return what is stored and shared."""
        return {"format": FORMAT, "name": self.name, "values": dict(self.values)}

    @property
    def model(self) -> dict[str, Any]:
        """The model that it names, and of which family that is; nothing where it names none."""
        if not self.values.get("checkpoint"):
            return {}
        return {name: self.values.get(name) or "" for name in ("checkpoint", "family")}

    def fields(self, family: Family) -> dict[str, Any]:
        """The fields that it sets for a model of *family*, as a request has them."""
        values = {name: value for name, value in self.values.items() if name not in _SYMBOLS}
        if self.values.keys() & _SYMBOLS.keys():
            quality = quality_named(self.values.get(QUALITY))
            if QUALITY in self.values:
                values["steps"] = quality.steps(family)
            if shape := self.values.get(SHAPE):
                values["width"], values["height"] = size(shape, quality, family)
        request = GenerationRequest.model_validate(values)
        return {name: getattr(request, name) for name in values}


SHIPPED = (
    FormPreset("Fine portrait", {QUALITY: "Fine", SHAPE: "Portrait"}),
    FormPreset("Fine landscape", {QUALITY: "Fine", SHAPE: "Landscape"}),
    FormPreset("Fine and wide", {QUALITY: "Fine", SHAPE: "Wide"}),
    FormPreset("Phone wallpaper", {QUALITY: "Standard", SHAPE: "Tall"}),
    FormPreset("Square draft, fast", {QUALITY: "Draft", SHAPE: "Square", "images_per_prompt": 1}),
    FormPreset("Four drafts", {QUALITY: "Draft", SHAPE: "Square", "images_per_prompt": 4}),
)


class FormPresets(NamedDocuments[FormPreset]):
    """Everybody's own, and those that ship."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, KIND, read_form_preset, MAX_BYTES)

    def named(self, name: str, viewer: Viewer) -> FormPreset:
        """The viewer's preset called *name*, else the one that ships. Raises StudioError."""
        shipped = next((one for one in SHIPPED if one.name == name), None)
        found = self.get(name, viewer) or shipped
        if found is None:
            raise StudioError(f"There is no preset “{tidy(name)[:80]}”.")
        return found


def preset_of(name: str, request: GenerationRequest, *, with_words: bool) -> FormPreset:
    """What *request* says as a preset, with its prompt or without. Raises StudioError."""
    left = {*_NEVER, *(() if with_words else WORDS), *(() if request.image else _OF_IMAGE)}
    return FormPreset(checked_name(name), request.model_dump(mode="json", exclude=left))


def given_preset(name: str, values: Mapping[str, Any]) -> FormPreset:
    """A preset of *values* that a program sent. Raises StudioError for the first that is wrong."""
    spelled = {to_snake(key): value for key, value in values.items()}
    for key, value in spelled.items():
        if key in _SYMBOLS:
            if value not in _SYMBOLS[key]:
                known = ", ".join(_SYMBOLS[key])
                raise StudioError(f"A preset's {key} is one of {known}.")
        elif key in _NEVER or key not in GenerationRequest.model_fields:
            raise StudioError(f"A preset cannot hold “{tidy(key)[:40]}”.")
    try:
        kept = _as_kept(spelled)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = to_snake(str(first["loc"][0])) if first["loc"] else "size"
        raise StudioError(f"A preset cannot hold this “{field}”: {first['msg']}.") from error
    if not kept:
        raise StudioError("This preset would change nothing: it has no fields.")
    return FormPreset(checked_name(name), kept)


def read_form_preset(data: Mapping[str, Any]) -> FormPreset:
    """Read what was stored or shared, whichever version wrote it: unknown fields are left out.

    Raises StudioError where it is none.
    """
    values, name = data.get("values"), data.get("name")
    if data.get("format") != FORMAT or not isinstance(values, Mapping):
        raise StudioError(f"This is no preset of the Generate form (its format is not {FORMAT}).")
    known = {key: value for key, value in values.items() if _is_known(key, value)}
    while known:
        try:
            known = _as_kept(known)
            break
        except ValidationError as error:
            wrong = {str(one["loc"][0]) for one in error.errors() if one["loc"]}
            known = (
                {key: value for key, value in known.items() if key not in wrong} if wrong else {}
            )
    if not known:
        raise StudioError("This preset has no field that this version of Stepglass knows.")
    return FormPreset(checked_name(name if isinstance(name, str) else ""), known)


def read_preset_file(content: bytes, filename: str) -> FormPreset:
    """Read a shared preset. Raises StudioError with one sentence where the file is none."""
    name = tidy(filename)[:80]
    if len(content) > MAX_BYTES:
        raise StudioError(f"“{name}” has {len(content) / 2**20:.1f} MB; a preset has 1 MB at most.")
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise StudioError(f"“{name}” is no preset: it is not JSON.") from None
    if not isinstance(data, Mapping):
        raise StudioError(f"“{name}” is JSON, but no preset of the Generate form.")
    return read_form_preset(data)


def filled(
    request: GenerationRequest, preset: FormPreset, family: Family, said: Iterable[str]
) -> GenerationRequest:
    """*request* with the fields of *preset* wherever nothing was *said*. Raises Invalid."""
    left = {*said}
    more = {key: value for key, value in preset.fields(family).items() if key not in left}
    made = request.model_copy(update=more)
    if made.width * made.height > MAX_PIXELS:  # of both together: each alone is judged before
        sentence = f"{made.width} × {made.height} is too large: choose a smaller size."
        raise Invalid(sentence, {"width": sentence})
    return made


def renamed(preset: FormPreset, taken: Iterable[str]) -> FormPreset:
    """*preset* under a name of its own, with a number where one of *taken* is called so."""
    names, number, name = {*taken}, 1, preset.name
    while name in names:
        number += 1
        name = f"{preset.name[:70]} ({number})"
    return replace(preset, name=name)


def _is_known(key: Any, value: Any) -> bool:
    if key in _SYMBOLS:
        return isinstance(value, str) and value in _SYMBOLS[key]
    return key in GenerationRequest.model_fields and key not in _NEVER


def _as_kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """*values* as JSON, each as its field has it. Raises ValidationError."""
    fields = {key: value for key, value in values.items() if key not in _SYMBOLS}
    request = GenerationRequest.model_validate(fields)
    kept = request.model_dump(mode="json", include=set(fields))
    return {key: value for key, value in values.items() if key in _SYMBOLS} | kept
