"""Following a generation for a program that waits, and what it is told in the end."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from storage.records import Generation, Image, Status
from studio.access.links import Links
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.generations import made_with
from studio.generations.token_bucket import TokenBucket
from studio.studio import Studio
from web.api.shapes.generations import status_text

MESSAGES_PER_SECOND, BURST = 10.0, 10.0
Told = Callable[[float, str], Awaitable[None]]
"""Hears the percentage, which only grows, and what is happening in a few words."""


async def follow(studio: Studio, id_: str, viewer: Viewer, told: Told) -> Generation:
    """Wait for the end of a generation and return its record.

    Raises StudioError with a sentence where it did not finish.
    """
    last = await _ended(studio, id_, viewer, told)
    if last is None:
        raise StudioError("The generation was deleted meanwhile.")
    if last.status is not Status.FINISHED:
        raise StudioError(last.error or f"Generation {id_} is {last.status.value}.")
    return last


async def follow_all(
    studio: Studio, ids: Sequence[str], viewer: Viewer, told: Told
) -> list[Generation]:
    """Wait for the end of all, however each ends; *told* hears of all together.

    Raises StudioError where all were deleted meanwhile.
    """
    records = []
    for number, id_ in enumerate(ids):

        async def each(percentage: float, said: str, number: int = number) -> None:
            together = (number * 100 + percentage) / len(ids)
            await told(together, f"{number + 1} of {len(ids)}: {said}")

        record = await _ended(studio, id_, viewer, each)
        if record is not None:
            records.append(record)
    if not records:
        raise StudioError("The generations were deleted meanwhile.")
    return records


async def _ended(studio: Studio, id_: str, viewer: Viewer, told: Told) -> Generation | None:
    """The record at its end; None where it is deleted."""
    pace, before = TokenBucket(MESSAGES_PER_SECOND, BURST), (-1.0, "")
    async for snapshot in studio.generations.watch(id_, viewer):
        now = (snapshot.percentage, status_text(snapshot))
        if now != before:
            before = now
            await told(*now)
            if not snapshot.is_final:
                await asyncio.sleep(pace.wait(time.monotonic()))
    last = await asyncio.to_thread(studio.generations.snapshot, id_, viewer)
    return last.record if last else None


def outcome(record: Generation, base: str, links: Links, viewer: Viewer) -> dict[str, Any]:
    """What became of *record*; *base* is our address, to which the links lead.

    Links carry the generation's key: whoever has one sees this generation and nothing else.
    """
    took = (record.finished_at or 0) - (record.started_at or record.created_at)
    seed, key = made_with.seed(record), links.key(record, viewer)
    return {
        "generationId": record.id,
        "status": record.status.value,
        "workflow": record.workflow,
        "seed": None if seed is None else str(seed),
        "seconds": round(max(0.0, took), 2),
        "warning": record.warning,
        "link": f"{base}/{links.query(record, viewer)}",
        "files": [_file(record, image, base, key) for image in record.images],
    }


def _file(record: Generation, image: Image, base: str, key: str) -> dict[str, Any]:
    return {
        "url": f"{base}/api/images/{record.id}/{image.number}?key={key}",
        "media": image.media,
        "width": image.width,
        "height": image.height,
        "bytes": image.bytes,
        "filename": image.filename,
    }
