"""Loaders, and what is done to a model before it is used."""

import re
from collections.abc import Mapping
from typing import Any

from comfy.demo.nodes.context import Context
from comfy.demo.nodes.values import Clip, ControlNet, Model, Result, Upscaler, Vae

COLD_STEPS = 6.0
"""Loading a checkpoint for the first time, in steps; WARM_STEPS when it is still there."""
WARM_STEPS = 0.2
LORA_STEPS = 1.5

Inputs = Mapping[str, Any]


async def checkpoint(ctx: Context, inputs: Inputs) -> Result:
    """CheckpointLoaderSimple."""
    ctx.stage("loading")
    name = inputs["ckpt_name"]
    await ctx.work(COLD_STEPS if ctx.memory.load(name) else WARM_STEPS)
    return Result((Model(name), Clip(name), Vae(name)))


async def diffusion_model(ctx: Context, inputs: Inputs) -> Result:
    """UNETLoader."""
    ctx.stage("loading")
    name = inputs["unet_name"]
    await ctx.work(COLD_STEPS if ctx.memory.load(name) else WARM_STEPS)
    return Result((Model(name),))


async def text_encoder(ctx: Context, inputs: Inputs) -> Result:
    """CLIPLoader and those of two, three, four encoders."""
    await ctx.work(WARM_STEPS)
    return Result((Clip(inputs.get("clip_name") or inputs["clip_name1"]),))


async def controlnet(ctx: Context, inputs: Inputs) -> Result:
    """ControlNetLoader."""
    name = inputs["control_net_name"]
    await ctx.work(LORA_STEPS if ctx.memory.load(name) else WARM_STEPS)
    return Result((ControlNet(name),))


async def lora(ctx: Context, inputs: Inputs) -> Result:
    """LoraLoader and LoraLoaderModelOnly."""
    model: Model = inputs["model"]
    strength = float(inputs["strength_model"])
    if strength == 0:
        return Result((model, inputs.get("clip")))
    await ctx.work(LORA_STEPS if ctx.memory.load(inputs["lora_name"]) else WARM_STEPS)
    changed = Model(model.checkpoint, (*model.loras, (inputs["lora_name"], strength)))
    return Result((changed, inputs.get("clip")))


async def vae(ctx: Context, inputs: Inputs) -> Result:
    """VAELoader."""
    await ctx.work(WARM_STEPS)
    return Result((Vae(inputs["vae_name"]),))


async def upscaler(ctx: Context, inputs: Inputs) -> Result:
    """UpscaleModelLoader; the factor is in the name."""
    await ctx.work(LORA_STEPS if ctx.memory.load(inputs["model_name"]) else WARM_STEPS)
    found = re.search(r"(\d)x", inputs["model_name"])
    return Result((Upscaler(inputs["model_name"], int(found[1]) if found else 2),))


async def clip_layer(_ctx: Context, inputs: Inputs) -> Result:
    """CLIPSetLastLayer."""
    return Result((inputs["clip"],))


async def shift(_ctx: Context, inputs: Inputs) -> Result:
    """ModelSamplingAuraFlow and whatever else changes a model: nothing to this painter."""
    return Result((inputs["model"],))


async def tokens(_ctx: Context, inputs: Inputs) -> Result:
    """T5TokenizerOptions."""
    return Result((inputs["clip"],))


async def tone(_ctx: Context, inputs: Inputs) -> Result:
    """LatentOperationTonemapReinhard."""
    return Result((float(inputs["multiplier"]),))


async def vision(ctx: Context, inputs: Inputs) -> Result:
    """CLIPVisionLoader."""
    await ctx.work(WARM_STEPS)
    return Result((str(inputs["clip_name"]),))
