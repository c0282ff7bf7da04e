"""Small pictures for a page, of kept uploads."""

import base64
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

SIDE = 480
"""Pixels of the longer side."""
MASK_COLOUR = (233, 30, 120)
MASK_STRENGTH = 0.55
"""How much of a masked pixel is MASK_COLOUR."""


def shot(path: Path) -> str:
    """A data URI of the picture at *path*, made small; "" for what is no picture."""
    try:
        with Image.open(path) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
            data = BytesIO()
            _with_mask_seen(upright).save(data, "WEBP", quality=80)
    except (OSError, ValueError, SyntaxError):
        return ""
    return f"data:image/webp;base64,{base64.b64encode(data.getvalue()).decode('ascii')}"


def _with_mask_seen(picture: Image.Image) -> Image.Image:
    """*picture* (RGBA), small, its transparent parts tinted: they are a workflow's mask."""
    mask = picture.getchannel("A").point(lambda alpha: (255 - alpha) * MASK_STRENGTH)
    opaque = picture.convert("RGB")
    for one in (opaque, mask):  # apart, or colours under the mask would turn black
        one.thumbnail((SIDE, SIDE))
    opaque.paste(MASK_COLOUR, mask=mask)
    return opaque
