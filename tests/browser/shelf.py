"""A data folder full of generations, made in seconds: a few real ones, and rows like them."""

import io
import random
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
from PIL import Image, PngImagePlugin

from comfy.demo.paint.brief import Brief
from comfy.demo.paint.picture import paint
from storage.files import kept_files
from storage.records import Generation, Status
from storage.store import Store
from tests.support.records import uuid7
from tests.support.stores import open_store

OWNER = "browser:" + "a1" * 16
SCENES = (
    ("a lighthouse on a cliff at dusk, oil painting", 640, 512),
    ("a fox in the snow, watercolor", 512, 640),
    ("a city at night, neon rain", 768, 432),
    ("a lake under mountains, morning mist", 640, 480),
    ("a sailing boat at sunset", 512, 512),
    ("a forest in autumn, golden light", 432, 704),
    ("desert dunes under stars", 704, 464),
    ("a harbour at dawn, watercolor", 512, 512),
    ("a castle on a hill, storm", 512, 640),
    ("a meadow of flowers, spring morning", 640, 512),
    ("a planet with rings, deep space", 640, 512),
    ("a red barn in a field, fog", 640, 448),
)
CHECKPOINTS = ("dreamscape_xl.safetensors", "painterly_v3.safetensors", "realism_sd15.safetensors")
EVERY_SECONDS = 240.0
"""Between one generation and the next."""

_COPIES = f"""
CREATE TEMP TABLE copies AS
WITH patterns AS (SELECT id AS pattern, row_number() OVER (ORDER BY id) - 1 AS k FROM generations),
numbers AS (SELECT unnest(range($2)) AS n),
made AS (
    SELECT pattern, n, made_at, lower(lpad(to_hex(epoch_ms(made_at)), 12, '0')) AS ms
    FROM (SELECT n, make_timestamp(CAST(($1 - n * {EVERY_SECONDS}) * 1e6 AS BIGINT)) AS made_at
          FROM numbers)
    JOIN patterns ON k = n % {len(SCENES)}
)
SELECT pattern, n, made_at, substr(ms, 1, 8) || '-' || substr(ms, 9, 4) || '-7'
    || lower(lpad(to_hex(n % 4096), 3, '0')) || '-8000-'
    || lower(lpad(to_hex(n), 12, '0')) AS new_id
FROM made
"""
"""What is to be: pattern, number, moment and id."""
_IMAGES = """
INSERT INTO images SELECT i.* REPLACE (new_id AS generation)
FROM copies JOIN images i ON i.generation = pattern ORDER BY n DESC
"""
_GENERATIONS = """
INSERT INTO generations SELECT g.* REPLACE (
    new_id AS id, new_id AS press, made_at AS created_at, made_at AS started_at,
    made_at + INTERVAL (3 + n % 9) SECOND AS finished_at, seed + n AS seed,
    0 AS label_count, false AS favourite, 0 AS rating,
    prompt || ' no' || n AS prompt, prompt_folded || ' no' || n AS prompt_folded)
FROM copies JOIN generations g ON g.id = pattern ORDER BY n DESC
"""


def fill(folder: Path, rows: int) -> None:
    """Put *rows* generations of OWNER's into *folder*, the newest made just now."""
    store = open_store(folder)
    try:
        store.generations.add([_pattern(folder, number) for number in range(len(SCENES))])
        if rows > len(SCENES):
            _multiply(store, rows - len(SCENES))
    finally:
        store.close()


def hang(
    store: Store, presses: list[list[bytes]], owner: str = OWNER, ago: float = 0.0
) -> list[str]:
    """Store generations of *owner*'s, each with its PNGs, newest first; return their ids.

    The first was made *ago* seconds ago.
    """
    made = [_pattern(store.folder, n, pngs, owner, ago) for n, pngs in enumerate(presses)]
    store.generations.add(made)
    return [one.id for one in made]


def picture(number: int) -> bytes:
    """A PNG of scene *number* with a prompt in it, as ComfyUI would save it."""
    prompt, width, height = SCENES[number % len(SCENES)]
    floats = paint(Brief(prompt, seed=number), width, height)
    said = PngImagePlugin.PngInfo()
    said.add_text("prompt", f'{{"1": {{"class_type": "Note", "inputs": {{"n": {number}}}}}}}')
    data = io.BytesIO()
    shown = Image.fromarray((np.clip(floats, 0, 1) * 255).astype(np.uint8))
    shown.save(data, "PNG", pnginfo=said, compress_level=1)
    return data.getvalue()


def _pattern(
    folder: Path, number: int, pngs: Sequence[bytes] = (), owner: str = OWNER, ago: float = 0.0
) -> Generation:
    prompt, width, height = SCENES[number]
    made = time.time() - ago - number * 30 - 5
    id_ = uuid7(made, random.Random(f"{owner} {number}"))
    kept = tuple(
        kept_files.keep(folder, id_, n, png, f"ComfyUI_{number:05}_{n}.png")
        for n, png in enumerate(pngs or [picture(number)])
    )
    checkpoint = CHECKPOINTS[number % len(CHECKPOINTS)]
    sampler = ("euler", "dpmpp_2m")[number % 2]
    asked = {"prompt": prompt, "checkpoint": checkpoint, "width": width // 8 * 8}
    asked |= {"height": height // 8 * 8, "steps": 20 + number, "sampler": sampler}
    return Generation(
        id=id_,
        group=id_,
        owner=owner,
        status=Status.FINISHED,
        created_at=made,
        started_at=made + 0.4,
        finished_at=made + 4.0 + number,
        fetched_at=made + 4.2 + number,
        request=asked,
        prompt=prompt,
        negative_prompt="blurry",
        checkpoint=checkpoint,
        sampler=sampler,
        scheduler="normal",
        width=width,
        height=height,
        steps=20 + number,
        cfg=7.0,
        seed=1_000_000 + number,
        server="gpu-1",
        images=kept,
        batch=len(kept),
        rating=(0, 0, 5, 0, 3, 0)[number % 6],
        favourite=number % 5 == 1,
        tags=("landscape",) if number % 3 == 0 else (),
    )


def _multiply(store: Store, rows: int) -> None:
    newest = time.time() - 3600

    def copied(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(_COPIES, [newest, rows])
        for statement in (_IMAGES, _GENERATIONS, "DROP TABLE copies"):
            cursor.execute(statement)

    store.read(copied)
