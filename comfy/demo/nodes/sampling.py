"""The samplers: a picture out of noise, step by step."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from comfy.demo.nodes.context import Context, afford, work_scale
from comfy.demo.nodes.latents import pictures_of
from comfy.demo.nodes.values import Control, Images, Latent, Picture, Result, Silence
from comfy.demo.paint.brief import Brief
from comfy.demo.paint.emergence import Emergence, encode_preview, noise_levels
from comfy.demo.paint.lines import along
from comfy.demo.paint.picture import paint
from comfy.demo.paint.repaint import inpaint, repaint
from comfy.demo.paint.resize import resize, resize_mask

FIRST_STEP = 1.8
"""The first step after a start takes that many times longer."""
PREVIEW_SIDE = 512
"""Longest side of a preview, as ComfyUI's ``--preview-size``."""
LATENT_SCALE = 8
PAINTED_SIDE = 256
KEEPING = 0.65
"""How much of an image may change that is to be kept to."""
SOUND_STEPS = 0.2
SOUND_SECONDS = 120.0
"""Seconds of sound that take as long as one 512 × 512 picture, and what they take at least."""
FINE_SCALE = 2
"""Preview pixels are that many picture pixels wide: `latent2rgb`, and better methods."""

Inputs = Mapping[str, Any]


@dataclass(frozen=True)
class Job:
    """One sampling run. `strength` is how much of what is there may change, 0…1.

    `control` has the lines to paint along, if any.
    """

    brief: Brief
    latent: Latent
    steps: int
    start: int
    end: int
    strength: float
    control: Control | None


async def ksampler(ctx: Context, inputs: Inputs) -> Result:
    """KSampler."""
    steps, seed = int(inputs["steps"]), int(inputs["seed"])
    if isinstance(inputs["latent_image"], Silence):
        return Result((await _compose(ctx, inputs["latent_image"], inputs, seed),))
    brief = _brief(inputs, seed)
    latent: Latent = inputs["latent_image"]
    denoise = float(inputs["denoise"])
    if denoise <= 0:
        return Result((latent,))
    kept: Picture | None = inputs["positive"].kept
    if kept is not None:
        begin = resize(kept, latent.wide, latent.height, "bilinear")
        latent, denoise = replace(latent, pictures=(begin,) * latent.batch), min(denoise, KEEPING)
    elif latent.frames > 1 and latent.pictures:
        denoise = min(denoise, KEEPING)
    job = Job(brief, latent, steps, 0, steps, denoise, inputs["positive"].control)
    return Result((await _sample(ctx, job),))


async def ksampler_advanced(ctx: Context, inputs: Inputs) -> Result:
    """KSamplerAdvanced: a window of the steps; what noise is left travels in the latent."""
    latent: Latent = inputs["latent_image"]
    steps = int(inputs["steps"])
    start = min(int(inputs["start_at_step"]), steps)
    end = min(int(inputs["end_at_step"]), steps)
    if start >= end:
        return Result((latent,))
    brief = _brief(inputs, int(inputs["noise_seed"]))
    levels = noise_levels(brief.scheduler, steps)
    strength = max(levels[start], latent.noise)
    job = Job(brief, latent, steps, start, end, strength, inputs["positive"].control)
    sampled = await _sample(ctx, job)
    left = levels[end] if inputs["return_with_leftover_noise"] == "enable" else 0.0
    return Result((replace(sampled, noise=left),))


def _brief(inputs: Inputs, seed: int) -> Brief:
    return Brief(
        prompt=inputs["positive"].text,
        negative=inputs["negative"].text,
        seed=seed,
        steps=int(inputs["steps"]),
        cfg=float(inputs["cfg"]),
        sampler=inputs["sampler_name"],
        scheduler=inputs["scheduler"],
        checkpoint=inputs["model"].checkpoint,
        loras=inputs["model"].loras,
    )


async def _compose(ctx: Context, silence: Silence, inputs: Inputs, seed: int) -> Silence:
    """Go through the steps of a tune; there is nothing to show of it."""
    steps = int(inputs["steps"])
    for step in range(1, steps + 1):
        await ctx.work(max(SOUND_STEPS, silence.seconds * silence.batch / SOUND_SECONDS))
        ctx.progress(step, steps)
        ctx.stage(f"step:{step}")
    return replace(silence, text=inputs["positive"].text, seed=seed)


async def _sample(ctx: Context, job: Job) -> Latent:
    """Go through the steps while the full picture is painted beside them."""
    latent = job.latent
    afford(latent.width, latent.height, latent.batch)
    full = asyncio.ensure_future(ctx.compute(_paint_all, job))
    try:
        view = await _viewer(ctx, job)
        seconds = ctx.settings.step_seconds * work_scale(latent.width, latent.height, latent.layers)
        total = job.end - job.start
        moment = time.monotonic()
        for step in range(1, total + 1):
            preview = await ctx.compute(view.frame, job.start + step) if view else None
            moment = max(moment, time.monotonic() - seconds) + (
                seconds * FIRST_STEP if step == 1 else seconds
            )
            await ctx.until(moment)
            ctx.progress(step, total, preview)
            ctx.stage(f"step:{step}")
        while not full.done():
            await asyncio.wait({full}, timeout=0.1)
            ctx.check()
    finally:
        full.cancel()
    return replace(latent, pictures=full.result(), mask=None, noise=0.0, blank=False)


@dataclass(frozen=True)
class _View:
    emergence: Emergence
    size: tuple[int, int]

    def frame(self, step: int) -> tuple[bytes, str]:
        return encode_preview(self.emergence.frame(step), self.size), "image/jpeg"


async def _viewer(ctx: Context, job: Job) -> _View | None:
    """What makes the previews; None where none are asked for."""
    if ctx.preview_method == "none":
        return None
    scale = LATENT_SCALE if ctx.preview_method == "latent2rgb" else FINE_SCALE
    return await ctx.compute(_make_view, job, scale)


def _make_view(job: Job, scale: int) -> _View:
    latent = job.latent
    longest = max(latent.width, latent.height)
    scale = max(scale, -(-longest // PREVIEW_SIDE))
    width, height = max(1, latent.width // scale), max(1, latent.height // scale)
    start = resize(pictures_of(latent)[0], width, height, "area") if latent.pictures else None
    mask = resize_mask(latent.mask, width, height) if latent.mask is not None else None
    # Painted finer than shown, so that the preview is the picture and not a coarse cousin.
    fine = min(1.0, max(PAINTED_SIDE, width, height) / longest)
    painted = _painted(job, 0, round(latent.width * fine), round(latent.height * fine))
    target = resize(painted, width, height, "area")
    if start is not None:
        target = repaint(start, target, job.strength)
        if mask is not None:
            target = inpaint(start, target, mask, blank=latent.blank)
    levels = noise_levels(job.brief.scheduler, job.steps)
    share = PREVIEW_SIDE / longest
    size = max(1, round(latent.width * share)), max(1, round(latent.height * share))
    emergence = Emergence(target, start, job.brief.seed, levels, job.strength, mask)
    return _View(emergence, size)


def _paint_all(job: Job) -> Images:
    """The finished pictures at full size, one per batch member."""
    latent = job.latent
    starts = pictures_of(latent) if latent.pictures else ()
    result = []
    for index in range(latent.batch):
        picture = _painted(job, index, latent.wide, latent.height)
        if starts:
            start = starts[index % len(starts)]
            picture = repaint(start, picture, job.strength)
            if latent.mask is not None:
                picture = inpaint(start, picture, latent.mask, blank=latent.blank)
        result.append(picture)
    return tuple(result)


def _painted(job: Job, index: int, width: int, height: int) -> Picture:
    picture = paint(job.brief.member(index), width, height)
    return along(picture, job.control.lines, job.control.strength) if job.control else picture
