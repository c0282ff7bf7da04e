"""The kept files of images, and what is made of those of videos."""

from pathlib import Path

from storage.errors import StorageError
from storage.files.thumbnailer import Previews
from storage.files.videos import Still
from storage.records import Generation, Image
from studio.access.viewer import Viewer
from studio.errors import Absent, StudioError

FRAMES = (Still.FIRST, Still.LAST)
"""Whole frames of a video that can be taken."""


class ImageFiles:
    """Files in the data *folder*, for whoever may see their generation."""

    def __init__(self, folder: Path, previews: Previews) -> None:
        self._folder = folder
        self._previews = previews

    def find(
        self, record: Generation, number: int, viewer: Viewer, *, thumbnail: bool = False
    ) -> tuple[Path, str] | None:
        """Path and media type of a kept file of *record*; None where the viewer has none such.

        An image without a *thumbnail* stands for its own; a video or sound without one does not.
        """
        image = _seen(record, number, viewer)
        if image is None:
            return None
        if thumbnail and (preview := self._previews.ensure(image)):
            return preview, "image/webp"
        if thumbnail and image.preview and not image.thumbnail:
            return None
        return self._folder / image.path, image.media

    def storyboard(self, record: Generation, number: int, viewer: Viewer) -> Path:
        """Small frames of all of a video, side by side, as a WebP. Raises StudioError."""
        image = _seen(record, number, viewer)
        if image is None:
            raise Absent("video")
        try:
            return self._previews.storyboard(image)
        except StorageError as error:
            raise StudioError(str(error)) from error

    def as_input(
        self, record: Generation, number: int, viewer: Viewer, frame: str = ""
    ) -> Path | bytes:
        """What an input takes of a kept file: all of it, or a video's "first" or "last" *frame*.

        That is a PNG. Raises StudioError.
        """
        image = _seen(record, number, viewer)
        if image is None:
            raise Absent("image")
        if not frame:
            return self._folder / image.path
        if frame not in FRAMES:
            raise StudioError("Of a video its first or its last frame can be taken.")
        try:
            return self._previews.frame(image, Still(frame))
        except StorageError as error:
            raise StudioError(str(error)) from error


def _seen(record: Generation, number: int, viewer: Viewer) -> Image | None:
    return record.image(number) if viewer.visible(record.owner, record.id) else None
