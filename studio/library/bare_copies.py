"""Copies of kept files without what they remember of how they were made."""

import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image as Pillow

from comfy.workflow.files.bare import Odd, bare_copy
from comfy.workflow.files.containers.look import look
from comfy.workflow.files.containers.stealth import hidden_text
from storage.errors import StorageError
from storage.files.atomic_write import INCOMING, discard
from storage.files.thumbnailer import Previews
from storage.records import Image
from studio.errors import StudioError

MAX_BYTES = 256 * 2**20
"""Of an image, which is read as a whole."""
MAX_PIXELS = 64 * 2**20
ANEW = ("image/avif", "image/tiff", "image/bmp")
"""Media types of which a PNG is made: the same pixels in another file."""
UNKNOWN = "A file of this kind cannot be copied without its metadata: download it as it is."
DAMAGED = "This image is damaged, so it cannot be copied without its metadata."
LARGE = "This image is too large to be copied without its metadata."


@dataclass(frozen=True, slots=True)
class BareCopy:
    """A file that is removed once it was used; `extension` is without its dot."""

    path: Path
    extension: str
    media: str


class BareCopies:
    """Makes them under the data *folder*."""

    def __init__(self, folder: Path, previews: Previews) -> None:
        self._folder = folder
        self._previews = previews

    @contextmanager
    def copy(self, image: Image) -> Iterator[BareCopy]:
        """A copy of the kept *image* for as long as the context lasts. Raises StudioError."""
        made = self.make(image)
        try:
            yield made
        finally:
            discard(made.path)

    def make(self, image: Image) -> BareCopy:
        """The same; who asked removes the file. Raises StudioError."""
        source = self._folder / image.path
        path = self._folder / INCOMING / uuid.uuid4().hex
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            is_png = self._write(image, source, path)
        except (OSError, StorageError) as error:
            discard(path)
            raise StudioError(f"It cannot be copied: {error}") from error
        except StudioError:
            discard(path)
            raise
        if is_png:
            return BareCopy(path, "png", "image/png")
        return BareCopy(path, source.suffix[1:], image.media)

    def _write(self, image: Image, source: Path, path: Path) -> bool:
        """Write the copy to *path*; return whether it is a PNG of something else."""
        if image.media.startswith("image/"):
            data, is_png = _of_image(source, image.media)
            path.write_bytes(data)
            return is_png
        if not image.media.startswith(("video/", "audio/")):
            raise StudioError(UNKNOWN)
        self._previews.bare(image, path)
        return False


def _of_image(source: Path, media: str) -> tuple[bytes, bool]:
    """The bytes of a copy, and whether that is a PNG of something else. Raises StudioError."""
    if source.stat().st_size > MAX_BYTES:
        raise StudioError(LARGE)
    data = source.read_bytes()
    if media in ANEW:
        return _anew(data), True
    header = look(BytesIO(data))
    if header and header.has_alpha and hidden_text(BytesIO(data), header.width, header.height):
        return _anew(data, unhide=True), True
    try:
        bare = bare_copy(data)
    except Odd as error:
        raise StudioError(DAMAGED) from error
    if bare is None:
        raise StudioError(UNKNOWN)
    return bare, False


def _anew(data: bytes, *, unhide: bool = False) -> bytes:
    """A PNG of the same pixels; where something hides in its alpha channel, with that levelled."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
            with Pillow.open(BytesIO(data), formats=("PNG", "WEBP", "AVIF", "TIFF", "BMP")) as one:
                is_large = one.width * one.height > MAX_PIXELS
                moves = getattr(one, "n_frames", 1) > 1
                picture = None if is_large or moves else one.convert(one.mode)
    except Exception as error:
        raise StudioError(DAMAGED) from error
    if picture is None:
        raise StudioError(LARGE if is_large else UNKNOWN)
    if unhide:
        alpha = np.asarray(picture.getchannel("A")) | np.uint8(1)
        picture.putalpha(Pillow.fromarray(alpha))
    profile = picture.info.get("icc_profile")
    picture.info = {"icc_profile": profile} if profile else {}
    out = BytesIO()
    picture.save(out, "PNG", compress_level=4)
    return bare_copy(out.getvalue()) or b""
