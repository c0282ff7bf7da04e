"""The edges of a picture, and a picture painted along them."""

import numpy as np
from numpy.typing import NDArray

from comfy.demo.paint.resize import Floats, blur, resize_plane

DARK, LIGHT = 0.15, 0.75
"""What a line makes of a bright picture, and of a dark one."""


def edges(picture: Floats, low: float, high: float) -> Floats:
    """White lines on black where *picture* changes: beyond *high*, or *low* beside such a place."""
    grey = blur(picture.mean(axis=2), 1.2)
    down, across = np.gradient(grey)
    steep = np.hypot(down, across)
    steep /= max(float(steep.max()), 1e-3)
    sure, weak = steep >= high * 0.5, steep >= low * 0.5
    lines = sure | (weak & _beside(sure))
    return np.repeat(lines[..., None], 3, axis=2).astype(np.float32)


def along(picture: Floats, lines: Floats, strength: float) -> Floats:
    """*picture* with *lines*, of any size, drawn into it; all of it at a *strength* of 1."""
    height, width = picture.shape[:2]
    drawn = resize_plane(lines.mean(axis=2), width, height, "bilinear").clip(0, 1)[..., None]
    is_bright = picture.mean(axis=2, keepdims=True) > 0.45
    ink = np.where(is_bright, picture * DARK, picture * (1 - LIGHT) + LIGHT)
    mixed: Floats = (picture + (ink - picture) * drawn * strength).clip(0, 1).astype(np.float32)
    return mixed


def _beside(places: NDArray[np.bool_]) -> NDArray[np.bool_]:
    near = places.copy()
    for axis in (0, 1):
        for way in (-1, 1):
            near |= np.roll(places, way, axis)
    return near
