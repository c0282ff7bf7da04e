"""LoRAs that a request's prompts name, used with those of its list. Pure."""

from comfy.workflow.families.build import family_of
from comfy.workflow.families.family import Family
from comfy.workflow.prompts.loras import Known, has_tag, take
from comfy.workflow.request import GenerationRequest
from studio.errors import Invalid

UNKNOWN = Known(None)
"""Where no server says what it has: names are taken as they are written."""


def names_loras(request: GenerationRequest) -> bool:
    """Whether a prompt of *request* names LoRAs or their like."""
    return has_tag(request.prompt) or has_tag(request.negative_prompt)


def no_loras(family: Family) -> str:
    """What is said where a prompt names LoRAs, and *family* takes none."""
    return f"{family.title} takes no LoRAs: take them out of the prompt."


def without_tags(request: GenerationRequest, known: Known) -> GenerationRequest:
    """*request* as it is to be made: no tags in its prompts, all LoRAs in its list.

    Raises Invalid with a sentence for each tag that cannot be used.
    """
    family = family_of(request)
    if names_loras(request) and not family.takes_loras:
        raise _wrong(no_loras(family))
    found = take(request.prompt, request.negative_prompt, request.loras, known)
    if found.problems:
        raise _wrong(" ".join(found.problems))
    return request.model_copy(
        update={
            "prompt": found.prompt,
            "negative_prompt": found.negative,
            "loras": found.loras,
        }
    )


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, {"prompt": sentence})
