"""Folders of seeded PNGs with ComfyUI's metadata, to import."""

import json
import os
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from comfy.workflow.families.build import build_graph
from comfy.workflow.request import GenerationRequest

SEED = 5
FIRST = 1_750_000_000
"""Time of the first picture, epoch seconds; each next is two minutes later."""
FOLDER = 500
"""Pictures in one folder."""
_SUBJECTS = ("a red fox", "an old mill", "the sea at night", "a paper crane", "a glass city")
_CHECKPOINTS = ("sd_v1-5.safetensors", "sdxl_base_1.0.safetensors", "flux1-dev.safetensors")


def make_folder(folder: Path, number: int, side: int = 256, seed: int = SEED) -> None:
    """Write *number* PNGs as ComfyUI does into folders within *folder*; the same for one seed."""
    rng = np.random.default_rng(seed)
    for n in range(number):
        place = folder / f"batch_{n // FOLDER:03}"
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"ComfyUI_{n:05}_.png"
        request = GenerationRequest(
            prompt=f"{_SUBJECTS[n % 5]}, number {n}",
            negative_prompt="blurry",
            checkpoint=_CHECKPOINTS[n % 3],
            width=side,
            height=side,
        )
        graph = build_graph(request, seed + n)
        info = PngInfo()
        info.add_text("prompt", json.dumps(graph))
        info.add_text("workflow", json.dumps({"nodes": [], "links": [], "version": 0.4}))
        coarse = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
        picture = Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)
        picture.save(path, pnginfo=info, compress_level=1)
        at = FIRST + 120 * n
        os.utime(path, (at, at))
