"""Draw Things: one object in XMP, with short keys. Pure."""

from collections.abc import Mapping

from comfy.workflow.files.programs.settings import Fields, Lora, Settings, plain_name, short
from comfy.workflow.files.programs.values import (
    NUMBERS,
    Data,
    inner,
    listed,
    take_strength,
    weight_at,
)


def draw_things_settings(data: Data) -> Settings:
    """The settings in *data*."""
    more = inner(data, "v2")
    fields = Fields("Draw Things", {**more, **data})
    fields.prompts("c", "uc")
    fields.set("checkpoint", plain_name(data.get("model")))
    fields.whole("steps", "Steps", "steps")
    fields.number("cfg", "CFG", "scale", "guidanceScale")
    fields.seed("seed")
    sides = NUMBERS.findall(short(data.get("size") or ""))
    fields.size(*(sides if len(sides) == 2 else (more.get("width"), more.get("height"))))
    fields.sampling(data.get("sampler"))
    loras = [one for one in listed(data.get("lora")) if isinstance(one, Mapping)]
    loras = loras or [one for one in listed(more.get("loras")) if isinstance(one, Mapping)]
    names = [(plain_name(one.get("model") or one.get("file")), one.get("weight")) for one in loras]
    fields.loras([Lora(name, weight_at([weight], 0)) for name, weight in names])
    take_strength(fields, "strength")
    return fields.settings()
