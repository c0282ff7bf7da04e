"""Generations as tiles: what the grid and the strips of small pictures are told of each. Pure."""

from typing import Any

from storage.records import Generation

MAX_PROMPT_SHOWN = 160
MAX_TEXT_SHOWN = 200
NO_FILE = -1
"""The number of what a generation made that has no files."""


def tiles(record: Generation) -> list[dict[str, Any]]:
    """One tile a file of *record*; one for its texts where it made no file."""
    base = _base(record)
    made = [
        {
            **base,
            "n": image.number,
            "width": image.width or record.width,
            "height": image.height or record.height,
            "media": image.media,
            "thumb": bool(image.thumbnail),
            "name": image.filename,
        }
        for image in record.images
        if not image.temporary or image.thumbnail
    ]
    said = (" ".join(record.texts) or record.error)[:MAX_TEXT_SHOWN]
    return made or [{**base, "n": NO_FILE, "width": 1, "height": 1, "text": said, "thumb": False}]


def small(record: Generation) -> dict[str, Any]:
    """The first picture of *record*, for a strip; `how` is its relation to what it came from."""
    shown = tiles(record)
    first = next((one for one in shown if one["thumb"]), shown[0])
    return {**first, "how": record.relation}


def _base(record: Generation) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": record.id,
        "prompt": (record.prompt or record.workflow)[:MAX_PROMPT_SHOWN],
        "made": round(record.created_at, 3),
    }
    if record.rating:
        base["rating"] = record.rating
    if record.favourite:
        base["favourite"] = True
    if record.status != "finished":
        base["status"] = str(record.status)
    return base
