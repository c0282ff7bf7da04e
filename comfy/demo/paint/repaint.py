"""Image to image, and inpainting."""

import numpy as np

from comfy.demo.paint.resize import Floats, blur, resize_plane

FEATHER = 1 / 40
"""Width of the soft edge inside a mask, as a share of the longer side."""


def repaint(start: Floats, painted: Floats, strength: float) -> Floats:
    """*start* after a denoise of *strength*: near 0 itself, at 1 the *painted* picture.

    At first only colours and brushwork move towards the new picture, then its shapes come.
    """
    if strength >= 1:
        return painted
    touch = _smooth(strength / 0.6)
    shapes = _smooth((strength - 0.35) / 0.6)
    styled = start + (_recoloured(start, painted) - start) * (0.75 * touch)
    styled = _brushed(styled, 0.9 * touch)
    return (styled + (painted - styled) * shapes).clip(0, 1).astype(np.float32)


def inpaint(start: Floats, painted: Floats, mask: Floats, *, blank: bool) -> Floats:
    """*painted* where *mask* is 1, *start* exactly where it is 0, soft inside the edge.

    With *blank* what lies under the mask is worth nothing, so the edge is hard.
    """
    share = mask
    if not blank:
        radius = max(mask.shape) * FEATHER
        share = mask * np.clip(blur(mask, radius) * 2 - 1, 0, 1)
    mixed = start + (painted - start) * share[..., None]
    return np.where(mask[..., None] > 0, mixed, start).clip(0, 1).astype(np.float32)


def _smooth(t: float) -> float:
    t = min(1.0, max(0.0, t))
    return float(t * t * (3 - 2 * t))


def _recoloured(start: Floats, painted: Floats) -> Floats:
    """*start* with the mean and spread of *painted*'s colours."""
    axes = (0, 1)
    mean, spread = start.mean(axes), start.std(axes) + 1e-3
    to_mean, to_spread = painted.mean(axes), painted.std(axes) + 1e-3
    scale = np.clip(to_spread / spread, 0.5, 1.8)
    moved: Floats = ((start - mean) * scale + to_mean).clip(0, 1).astype(np.float32)
    return moved


def _brushed(picture: Floats, amount: float) -> Floats:
    """Broader strokes: small detail gives way to larger, crisper patches."""
    if amount < 0.02:
        return picture
    height, width = picture.shape[:2]
    cell = max(1.0, max(height, width) / 160)
    small = (max(2, round(width / cell)), max(2, round(height / cell)))
    planes = []
    for c in range(3):
        coarse = resize_plane(
            resize_plane(picture[..., c], *small, "area"), width, height, "bicubic"
        )
        planes.append(coarse + (coarse - blur(coarse, cell * 2)) * 0.5)
    strokes = np.stack(planes, axis=-1)
    return (picture + (strokes - picture) * amount * 0.6).clip(0, 1).astype(np.float32)
