"""Contact sheets of any images: their thumbnails in rows, each with some words beneath."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from storage.records import Generation, Image
from studio.access.viewer import Viewer
from studio.errors import Absent, StudioError
from studio.generations import made_with
from studio.library.contact_sheet import sheet_of
from studio.library.image_files import ImageFiles

MAX_IMAGES = 500
MAX_COLUMNS = 40
PATIENCE = 30.0
"""Seconds that one waits while others are drawn."""
BUSY = "Other contact sheets are being drawn: try again in a moment."


class Label(StrEnum):
    """What stands beneath each image."""

    NONE = "none"
    NAME = "name"
    PROMPT = "prompt"
    MODEL = "model"
    SEED = "seed"
    DATE = "date"


class Sheets:
    """Draws them, one at a time, which `_turn` sees to."""

    def __init__(self, files: ImageFiles) -> None:
        self._files = files
        self._turn = threading.Lock()

    def draw(
        self,
        chosen: Sequence[tuple[Generation, Image]],
        viewer: Viewer,
        *,
        columns: int = 5,
        label: Label = Label.NONE,
    ) -> bytes:
        """A PNG of the *chosen* images that the viewer may see. Raises StudioError."""
        if not chosen:
            raise Absent("image")
        if len(chosen) > MAX_IMAGES:
            raise StudioError(f"A contact sheet holds at most {MAX_IMAGES} images: choose fewer.")
        if not self._turn.acquire(timeout=PATIENCE):
            raise StudioError(BUSY)
        try:
            pictures = [self._small(record, image, viewer) for record, image in chosen]
            return sheet_of(pictures, [_caption(*one, label) for one in chosen], columns)
        finally:
            self._turn.release()

    def _small(self, record: Generation, image: Image, viewer: Viewer) -> Path | None:
        found = self._files.find(record, image.number, viewer, thumbnail=True)
        return found[0] if found and found[1].startswith("image/") else None


def _caption(record: Generation, image: Image, label: Label) -> str:
    match label:
        case Label.NAME:
            return image.filename
        case Label.PROMPT:
            return record.prompt
        case Label.MODEL:
            return record.checkpoint
        case Label.SEED:
            return made_with.seed_text(record)
        case Label.DATE:
            return f"{datetime.fromtimestamp(record.created_at, UTC):%Y-%m-%d %H:%M}"
        case _:
            return ""
