"""NovelAI: one object under ``Comment``, with the prompts of its versions 3 and 4. Pure."""

from collections.abc import Mapping

from comfy.workflow.files.programs.settings import Fields, Settings
from comfy.workflow.files.programs.values import Data, inner, listed, take_strength
from comfy.workflow.request import MAX_PROMPT


def novelai_settings(data: Data) -> Settings:
    """The settings in *data*."""
    fields = Fields("NovelAI", data)
    fields.prompts("prompt", "uc")
    for field, key in (("prompt", "v4_prompt"), ("negative_prompt", "v4_negative_prompt")):
        if texts := _captions(inner(data, key)):
            fields.set(field, "\n".join(texts)[:MAX_PROMPT])
    fields.whole("steps", "Steps", "steps")
    fields.number("cfg", "CFG", "scale")
    fields.seed("seed")
    fields.size(fields.value("width"), fields.value("height"))
    fields.sampling(fields.value("sampler"), fields.value("noise_schedule"))
    if data.get("request_type") not in (None, "PromptGenerateRequest"):
        take_strength(fields, "strength")
    return fields.settings()


def _captions(prompt: Data) -> list[str]:
    """The words of a whole image and of each of its characters."""
    caption = inner(prompt, "caption")
    characters = [one for one in listed(caption.get("char_captions")) if isinstance(one, Mapping)]
    texts = [caption.get("base_caption"), *(one.get("char_caption") for one in characters)]
    return [one for one in texts if isinstance(one, str) and one]


def is_novelai(data: Data) -> bool:
    """Whether NovelAI wrote *data*."""
    return "scale" in data and ("uc" in data or "v4_prompt" in data) and "c" not in data
