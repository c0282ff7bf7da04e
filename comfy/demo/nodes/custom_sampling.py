"""Sampling in its parts: noise, method, schedule and guider are values that a sampler is given."""

from collections.abc import Mapping
from typing import Any

from comfy.demo.nodes.context import Context
from comfy.demo.nodes.sampling import ksampler
from comfy.demo.nodes.values import Guider, Result, Schedule

Inputs = Mapping[str, Any]


async def noise(_ctx: Context, inputs: Inputs) -> Result:
    """RandomNoise."""
    return Result((int(inputs["noise_seed"]),))


async def method(_ctx: Context, inputs: Inputs) -> Result:
    """KSamplerSelect."""
    return Result((inputs["sampler_name"],))


async def schedule(_ctx: Context, inputs: Inputs) -> Result:
    """BasicScheduler, Flux2Scheduler and LTXVScheduler."""
    given = inputs.get("scheduler", "simple"), float(inputs.get("denoise", 1.0))
    return Result((Schedule(int(inputs["steps"]), *given),))


async def guider(_ctx: Context, inputs: Inputs) -> Result:
    """BasicGuider and CFGGuider."""
    positive = inputs.get("positive") or inputs["conditioning"]
    negative = inputs.get("negative")
    return Result((Guider(inputs["model"], positive, negative, float(inputs.get("cfg", 1.0))),))


async def sample_advanced(ctx: Context, inputs: Inputs) -> Result:
    """SamplerCustomAdvanced."""
    return await _sample(ctx, inputs, inputs["guider"], inputs["noise"])


async def sample(ctx: Context, inputs: Inputs) -> Result:
    """SamplerCustom."""
    both = inputs["positive"], inputs["negative"]
    told = Guider(inputs["model"], *both, float(inputs["cfg"]))
    return await _sample(ctx, inputs, told, int(inputs["noise_seed"]))


async def _sample(ctx: Context, inputs: Inputs, told: Guider, seed: int) -> Result:
    """The same as KSampler; what it was at the end is also its best guess."""
    sigmas: Schedule = inputs["sigmas"]
    done = await ksampler(
        ctx,
        {
            "model": told.model,
            "positive": told.positive,
            "negative": told.negative or told.positive,
            "cfg": told.cfg,
            "seed": seed,
            "steps": sigmas.steps,
            "scheduler": sigmas.scheduler,
            "denoise": sigmas.denoise,
            "sampler_name": inputs["sampler"],
            "latent_image": inputs["latent_image"],
        },
    )
    return Result((done.values[0], done.values[0]))
