"""Output nodes: files, frames, texts."""

import io
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from comfy.demo.nodes.context import Context
from comfy.demo.nodes.values import Images, Picture, Result

SAVE_COMPRESSION = 4
PREVIEW_COMPRESSION = 1
SAVE_STEPS = 0.1
MAX_SHOWN = 4096

Inputs = Mapping[str, Any]


async def save(ctx: Context, inputs: Inputs) -> Result:
    """SaveImage: PNGs that carry ``prompt`` and ``workflow``."""
    images: Images = inputs["images"]
    place = target(ctx.folder / "output", inputs["filename_prefix"], images[0])
    await ctx.work(SAVE_STEPS * len(images))
    names = await ctx.compute(_write_pngs, images, place, metadata(ctx), SAVE_COMPRESSION)
    files = [file_of(name, place[1], "output") for name in names]
    return Result((images,), ui={"images": files})


async def preview(ctx: Context, inputs: Inputs) -> Result:
    """PreviewImage: the same, into the temporary folder."""
    images: Images = inputs["images"]
    place = target(ctx.folder / "temp", f"ComfyUI{ctx.temp_prefix}", images[0])
    names = await ctx.compute(_write_pngs, images, place, metadata(ctx), PREVIEW_COMPRESSION)
    files = [file_of(name, place[1], "temp") for name in names]
    return Result((images,), ui={"images": files})


async def send(ctx: Context, inputs: Inputs) -> Result:
    """SaveImageWebsocket: the finished PNGs as preview frames."""
    images: Images = inputs["images"]
    for number, image in enumerate(images, 1):
        png = await ctx.compute(_png, image)
        ctx.progress(number, len(images), (png, "image/png"))
    return Result(ui={})


async def save_animated(ctx: Context, inputs: Inputs) -> Result:
    """SaveAnimatedWEBP: the batch as one moving picture."""
    images: Images = inputs["images"]
    place = target(ctx.folder / "output", inputs["filename_prefix"], images[0])
    name = await ctx.compute(_write_webp, images, place, inputs)
    files = [file_of(name, place[1], "output")]
    ui: dict[str, Any] = {"images": files}
    if len(images) > 1:
        ui["animated"] = [True]
    return Result((images,), ui=ui)


async def show_text(_ctx: Context, inputs: Inputs) -> Result:
    """PreviewAny: anything as text."""
    source = inputs["source"]
    text = source if isinstance(source, str) else str(source)[:MAX_SHOWN]
    return Result((text,), ui={"text": [text]})


def as_image(picture: Picture) -> Image.Image:
    """A Pillow image of 8 bits a channel."""
    return Image.fromarray((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8))


def file_of(name: str, subfolder: str, type_: str) -> dict[str, str]:
    """A file as ComfyUI tells of it."""
    return {"filename": name, "subfolder": subfolder, "type": type_}


def metadata(ctx: Context) -> dict[str, str]:
    """The texts that files carry."""
    extra = ctx.extra.get("extra_pnginfo")
    texts = {"prompt": json.dumps(ctx.prompt)}
    if isinstance(extra, dict):
        texts |= {str(key): json.dumps(value) for key, value in extra.items()}
    return texts


def target(root: Path, prefix: str, image: Picture) -> tuple[Path, str, str]:
    """(folder, subfolder, stem) for a filename prefix; refuses to leave *root*."""
    now = time.localtime()
    filled = {
        "%width%": str(image.shape[1]),
        "%height%": str(image.shape[0]),
        "%year%": f"{now.tm_year}",
        "%month%": f"{now.tm_mon:02}",
        "%day%": f"{now.tm_mday:02}",
        "%hour%": f"{now.tm_hour:02}",
        "%minute%": f"{now.tm_min:02}",
        "%second%": f"{now.tm_sec:02}",
    }
    for mark, value in filled.items():
        prefix = prefix.replace(mark, value)
    path = Path(prefix)
    folder = (root / path.parent).resolve()
    if not folder.is_relative_to(root.resolve()):
        # The class as well as the words are ComfyUI's.
        raise Exception(  # noqa: TRY002 - see above
            "**** ERROR: Saving image outside the output folder is not allowed.\n "
            f"full_output_folder: {folder.name}\n         output_dir: {root.name}\n"
        )
    folder.mkdir(parents=True, exist_ok=True)
    subfolder = folder.relative_to(root.resolve()).as_posix()
    return folder, "" if subfolder == "." else subfolder, path.name


def next_number(folder: Path, stem: str) -> int:
    """The number of the next file of that name."""
    start = f"{stem}_"
    numbers = (
        p.name[len(start) :].split("_")[0] for p in folder.iterdir() if p.name.startswith(start)
    )
    return max((int(n) for n in numbers if n.isdecimal()), default=0) + 1


def _write_pngs(
    images: Images, place: tuple[Path, str, str], texts: dict[str, str], compression: int
) -> list[str]:
    folder, _, stem = place
    info = PngInfo()
    for key, text in texts.items():
        info.add_text(key, text)
    first = next_number(folder, stem)
    names = []
    for number, image in enumerate(images, first):
        names.append(f"{stem}_{number:05}_.png")
        path = folder / names[-1]
        as_image(image).save(path, pnginfo=info, compress_level=compression)
    return names


def _write_webp(images: Images, place: tuple[Path, str, str], inputs: Inputs) -> str:
    folder, _, stem = place
    name = f"{stem}_{next_number(folder, stem):05}_.webp"
    frames = [as_image(image) for image in images]
    frames[0].save(
        folder / name,
        save_all=True,
        append_images=frames[1:],
        duration=int(1000 / inputs["fps"]),
        lossless=inputs["lossless"],
        quality=inputs["quality"],
        method={"default": 4, "fastest": 0, "slowest": 6}[inputs["method"]],
    )
    return name


def _png(image: Picture) -> bytes:
    buffer = io.BytesIO()
    as_image(image).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
