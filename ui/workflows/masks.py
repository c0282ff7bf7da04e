"""Masks of images that a workflow takes: what was painted is the image's alpha.

As ComfyUI's own editor does it: alpha 0 where it was painted, which LoadImage reads as its mask.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageOps

from studio.errors import StudioError

SIDE = 2048
"""Pixels of the longer side of what one paints on; the mask is enlarged to the image's size."""
NOTHING = "Paint over the area to change first."
UNREADABLE = "The mask did not arrive whole: save it again."


@dataclass(frozen=True, slots=True)
class Layers:
    """What the editor shows: the colours as JPEG, the mask as PNG (alpha), b"" for none."""

    picture: bytes
    mask: bytes
    size: tuple[int, int]


def layers(path: Path) -> Layers:
    """The image at *path* as it is painted on, with the mask that it has."""
    with Image.open(path) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    # Apart: made small together, colours under the mask would turn black.
    colours, painted = upright.convert("RGB"), ImageChops.invert(upright.getchannel("A"))
    picture, mask = BytesIO(), BytesIO()
    for one in (colours, painted):
        one.thumbnail((SIDE, SIDE))
    colours.save(picture, "JPEG", quality=90)
    if painted.getbbox():
        white = Image.new("L", painted.size, 255)
        Image.merge("LA", (white, painted)).save(mask, "PNG", compress_level=4)
    return Layers(picture.getvalue(), mask.getvalue(), colours.size)


def with_mask(path: Path, painted: Path) -> bytes:
    """The image at *path* as PNG, transparent where the PNG at *painted* is opaque.

    Raises StudioError where nothing is, or where that is no mask.
    """
    mask = _alpha(painted)
    if mask.getbbox() is None:
        raise StudioError(NOTHING)
    with Image.open(path) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGBA").convert("RGB")
    picture.putalpha(ImageChops.invert(mask.resize(picture.size)))
    data = BytesIO()
    picture.save(data, "PNG", compress_level=4)
    return data.getvalue()


def _alpha(path: Path) -> Image.Image:
    """The alpha of the PNG at *path*, which a person sent."""
    try:
        with Image.open(path, formats=["PNG"]) as opened:
            if max(opened.size) > SIDE or "A" not in opened.getbands():
                raise StudioError(UNREADABLE)
            return opened.convert("RGBA").getchannel("A")
    except (OSError, ValueError, SyntaxError) as error:
        raise StudioError(UNREADABLE) from error
