"""Films: empty ones, ones that begin with an image, and the file in the end.

A film is one picture that a camera goes across: it is painted a little wider, and each frame is a
view of it, so that a hundred frames weigh no more than one.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from comfy.demo.nodes.context import OUT_OF_MEMORY, OUT_OF_MEMORY_TYPE, Context, NodeError
from comfy.demo.nodes.latents import ENCODE_STEPS
from comfy.demo.nodes.saving import SAVE_STEPS, as_image, file_of, metadata, next_number, target
from comfy.demo.nodes.values import Images, Latent, Result, Video
from comfy.demo.paint.media.webm import webm
from comfy.demo.paint.resize import crop_to, resize

MAX_PIXELS = 900_000_000
"""Of all frames together."""

Inputs = Mapping[str, Any]


async def empty(_ctx: Context, inputs: Inputs) -> Result:
    """EmptyHunyuanLatentVideo and its like; Wan22ImageToVideoLatent, with an image or without."""
    return Result((_film(inputs, inputs.get("start_image")),))


async def begun(ctx: Context, inputs: Inputs) -> Result:
    """WanImageToVideo, LTXVImgToVideo, HunyuanVideo15ImageToVideo."""
    image: Images | None = inputs.get("start_image") or inputs.get("image")
    await ctx.work(ENCODE_STEPS)
    return Result((inputs["positive"], inputs["negative"], _film(inputs, image)))


async def paced(_ctx: Context, inputs: Inputs) -> Result:
    """LTXVConditioning."""
    return Result((inputs["positive"], inputs["negative"]))


async def create(_ctx: Context, inputs: Inputs) -> Result:
    """CreateVideo."""
    return Result((Video(inputs["images"], float(inputs["fps"])),))


async def save(ctx: Context, inputs: Inputs) -> Result:
    """SaveVideo: a WebM whatever was asked for, as there is no other codec here."""
    video: Video = inputs["video"]
    place = target(ctx.folder / "output", inputs["filename_prefix"], video.images[0])
    name = await ctx.compute(_write, video, place, metadata(ctx))
    await ctx.work(SAVE_STEPS * len(video.images))
    return Result((video,), ui={"images": [file_of(name, place[1], "output")], "animated": [True]})


def _film(inputs: Inputs, image: Images | None) -> Latent:
    width, height, length = inputs["width"] // 8 * 8, inputs["height"] // 8 * 8, inputs["length"]
    if width * height * length * inputs["batch_size"] > MAX_PIXELS:
        raise NodeError(OUT_OF_MEMORY, OUT_OF_MEMORY_TYPE)
    film = Latent(width, height, inputs["batch_size"], frames=max(1, length))
    if image is None:
        return film
    begin = crop_to(image[0][..., :3], film.wide / height)
    return replace(film, pictures=(resize(begin, film.wide, height, "bilinear"),))


def _write(video: Video, place: tuple[Any, str, str], texts: dict[str, str]) -> str:
    folder, _, stem = place
    name = f"{stem}_{next_number(folder, stem):05}_.webm"
    frames = [as_image(image) for image in video.images]
    tags = {key.upper(): text for key, text in texts.items()}
    (folder / name).write_bytes(webm(frames, video.fps, tags))
    return name
