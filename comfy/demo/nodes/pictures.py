"""Pictures: load, scale, pad."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from comfy.demo.nodes.context import Context, afford, work_scale
from comfy.demo.nodes.validate import find_input
from comfy.demo.nodes.values import Mask, Picture, Result, Upscaler
from comfy.demo.paint.lines import edges as outlined
from comfy.demo.paint.resize import crop_to, resize, resize_mask

MAX_SIDE = 16384
UPSCALE_STEPS = 1.5
"""Steps that one 512 × 512 tile takes in an upscale model."""

Inputs = Mapping[str, Any]


async def load_image(ctx: Context, inputs: Inputs) -> Result:
    """LoadImage: a picture and the mask of what is transparent in it."""
    return Result(await ctx.compute(_read, _find(ctx, inputs)))


async def load_mask(ctx: Context, inputs: Inputs) -> Result:
    """LoadImageMask."""
    return Result((await ctx.compute(_read_mask, _find(ctx, inputs), inputs["channel"]),))


async def scale(ctx: Context, inputs: Inputs) -> Result:
    """ImageScale; a side of 0 follows the other."""
    images = inputs["image"]
    height, width = images[0].shape[:2]
    to = fit(width, height, inputs["width"], inputs["height"])
    afford(*to, len(images))
    return Result((await ctx.compute(_scaled, images, to, inputs),))


async def scale_by(ctx: Context, inputs: Inputs) -> Result:
    """ImageScaleBy."""
    images = inputs["image"]
    height, width = images[0].shape[:2]
    to = _checked((round(width * inputs["scale_by"]), round(height * inputs["scale_by"])))
    afford(*to, len(images))
    return Result((await ctx.compute(_scaled, images, to, inputs),))


async def scale_to_area(ctx: Context, inputs: Inputs) -> Result:
    """ImageScaleToTotalPixels, and FluxKontextImageScale, whose area is a megapixel."""
    height, width = inputs["image"][0].shape[:2]
    by = (inputs.get("megapixels", 1.0) * 1024 * 1024 / (width * height)) ** 0.5
    to = max(8, round(width * by / 8) * 8), max(8, round(height * by / 8) * 8)
    wish = {"upscale_method": inputs.get("upscale_method", "lanczos"), "crop": "disabled"}
    return Result((await ctx.compute(_scaled, inputs["image"], to, wish),))


async def upscale(ctx: Context, inputs: Inputs) -> Result:
    """ImageUpscaleWithModel: tile by tile, with progress."""
    model: Upscaler = inputs["upscale_model"]
    images = inputs["image"]
    height, width = images[0].shape[:2]
    to = _checked((width * model.factor, height * model.factor))
    afford(*to, len(images))
    tiles = max(1, -(-width // 512) * -(-height // 512)) * len(images)
    for tile in range(tiles):
        await ctx.work(UPSCALE_STEPS * work_scale(width, height) * len(images) / tiles)
        ctx.progress(tile + 1, tiles)
    return Result((await ctx.compute(_sharpened, images, to),))


async def invert(ctx: Context, inputs: Inputs) -> Result:
    """ImageInvert."""
    return Result((await ctx.compute(lambda: tuple(1 - image for image in inputs["image"])),))


async def edges(ctx: Context, inputs: Inputs) -> Result:
    """Canny."""
    thresholds = inputs["low_threshold"], inputs["high_threshold"]
    found = [await ctx.compute(outlined, image, *thresholds) for image in inputs["image"]]
    return Result((tuple(found),))


async def empty(ctx: Context, inputs: Inputs) -> Result:
    """EmptyImage."""
    color = inputs["color"]
    rgb = np.array([color >> 16 & 255, color >> 8 & 255, color & 255], np.float32) / np.float32(255)
    image = np.broadcast_to(rgb, (inputs["height"], inputs["width"], 3))
    ctx.check()
    return Result(((image,) * inputs["batch_size"],))


async def pad(ctx: Context, inputs: Inputs) -> Result:
    """ImagePadForOutpaint: grey borders, and the mask of them, feathered inwards."""
    return Result(await ctx.compute(_padded, inputs))


def fit(width: int, height: int, to_width: int, to_height: int) -> tuple[int, int]:
    """The size asked for, where 0 keeps the proportions."""
    if to_width == 0 and to_height == 0:
        return width, height
    if to_width == 0:
        to_width = max(1, round(width * to_height / height))
    if to_height == 0:
        to_height = max(1, round(height * to_width / width))
    return _checked((to_width, to_height))


def _checked(size: tuple[int, int]) -> tuple[int, int]:
    if max(size) > MAX_SIDE:
        raise ValueError(f"{size[0]} × {size[1]} is larger than {MAX_SIDE} a side.")
    return max(1, size[0]), max(1, size[1])


def _find(ctx: Context, inputs: Inputs) -> Path:
    path = find_input(ctx.folder / "input", inputs["image"])
    if path is None:
        raise FileNotFoundError(f"Invalid image file: {inputs['image']}")
    return path


def _read(path: Path) -> tuple[tuple[Picture, ...], Mask]:
    with Image.open(path) as opened:
        image = ImageOps.exif_transpose(opened)
        rgba = image.convert("RGBA")
        transparent = "A" in image.getbands() or "transparency" in image.info
    data = np.asarray(rgba, np.float32) / np.float32(255)
    if not transparent:
        return (data[..., :3],), np.zeros((64, 64), np.float32)
    return (data[..., :3],), 1 - data[..., 3]


def _read_mask(path: Path, channel: str) -> Mask:
    with Image.open(path) as opened:
        image = ImageOps.exif_transpose(opened)
        has_alpha = "A" in image.getbands()
        data = np.asarray(image.convert("RGBA"), np.float32) / np.float32(255)
    if channel == "alpha":
        return 1 - data[..., 3] if has_alpha else np.zeros((64, 64), np.float32)
    return data[..., ("red", "green", "blue").index(channel)]


def _scaled(images: tuple[Picture, ...], to: tuple[int, int], inputs: Inputs) -> Any:
    method = inputs["upscale_method"]
    if inputs.get("crop") == "center":
        images = tuple(crop_to(image, to[0] / to[1]) for image in images)
    return tuple(resize(image, *to, method) for image in images)


def _sharpened(images: tuple[Picture, ...], to: tuple[int, int]) -> Any:
    """Larger, and sharper than a plain filter leaves it."""
    result = []
    for image in images:
        large = resize(image, *to, "lanczos")
        soft = resize(resize(large, to[0] // 2, to[1] // 2, "area"), *to, "bilinear")
        result.append(np.clip(large + (large - soft) * 0.6, 0, 1).astype(np.float32))
    return tuple(result)


def _padded(inputs: Inputs) -> tuple[tuple[Picture, ...], Mask]:
    left, top, right, bottom = (inputs[side] for side in ("left", "top", "right", "bottom"))
    images = inputs["image"]
    height, width = images[0].shape[:2]
    _checked((width + left + right, height + top + bottom))
    edges = ((top, bottom), (left, right))
    padded = tuple(np.pad(i, (*edges, (0, 0)), constant_values=0.5) for i in images)
    inner = np.zeros((height, width), np.float32)
    feather = min(inputs["feathering"], height // 2, width // 2)
    if feather:
        far = np.float32(height + width)
        y, x = np.arange(height)[:, None], np.arange(width)[None]
        near = np.minimum.reduce(
            np.broadcast_arrays(
                x if left else far,
                width - 1 - x if right else far,
                y if top else far,
                height - 1 - y if bottom else far,
            )
        )
        inner = (np.clip((feather - near) / feather, 0, 1) ** 2).astype(np.float32)
        inner = np.broadcast_to(inner, (height, width))
    return padded, np.pad(inner, edges, constant_values=1.0)


def mask_for(mask: Mask, width: int, height: int) -> Mask:
    """*mask* at the size of a latent."""
    return mask if mask.shape == (height, width) else resize_mask(mask, width, height)
