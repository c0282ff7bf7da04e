"""Snapshots and records to draw."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from comfy.graph.plan import Plan, PlannedNode
from comfy.progress.advance import Phase, Preview, Progress
from comfy.progress.nodes import NodeProgress
from comfy.progress.stretch import Outlook
from storage.records import Generation, Image, Status
from studio.snapshot import Freshness, Link, Snapshot

NOW = 1_800_000_000.0


def record(**fields: Any) -> Generation:
    """A running generation, asked for 12 s ago and begun 10 s ago."""
    base = Generation(
        id="01920000-0000-7000-8000-000000000001",
        group="01920000-0000-7000-8000-000000000001",
        owner="browser:x",
        status=Status.RUNNING,
        created_at=NOW - 12,
        started_at=NOW - 10,
        request={"prompt": "a lake", "checkpoint": "model.safetensors"},
        prompt="a lake",
        checkpoint="model.safetensors",
        width=512,
        height=512,
        steps=20,
        cfg=7.0,
        sampler="euler",
        scheduler="normal",
        seed=2**64 - 1,
    )
    return replace(base, **fields)


def progress(**fields: Any) -> Progress:
    """A sampler at step 5 of 20."""
    plan = Plan({"3": PlannedNode("3", "Sampler <b>", "KSampler", "sampling", 20.0, 20)}, ("3",))
    base = Progress(
        "p",
        plan,
        {"3": 1.0},
        phase=Phase.RUNNING,
        fraction=0.25,
        node="3",
        nodes={"3": NodeProgress(fraction=0.25, value=5, max=20, started_at=NOW - 10)},
        preview=Preview(1, b"\xff\xd8abc", "image/jpeg"),
        started_at=NOW - 10,
        outlook=Outlook(20.0, NOW, 10.0),
        heard_at=NOW,
    )
    return replace(base, **fields)


def snapshot(**fields: Any) -> Snapshot:
    """The two together, heard of just now."""
    base = Snapshot(
        record(), progress(), Freshness(Link.LIVE, NOW), reached=0.25, as_of=NOW, speed=2.0
    )
    return replace(base, **fields)


def image(number: int = 0, **fields: Any) -> Image:
    """A kept image."""
    base = Image(number, "a.png", "0" * 64, 1000, "image/png", 512, 512, "t.webp")
    return replace(base, **fields)


async def played(*snapshots: Snapshot) -> AsyncIterator[Snapshot]:
    """Watch a generation that goes through *snapshots*."""
    for one in snapshots:
        yield one
