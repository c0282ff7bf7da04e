"""Latents: make, encode, decode, scale, mask."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from comfy.demo.nodes.context import Context, afford, work_scale
from comfy.demo.nodes.pictures import fit, mask_for
from comfy.demo.nodes.values import Images, Latent, Result
from comfy.demo.paint.emergence import noisy
from comfy.demo.paint.resize import crop_to, grow, resize

DECODE_STEPS = 1.5
ENCODE_STEPS = 1.0
EMPTY_GREY = 0.5

Inputs = Mapping[str, Any]


async def empty(_ctx: Context, inputs: Inputs) -> Result:
    """EmptyLatentImage; sides in whole latent pixels, as in ComfyUI."""
    width, height = inputs["width"] // 8 * 8, inputs["height"] // 8 * 8
    return Result((Latent(width, height, inputs["batch_size"]),))


async def encode(ctx: Context, inputs: Inputs) -> Result:
    """VAEEncode; trims to a multiple of 8."""
    images = _trimmed(inputs["pixels"])
    height, width = images[0].shape[:2]
    await ctx.work(ENCODE_STEPS * work_scale(width, height, len(images)))
    return Result((Latent(width, height, len(images), images),))


async def encode_for_inpaint(ctx: Context, inputs: Inputs) -> Result:
    """VAEEncodeForInpaint: greys what is under the mask, and grows the mask."""
    images = _trimmed(inputs["pixels"])
    height, width = images[0].shape[:2]
    await ctx.work(ENCODE_STEPS * work_scale(width, height, len(images)))
    mask = mask_for(inputs["mask"], width, height).round()
    hole = mask[..., None]
    greyed = tuple((i * (1 - hole) + EMPTY_GREY * hole).astype(np.float32) for i in images)
    grown = await ctx.compute(grow, mask, inputs["grow_mask_by"])
    return Result((Latent(width, height, len(images), greyed, grown, blank=True),))


async def encode_for_conditioning(ctx: Context, inputs: Inputs) -> Result:
    """InpaintModelConditioning."""
    encoded = await encode(ctx, inputs)
    masked = await set_mask(ctx, {"samples": encoded.values[0], "mask": inputs["mask"]})
    return Result((inputs["positive"], inputs["negative"], *masked.values))


async def decode(ctx: Context, inputs: Inputs) -> Result:
    """VAEDecode and VAEDecodeTiled."""
    latent: Latent = inputs["samples"]
    afford(latent.width, latent.height, latent.batch)
    await ctx.work(DECODE_STEPS * work_scale(latent.width, latent.height, latent.layers))
    images = await ctx.compute(_decoded, latent)
    return Result((images if latent.frames == 1 else frames_of(images, latent),))


async def repeat(_ctx: Context, inputs: Inputs) -> Result:
    """RepeatLatentBatch."""
    latent: Latent = inputs["samples"]
    amount = inputs["amount"]
    return Result(
        (replace(latent, batch=latent.batch * amount, pictures=latent.pictures * amount),)
    )


async def set_mask(_ctx: Context, inputs: Inputs) -> Result:
    """SetLatentNoiseMask."""
    latent: Latent = inputs["samples"]
    mask = mask_for(inputs["mask"], latent.width, latent.height)
    return Result((replace(latent, mask=mask, blank=False),))


async def upscale(ctx: Context, inputs: Inputs) -> Result:
    """LatentUpscale."""
    latent: Latent = inputs["samples"]
    width, height = fit(latent.width, latent.height, inputs["width"], inputs["height"])
    to = max(64, width // 8 * 8), max(64, height // 8 * 8)
    return Result((await ctx.compute(_scaled, latent, to, inputs.get("crop") == "center"),))


async def upscale_by(ctx: Context, inputs: Inputs) -> Result:
    """LatentUpscaleBy."""
    latent: Latent = inputs["samples"]
    by = inputs["scale_by"]
    to = max(8, round(latent.width / 8 * by) * 8), max(8, round(latent.height / 8 * by) * 8)
    fit(latent.width, latent.height, *to)
    return Result((await ctx.compute(_scaled, latent, to, False),))


def frames_of(images: Images, latent: Latent) -> Images:
    """The frames of a film: a window that moves across each picture."""
    room, last = images[0].shape[1] - latent.width, latent.frames - 1
    starts = [round(room * number / last) for number in range(latent.frames)]
    return tuple(image[:, at : at + latent.width] for image in images for at in starts)


def pictures_of(latent: Latent) -> Images:
    """Its pictures; an empty latent decodes to grey."""
    if latent.pictures:
        return latent.pictures
    grey = np.full((latent.height, latent.wide, 3), EMPTY_GREY, np.float32)
    return (grey,) * latent.batch


def _decoded(latent: Latent) -> Images:
    images = pictures_of(latent)
    return tuple(noisy(i, latent.noise) for i in images) if latent.noise else images


def _trimmed(images: Images) -> Images:
    height, width = images[0].shape[:2]
    if height < 8 or width < 8:
        raise ValueError(f"A picture of {width} × {height} is too small to encode.")
    return tuple(i[: height // 8 * 8, : width // 8 * 8, :3] for i in images)


def _scaled(latent: Latent, to: tuple[int, int], crop: bool) -> Latent:  # noqa: FBT001 - travels through an executor, which takes no keywords
    images = latent.pictures
    afford(*to, len(images))
    if crop:
        images = tuple(crop_to(image, to[0] / to[1]) for image in images)
    images = tuple(resize(image, *to, "bilinear") for image in images)
    mask = mask_for(latent.mask, *to) if latent.mask is not None else None
    return replace(latent, width=to[0], height=to[1], pictures=images, mask=mask)
