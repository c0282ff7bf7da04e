"""Small pictures of large ones, by Pillow; whatever a file contains, nothing is raised."""

import logging
from dataclasses import dataclass
from io import BytesIO

from PIL import Image as Pillow
from PIL import ImageOps

SIDE = 384
"""Pixels of a thumbnail's longer side."""
MAX_PIXELS = 64 * 2**20
"""Pixels of the largest picture that is decoded: about 250 MB of memory while it lasts."""
QUALITY = 80
EFFORT = 2
"""Of WebP's 0 to 6: less than half the time of the usual 4, for a twentieth more bytes."""
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP", "TIFF")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """`width` and `height` of the picture, 0 where unknown; `webp` is b"" where none was made."""

    width: int = 0
    height: int = 0
    webp: bytes = b""


def make_thumbnail(data: bytes) -> Thumbnail:
    """Look at the picture in *data*, the first frame where it moves."""
    width = height = 0
    try:
        with Pillow.open(BytesIO(data), formats=_FORMATS) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                _log.warning(
                    "No thumbnail of a picture of %d × %d pixels: too large", width, height
                )
                return Thumbnail(width, height)
            return Thumbnail(width, height, _shrunk(picture))
    except Exception as error:  # noqa: BLE001 - Pillow's plugins raise nearly anything on bad files
        _log.warning("No thumbnail: %s: %s", type(error).__name__, error)
        return Thumbnail(width, height)


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
