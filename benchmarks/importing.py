"""Import a folder of seeded PNGs with ComfyUI's metadata, twice, and print what that took.

The second time nothing is added: files are known by their content. Then the same once more, after
some have been added, renamed and copied within the folder.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from comfy.workflow.presets import build_graph
from comfy.workflow.request import GenerationRequest
from storage.files.thumbnailer import Previews
from storage.search.query import Search
from storage.store import Store
from studio.cli.import_folder import said
from studio.library.import_job import Import

SEED = 5
FIRST = 1_750_000_000
"""Time of the first picture, epoch seconds; each next is two minutes later."""
OWNER = "user:ann"
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


def _imported(store: Store, previews: Previews, source: Path) -> str:
    began = time.perf_counter()
    state = Import(store, source, OWNER, previews, lambda _state: None).run(lambda: False)
    took = time.perf_counter() - began
    count = store.count_found(Search(), owner=OWNER)
    return f"{took:7.1f} s  {said(state)}  {count:,} records now"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=5000)
    parser.add_argument("--side", type=int, default=256, help="pixels")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        source, data = Path(aside) / "output", Path(aside) / "data"
        make_folder(source, given.pictures, given.side)
        size = sum(path.stat().st_size for path in source.rglob("*.png"))
        print(f"{given.pictures:,} pictures, {size / 2**20:,.0f} MB")
        store = Store(data)
        previews = Previews(data)
        previews.start()
        try:
            print("first   ", _imported(store, previews, source))
            print("again   ", _imported(store, previews, source))
            first = next(source.rglob("*.png"))
            shutil.copy2(first, source / "a copy of the first.png")
            first.rename(source / "renamed.png")
            make_folder(source / "more", 10, given.side, SEED + 1)
            print("10 more ", _imported(store, previews, source))
            began = time.perf_counter()
            previews.finish()
            print(f"thumbnails done {time.perf_counter() - began:.1f} s after that")
        finally:
            store.close()


if __name__ == "__main__":
    main()
