"""Records to store in tests."""

import random
from dataclasses import replace
from typing import Any

from storage.records import Generation, Image, NodeRun, Status
from storage.store import Store

NOON = 1_790_000_000.0
"""Some moment, epoch seconds."""


def uuid7(at: float, rng: random.Random) -> str:
    """A lower-case UUIDv7 of the moment *at*."""
    value = int(at * 1000) << 80 | 0x7 << 76 | rng.getrandbits(12) << 64
    value |= 0b10 << 62 | rng.getrandbits(62)
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def generation(number: int = 0, **fields: Any) -> Generation:
    """A queued generation, made *number* seconds after NOON unless *fields* say otherwise."""
    created = fields.get("created_at", NOON + number)
    made = Generation(
        id=uuid7(created, random.Random(number)),
        group=f"group-{number}",
        owner="user:ann",
        status=Status.QUEUED,
        created_at=created,
        request={"prompt": "a red fox", "seed": number},
        prompt="a red fox",
        checkpoint="model.safetensors",
        sampler="euler",
        scheduler="normal",
        width=512,
        height=768,
        steps=20,
        cfg=7.0,
        seed=number,
    )
    return replace(made, **fields)


def image(number: int = 0, **fields: Any) -> Image:
    """A kept PNG."""
    made = Image(
        number=number,
        path=f"images/2026-09/x-{number}.png",
        sha256="0" * 64,
        bytes=1234,
        media="image/png",
        width=512,
        height=768,
        thumbnail=f"images/2026-09/x-{number}.thumbnail.webp",
        node="9",
        filename="ComfyUI_00001_.png",
    )
    return replace(made, **fields)


def node_run(activity: str = "sampling", start: float = NOON, **fields: Any) -> NodeRun:
    """A node that ran two seconds."""
    made = NodeRun(
        node="3",
        title="KSampler",
        node_class="KSampler",
        activity=activity,
        started_at=start,
        finished_at=start + 2.0,
        steps=4 if activity == "sampling" else 0,
        step_seconds=(0.8, 0.4, 0.4, 0.4) if activity == "sampling" else (),
    )
    return replace(made, **fields)


def count(store: Store, owner: str | None) -> int:
    """How many records *owner*, None for everybody, has that are not in the bin."""
    sql = "SELECT count(*) FROM generations WHERE deleted_at IS NULL AND coalesce(owner = $1, true)"
    ((number,),) = store.read(lambda cursor: cursor.execute(sql, [owner]).fetchall())
    return int(number)
