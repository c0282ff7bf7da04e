"""Fooocus: one object, with names or labels as its keys. Pure."""

import re
from collections.abc import Iterator

from comfy.workflow.files.programs.settings import Fields, Lora, Settings, plain_name, short
from comfy.workflow.files.programs.values import NUMBERS, Data, listed, plain_hash, weight_at, words


def fooocus_settings(data: Data) -> Settings:
    """Its keys are labels in older versions: ``Guidance Scale`` for ``guidance_scale``."""
    given = {str(key).lower().replace(" ", "_"): value for key, value in data.items()}
    fields = Fields("Fooocus", given)
    fields.prompts("prompt", "negative_prompt")
    fields.set("checkpoint", plain_name(fields.value("base_model")))
    fields.text("checkpoint_hash", "base_model_hash")
    fields.whole("steps", "Steps", "steps")
    fields.number("cfg", "CFG", "guidance_scale")
    fields.seed("seed")
    sides = NUMBERS.findall(short(fields.value("resolution") or ""))
    fields.size(*(sides if len(sides) == 2 else (fields.value("resolution"), None)))
    fields.sampling(fields.value("sampler"), fields.value("scheduler"))
    fields.loras([*_fooocus_loras(given)])
    if styles := words(given.get("styles")):
        fields.note(f"Left out, for no field here takes it: styles {styles}.")
    return fields.settings()


def _fooocus_loras(given: Data) -> Iterator[Lora]:
    """A list of name, weight and hash, or texts ``name : weight`` under keys with a number."""
    for entry in listed(given.get("loras")):
        if isinstance(entry, list) and len(entry) >= 2:
            yield Lora(plain_name(entry[0]), weight_at(entry, 1), plain_hash(entry[2:3]))
    for key, value in given.items():
        if re.fullmatch(r"lora_(combined_)?\d+", key) and isinstance(value, str):
            name, _, weight = value.rpartition(":")
            yield Lora(plain_name(name.strip() or weight), weight_at([weight], 0))


def is_fooocus(data: Data) -> bool:
    """Whether Fooocus wrote *data*."""
    keys = {str(key).lower().replace(" ", "_") for key in data}
    return {"base_model", "guidance_scale"} <= keys or "fooocus" in str(data.get("version")).lower()
