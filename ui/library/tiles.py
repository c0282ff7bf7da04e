"""Images as tiles: what the grid and the strips of small pictures are told of each. Pure."""

from typing import Any

from storage.records import Generation, Image, Marks
from storage.search.query import Search
from studio.library.grids import Cell, place_of

EVERYTHING = Search()
MAX_PROMPT_SHOWN = 160
MAX_TEXT_SHOWN = 200
NO_FILE = -1
"""The number of what a generation made that has no files."""


def tiles(record: Generation, search: Search = EVERYTHING) -> list[dict[str, Any]]:
    """One tile for each image of *record* that *search* finds; one for its texts without any.

    What has images is never shown as a text, whose tile means all of it.
    """
    if record.shown_images:
        made = [tile(record, image) for image in search.found_in(record)]
    else:
        made = [_text_tile(record)]
    return [one | _binned(record) for one in made] if search.binned else made


def tile(record: Generation, image: Image) -> dict[str, Any]:
    """The tile of one *image* of *record*."""
    return {
        **_base(record),
        **shown_marks(record.marks_of(image.number)),
        "n": image.number,
        "width": image.width or record.width,
        "height": image.height or record.height,
        "media": image.media,
        "thumb": bool(image.preview),
        "name": image.filename,
        **({"seconds": round(image.seconds, 2)} if image.seconds else {}),
    }


def _text_tile(record: Generation) -> dict[str, Any]:
    said = (" ".join(record.texts) or record.error)[:MAX_TEXT_SHOWN]
    marks = shown_marks(record.marks)
    one = {"n": NO_FILE, "width": 1, "height": 1, "text": said, "thumb": False}
    return {**_base(record), **marks, **one}


def cell(one: Cell) -> dict[str, Any]:
    """One place of a grid, as `ui.shell.wire.GridCell`."""
    made = [tile(record, image) for record in one.records for image in record.shown_images]
    status = "" if made else str(one.records[0].status)
    return {"column": one.column, "row": one.row, "tiles": made, "status": status}


def small(record: Generation, number: int | None = None) -> dict[str, Any]:
    """The image of *record* with that *number*, for a strip; else its first that can be drawn.

    `how` is its relation to what it came from.
    """
    shown = tiles(record)
    drawn = (one for one in shown if one["thumb"])
    chosen = next((one for one in shown if one["n"] == number), None) or next(drawn, shown[0])
    return {**chosen, "how": record.relation}


def _base(record: Generation) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": record.id,
        "prompt": (record.prompt or record.workflow)[:MAX_PROMPT_SHOWN],
        "made": round(record.created_at, 3),
        "press": record.group,
        "workflow": record.workflow,
    }
    if place_of(record):
        base["grid"] = True
    if record.status != "finished":
        base["status"] = str(record.status)
    return base


def _binned(record: Generation) -> dict[str, Any]:
    """When something of it was last put into the bin, by which the bin is in order."""
    every = [record.deleted_at, *(marks.deleted_at for marks in record.image_marks.values())]
    return {"binned": round(max(at for at in every if at is not None), 3)}


def shown_marks(marks: Marks) -> dict[str, Any]:
    """What is told of *marks*: only what is there."""
    found: dict[str, Any] = {"rating": marks.rating} if marks.rating else {}
    return found | ({"favourite": True} if marks.favourite else {})
