"""Small pictures of large ones, by Pillow; whatever a file contains, nothing is raised."""

import logging
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import ExifTags, ImageOps
from PIL import Image as Pillow

SIDE = 384
"""Pixels of a thumbnail's longer side."""
MAX_PIXELS = 64 * 2**20
"""Pixels of the largest picture that is decoded: about 250 MB of memory while it lasts."""
QUALITY = 80
EFFORT = 2
"""Of WebP's 0 to 6: less than half the time of the usual 4, for a twentieth more bytes."""
_ON_ITS_SIDE = (5, 6, 7, 8)
"""EXIF orientations, those that turn by a quarter."""
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP", "TIFF")
_MOVING = ("PNG", "WEBP", "GIF", "AVIF")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """`width` and `height` of the picture as it is shown, 0 where unknown.

    `webp` is b"" where none was made; `seconds` is how long it moves, as its first frames tell, 0
    for one that stands still.
    """

    width: int = 0
    height: int = 0
    webp: bytes = b""
    seconds: float = 0.0


def make_thumbnail(source: bytes | Path) -> Thumbnail:
    """Look at the picture in *source*, the first frame where it moves."""
    size = (0, 0)
    try:
        file = BytesIO(source) if isinstance(source, bytes) else source
        with Pillow.open(file, formats=_FORMATS) as picture:
            size = picture.size
            if size[0] * size[1] > MAX_PIXELS:
                _log.warning("No thumbnail of a picture of %d × %d pixels: too large", *size)
                return Thumbnail(*shown_size(picture, size))
            webp = _shrunk(picture)
            return Thumbnail(*shown_size(picture, size), webp, _seconds(picture))
    except Exception as error:  # noqa: BLE001 - Pillow's plugins raise nearly anything on bad files
        _log.warning("No thumbnail: %s: %s", type(error).__name__, error)
        return Thumbnail(*size)


def _seconds(picture: Pillow.Image) -> float:
    frames = int(getattr(picture, "n_frames", 1)) if picture.format in _MOVING else 1
    each = picture.info.get("duration", 0)  # milliseconds
    return frames * float(each) / 1000 if frames > 1 and isinstance(each, int | float) else 0.0


def shown_size(picture: Pillow.Image, size: tuple[int, int]) -> tuple[int, int]:
    """*size* as the picture is shown: its EXIF data may turn it by a quarter."""
    if picture.format == "TIFF" or (picture.format == "PNG" and "exif" not in picture.info):
        return size  # Pillow turns a TIFF itself; to look behind a PNG's pixels it would decode it
    return size[::-1] if picture.getexif().get(ExifTags.Base.Orientation) in _ON_ITS_SIDE else size


def _shrunk(picture: Pillow.Image) -> bytes:
    picture.draft("RGB", (SIDE, SIDE))  # lets a JPEG be decoded small
    turned = ImageOps.exif_transpose(picture)
    if turned.mode.startswith("I"):  # 16 bits of grey; a plain conversion would clip, not scale
        turned = turned.convert("I").point(lambda value: value / 256).convert("L")
    has_alpha = turned.has_transparency_data
    small = turned.convert("RGBA" if has_alpha else "RGB")
    small.thumbnail((SIDE, SIDE), Pillow.Resampling.LANCZOS)
    out = BytesIO()
    small.save(out, "WEBP", quality=QUALITY, method=EFFORT)
    return out.getvalue()
