"""Small pictures for a page, of kept uploads."""

import base64
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

SIDE = 480
"""Pixels of the longer side."""
MASK_COLOUR = (31, 154, 139)
MASK_STRENGTH = 0.62
"""How much of a masked pixel is MASK_COLOUR."""


def shot(path: Path) -> str:
    """A data URI of the picture at *path*, made small; "" for what is no picture."""
    try:
        with Image.open(path) as picture:
            small = ImageOps.exif_transpose(picture)
            small.thumbnail((SIDE, SIDE))
            data = BytesIO()
            _with_mask_seen(small.convert("RGBA")).save(data, "WEBP", quality=80)
    except (OSError, ValueError, SyntaxError):
        return ""
    return f"data:image/webp;base64,{base64.b64encode(data.getvalue()).decode('ascii')}"


def _with_mask_seen(picture: Image.Image) -> Image.Image:
    """*picture* (RGBA) with its transparent parts tinted: they are a workflow's mask."""
    mask = picture.getchannel("A").point(lambda alpha: (255 - alpha) * MASK_STRENGTH)
    opaque = picture.convert("RGB")
    opaque.paste(MASK_COLOUR, mask=mask)
    return opaque
