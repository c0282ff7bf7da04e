"""InvokeAI in its three forms: of versions 3 to 6, of version 2, and its command line. Pure."""

import re
from collections.abc import Mapping

from comfy.workflow.files.programs.settings import Fields, Lora, Settings, as_number, plain_name
from comfy.workflow.files.programs.values import Data, inner, listed, plain_hash, take_strength
from comfy.workflow.request import MAX_PROMPT

_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_OPTION = re.compile(r"(?:^|\s)-([sSWHCAf])\s*([^\s-][^\s]{0,60})")


def invoke_settings(data: Data) -> Settings:
    """Versions 3 to 6, one object; version 2 with its ``image`` within."""
    if isinstance(data.get("image"), Mapping):
        return _invoke_2(data)
    fields = Fields("InvokeAI", data)
    fields.prompts("positive_prompt", "negative_prompt")
    model = inner(data, "model")
    fields.set("checkpoint", plain_name(model.get("name") or model.get("model_name")))
    fields.set("checkpoint_hash", plain_hash(model.get("hash")))
    fields.whole("steps", "Steps", "steps")
    fields.number("cfg", "CFG", "cfg_scale", "guidance")
    fields.seed("seed")
    fields.size(fields.value("width"), fields.value("height"))
    fields.sampling(fields.value("scheduler"))
    loras = []
    for one in listed(data.get("loras")):
        lora = (inner(one, "model") or inner(one, "lora")) if isinstance(one, Mapping) else {}
        name = plain_name(lora.get("name") or lora.get("model_name"))
        weight = as_number(one.get("weight")) if isinstance(one, Mapping) else None
        loras.append(Lora(name, 1.0 if weight is None else weight, plain_hash(lora.get("hash"))))
    fields.loras(loras)
    take_strength(fields, "strength")
    return fields.settings()


def _invoke_2(data: Data) -> Settings:
    image = inner(data, "image")
    fields = Fields("InvokeAI", image)
    prompt = image.get("prompt")
    if isinstance(prompt, list):
        parts = [one.get("prompt") for one in prompt if isinstance(one, Mapping)]
        prompt = " ".join(one for one in parts if isinstance(one, str))
    _bracketed(fields, str(prompt or ""))
    fields.set("checkpoint", plain_name(data.get("model_weights")))
    fields.set("checkpoint_hash", plain_hash(data.get("model_hash")))
    fields.whole("steps", "Steps", "steps")
    fields.number("cfg", "CFG", "cfg_scale")
    fields.seed("seed")
    fields.size(fields.value("width"), fields.value("height"))
    fields.sampling(fields.value("sampler"))
    if image.get("type") == "img2img":
        take_strength(fields, "strength")
    return fields.settings()


def dream_settings(text: str) -> Settings | None:
    """InvokeAI's oldest form: ``"a prompt" -s 7 -S 42 -W 512 -H 768 -C 4.5 -A k_euler_a``."""
    prompt, quote, options = text.strip().removeprefix('"').rpartition('"')
    given = dict(_OPTION.findall(options)) if quote else {}
    if not given:
        return None
    fields = Fields("InvokeAI", given)
    _bracketed(fields, prompt)
    fields.whole("steps", "Steps", "s")
    fields.number("cfg", "CFG", "C")
    fields.seed("S")
    fields.size(given.get("W"), given.get("H"))
    fields.sampling(given.get("A"))
    take_strength(fields, "f")
    return fields.settings()


def _bracketed(fields: Fields, prompt: str) -> None:
    """InvokeAI 2 writes what is to be avoided into the prompt, in brackets."""
    prompt = prompt[:MAX_PROMPT]
    fields.set("negative_prompt", ", ".join(_BRACKETS.findall(prompt)))
    fields.set("prompt", _BRACKETS.sub("", prompt).strip())


def is_invoke(data: Data) -> bool:
    """Whether InvokeAI wrote *data*."""
    return "positive_prompt" in data or data.get("app_id") == "invoke-ai/InvokeAI"
