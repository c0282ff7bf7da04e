"""The form's values by what was made earlier. Pure."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from comfy.workflow.families import sizes
from comfy.workflow.prompts.parse import escaped
from comfy.workflow.request import GenerationRequest
from storage.records import Generation
from studio.generations import made_with
from studio.requested import is_built_in, request_of
from studio.workflows.follow_ups import MadeWith, ingredients
from ui.generate import request_fields

VARIATIONS = 4
"""Images of a press that varies one: there is something to choose among."""


def varied(records: Sequence[Generation], size: tuple[int, int]) -> dict[str, Any]:
    """The form's values to vary an image of *size*, but for the image itself.

    *records* are the generation that it is of, and then what that was made from.
    """
    asked = next((one for one in records if is_built_in(one)), None)
    values = of_record(asked) if asked else _of_made(ingredients(records))
    if asked is not records[0]:
        sides = sizes.size_like(*size, sizes.family_in(values))
        values |= dict(zip(("width", "height"), sides, strict=True))
    return {**values, "seed": "", "prompts": max(1, VARIATIONS // int(values["images_per_prompt"]))}


def _of_made(made: MadeWith) -> dict[str, Any]:
    """The form's values where another form made it: what is known, else the usual."""
    known = {
        "prompt": made.prompt,
        "negative_prompt": made.negative,
        "checkpoint": made.model,
        "steps": made.steps,
        "cfg": made.cfg,
        "sampler": made.sampler,
        "scheduler": made.scheduler,
    }
    given = {name: value for name, value in known.items() if value}
    return request_fields.fields(GenerationRequest.model_validate(given))


def _prompts(record: Generation, request: GenerationRequest) -> dict[str, str]:
    """The prompts of *request* as they are typed; what was not drawn is not to be drawn now."""
    was_drawn = {
        "prompt": record.typed_prompt,
        "negative_prompt": record.typed_negative_prompt,
    }
    texts = {name: getattr(request, name) for name in was_drawn}
    return {name: text if was_drawn[name] else escaped(text) for name, text in texts.items()}


def of_record(record: Generation) -> dict[str, Any]:
    """The form's values that ask for *record*, which the form itself made, again."""
    seed = made_with.seed(record)
    try:
        request = request_of(record)
    except ValidationError:  # written by a later version
        request = None
    if request is None:
        return request_fields.fields(GenerationRequest(prompt=escaped(record.prompt)), seed)
    request = request.model_copy(update=_prompts(record, request))
    denoise = request.denoise if request.image else 0.6
    return {
        **request_fields.fields(request, seed),
        "denoise": denoise,
        "image": request.image,
        "family": request.family,
    }
