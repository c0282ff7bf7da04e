"""From the prompts of the built-in form as they are typed to those that are sent, for every door.

Whatever changes a prompt on its way stands in `prompted`, in this order:

1. **Styles** put their words around what was typed. They may bring choices and wildcards.
2. Choices and wildcards are **drawn** by the seed of each generation, or made in every way.
3. **LoRAs** that a drawn prompt names, as ``<lora:name:weight>``, are taken out of it. So which
   are used can be drawn as well.

What is typed stays what it was before all of that: it is kept beside what is sent. The forms of
workflows go the same way by `studio.workflows.presses.press`, with the same `Prompts`. Pure.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comfy.workflow.prompts.limits import Every, ExpandError, many
from comfy.workflow.prompts.lists import Lists
from comfy.workflow.prompts.loras import Known
from comfy.workflow.prompts.parse import escaped
from comfy.workflow.prompts.prompts import NEGATIVE, PROMPT, Prompts
from comfy.workflow.prompts.styles import Style, TooLong, styled
from comfy.workflow.request import GenerationRequest
from studio.errors import Invalid
from studio.generations.named_loras import UNKNOWN, without_tags

MAX_AT_ONCE = 1000
"""Generations that one press may make."""
_NAMES = {"prompt": PROMPT, "negative_prompt": NEGATIVE}
_OF_THE_PRESS = {"parent", "relation"}


@dataclass(frozen=True, slots=True)
class Prompted:
    """One generation: its `seed`, what is `sent`, and what is `stored` of the form."""

    seed: int
    sent: GenerationRequest
    stored: Mapping[str, Any]


def prompts_of(request: GenerationRequest, lists: Lists) -> Prompts:
    """The prompts of *request*, over the *lists* that its owner may draw from."""
    every = Every.LINES if request.combinations else Every.NOTHING
    texts = {"prompt": request.prompt, "negative_prompt": request.negative_prompt}
    return Prompts(texts, lists, every, _NAMES)


def with_styles(request: GenerationRequest, styles: Sequence[Style]) -> GenerationRequest:
    """*request* with *styles* around what was typed. Raises Invalid where that is too long."""
    if not styles:
        return request
    try:
        prompt, negative = styled(request.prompt, request.negative_prompt, styles)
    except TooLong as error:
        raise Invalid(str(error), {"styles": str(error)}) from error
    return request.model_copy(update={"prompt": prompt, "negative_prompt": negative})


def count_of(prompts: Prompts) -> int:
    """How many texts *prompts* come to. Raises Invalid with a sentence by field."""
    counts = []
    for key, text in prompts.texts.items():
        try:
            counts.append(Prompts({key: text}, prompts.lists, prompts.every).count())
        except ExpandError as error:
            raise Invalid(str(error), {key: str(error)}) from error
    return math.prod(counts)


def prompted(
    request: GenerationRequest,
    seeds: Sequence[int],
    lists: Lists,
    loras: Known = UNKNOWN,
    styles: Sequence[Style] = (),
) -> Iterator[Prompted]:
    """What is made of *request* with its *styles*: for each of *seeds* one, or each combination.

    Raises Invalid with a sentence where a prompt is too long with its styles, cannot be drawn,
    stands for too many, or names what is none of *loras*.
    """
    prompts = prompts_of(with_styles(request, styles), lists)
    total = count_of(prompts) * len(seeds)
    if total > MAX_AT_ONCE:
        sentence = f"That makes {many(total)} generations; the most is {MAX_AT_ONCE:,}."
        raise Invalid(sentence, {"prompt": sentence})
    for seed in seeds:
        for texts in prompts.drawn(seed):
            sent = without_tags(request.model_copy(update=texts), loras)
            yield Prompted(seed, sent, _stored(request, texts))


def _stored(request: GenerationRequest, texts: Mapping[str, str]) -> dict[str, Any]:
    """What asks for the same again: of one of many combinations that one alone."""
    stored = request.model_dump(mode="json", exclude=_OF_THE_PRESS)
    if not request.combinations:
        return stored
    alone = {key: escaped(text) for key, text in texts.items()}
    # Its texts have the words of its styles already.
    return {**stored, **alone, "combinations": False, "styles": []}
