"""Sounds: silence to begin with, a tune in the end."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from comfy.demo.nodes.context import Context
from comfy.demo.nodes.latents import DECODE_STEPS
from comfy.demo.nodes.saving import SAVE_STEPS, file_of, metadata, next_number, target
from comfy.demo.nodes.values import Result, Silence, Sound
from comfy.demo.paint.media.flac import flac
from comfy.demo.paint.media.tune import tune

_NO_PICTURE = np.zeros((1, 1, 3), np.float32)

Inputs = Mapping[str, Any]


async def empty(_ctx: Context, inputs: Inputs) -> Result:
    """EmptyLatentAudio and those of ACE-Step."""
    return Result((Silence(float(inputs["seconds"]), inputs["batch_size"]),))


async def decode(ctx: Context, inputs: Inputs) -> Result:
    """VAEDecodeAudio."""
    latent: Silence = inputs["samples"]
    await ctx.work(DECODE_STEPS)
    return Result((await ctx.compute(_heard, latent),))


async def save(ctx: Context, inputs: Inputs) -> Result:
    """SaveAudio: FLAC files that carry ``prompt`` and ``workflow``."""
    place = target(ctx.folder / "output", inputs["filename_prefix"], _NO_PICTURE)
    sounds: tuple[Sound, ...] = inputs["audio"]
    names = [await ctx.compute(_write, sound, place, metadata(ctx)) for sound in sounds]
    await ctx.work(SAVE_STEPS * len(names))
    return Result((sounds,), ui={"audio": [file_of(name, place[1], "output") for name in names]})


def _heard(latent: Silence) -> tuple[Sound, ...]:
    members = range(latent.batch)
    return tuple(Sound(tune(latent.text, latent.seed + n, latent.seconds)) for n in members)


def _write(sound: Sound, place: tuple[Path, str, str], texts: dict[str, str]) -> str:
    folder, _, stem = place
    name = f"{stem}_{next_number(folder, stem):05}_.flac"
    (folder / name).write_bytes(flac(sound.samples, texts))
    return name
