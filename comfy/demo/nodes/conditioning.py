"""What a sampler is told: texts, and the lines to paint along."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from comfy.demo.nodes.context import Context
from comfy.demo.nodes.values import Conditioning, Control, Result

TEXT_STEPS = 0.3

Inputs = Mapping[str, Any]


async def encode_text(ctx: Context, inputs: Inputs) -> Result:
    """CLIPTextEncode."""
    await ctx.work(TEXT_STEPS)
    return Result((Conditioning(str(inputs["text"])),))


async def combine(_ctx: Context, inputs: Inputs) -> Result:
    """ConditioningCombine and ConditioningConcat."""
    given: list[Conditioning] = list(inputs.values())
    control = next((one.control for one in given if one.control), None)
    return Result((Conditioning(", ".join(one.text for one in given), control),))


async def zero_out(_ctx: Context, inputs: Inputs) -> Result:
    """ConditioningZeroOut: as if nothing had been said."""
    return Result((replace(inputs["conditioning"], text=""),))


async def guidance(_ctx: Context, inputs: Inputs) -> Result:
    """FluxGuidance, which is nothing to this painter."""
    return Result((inputs["conditioning"],))


async def encode_seen(ctx: Context, inputs: Inputs) -> Result:
    """TextEncodeQwenImageEditPlus: a text that is read together with an image."""
    await ctx.work(TEXT_STEPS)
    image = inputs.get("image1")
    return Result((Conditioning(str(inputs["prompt"]), kept=image[0] if image else None),))


async def encode_song(ctx: Context, inputs: Inputs) -> Result:
    """TextEncodeAceStepAudio, and that of ACE-Step 1.5."""
    await ctx.work(TEXT_STEPS)
    return Result((Conditioning(f"{inputs['tags']}\n{inputs['lyrics']}".strip()),))


async def look(ctx: Context, _inputs: Inputs) -> Result:
    """CLIPVisionEncode."""
    await ctx.work(TEXT_STEPS)
    return Result(("seen",))


async def refer(_ctx: Context, inputs: Inputs) -> Result:
    """ReferenceLatent: an image to keep to."""
    pictures = inputs["latent"].pictures if inputs.get("latent") else ()
    kept = pictures[0] if pictures else None
    return Result((replace(inputs["conditioning"], kept=kept),))


async def control(_ctx: Context, inputs: Inputs) -> Result:
    """ControlNetApplyAdvanced; a part of the steps counts as a part of the strength."""
    share = max(0.0, inputs["end_percent"] - inputs["start_percent"])
    lines = Control(inputs["image"][0], min(1.0, inputs["strength"] * share))
    both = (inputs["positive"], inputs["negative"])
    return Result(tuple(replace(one, control=lines) for one in both))
