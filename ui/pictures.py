"""Small pictures for a page, of kept uploads."""

import base64
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

SIDE = 480
"""Pixels of the longer side."""


def shot(path: Path) -> str:
    """A data URI of the picture at *path*, made small; "" for what is no picture."""
    try:
        with Image.open(path) as picture:
            small = ImageOps.exif_transpose(picture)
            small.thumbnail((SIDE, SIDE))
            data = BytesIO()
            small.convert("RGBA").save(data, "WEBP", quality=80)
    except (OSError, ValueError, SyntaxError):
        return ""
    return f"data:image/webp;base64,{base64.b64encode(data.getvalue()).decode('ascii')}"
