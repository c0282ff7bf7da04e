"""Water: what stands above it, mirrored in waves that grow towards the viewer."""

import numpy as np
from numpy.typing import NDArray

from comfy.demo.paint.canvas import Canvas, Chance, smoothstep
from comfy.demo.paint.resize import Floats, Numbers
from comfy.demo.paint.scene.palette import Palette, mix, scale

TILE = 512
"""Side of the wave texture, in samples."""


def paint_water(
    canvas: Canvas,
    palette: Palette,
    light: tuple[float, float],
    horizon: float,
    chance: Chance,
    calm: float = 0.5,
) -> None:
    """Turn everything below *horizon* into water; *calm* 1 is a mirror, 0 the open sea."""
    top = min(canvas.height - 1, max(1, round(horizon * canvas.height)))
    below = canvas.y[top:] - np.float32(horizon)
    distance = 0.045 / (below + 0.02)
    waves = _waves(canvas, distance, chance)
    rough = np.float32(1.0 - calm)
    shift = (waves - 0.5) * (0.035 + 0.16 * rough) * (below * 2.2 + 0.08)
    rows = ((horizon - below * (0.95 - 0.25 * rough) + shift) * canvas.height).astype(np.int32)
    columns = (np.arange(canvas.width)[None] + (shift * canvas.height * 0.7)).astype(np.int32)
    mirrored = canvas.rgb[rows.clip(0, top - 1), columns.clip(0, canvas.width - 1)]
    deep = canvas.gradient(
        (mix(palette.water, palette.sky[3], 0.45), palette.water, scale(palette.water, 0.55)),
        horizon,
        1.0,
    )[top:]
    sight = (0.80 - 0.50 * smoothstep(0.0, 0.55, below) * (0.4 + 0.6 * rough))[..., None]
    shown = deep + (mirrored - deep) * sight
    slope = (waves - np.roll(waves, 1, axis=0))[..., None] * (1.1 + 2.2 * rough)
    shown = shown * (1 + slope)
    canvas.rgb[top:] = shown
    _glitter(canvas, palette, light, top, below, waves)
    if rough > 0.45:
        crest = smoothstep(0.78, 0.92, waves) * smoothstep(0.02, 0.25, below) * 0.35
        foam = mix((0.95, 0.97, 1.0), palette.sky[3], 0.4)
        part = canvas.rgb[top:]
        tone = scale(foam, 0.4 if palette.is_night else 1.0)
        part += (np.asarray(tone, np.float32) - part) * crest[..., None]


def _waves(canvas: Canvas, distance: Floats, chance: Chance) -> Floats:
    """Wave height 0…1 for every pixel of the water, in perspective."""
    side = Canvas(TILE, TILE)
    tile = side.fbm(chance, 9, 5, stretch=2.8)
    tile = np.minimum(tile, tile[::-1]) * 0.4 + tile * 0.6
    away = distance * TILE * 0.75
    across = (canvas.x - np.float32(canvas.aspect / 2)) * (0.6 + distance * 2.2) * TILE * 0.55
    rows = np.broadcast_to(_there_and_back(away), across.shape)
    return tile[rows, _there_and_back(across)]


def _there_and_back(at: Numbers) -> NDArray[np.int32]:
    """Indices into the tile that turn at its ends, so that it has no seam."""
    index = at.astype(np.int32) % (2 * TILE)
    return np.minimum(index, 2 * TILE - 1 - index)


def _glitter(
    canvas: Canvas,
    palette: Palette,
    light: tuple[float, float],
    top: int,
    below: Floats,
    waves: Floats,
) -> None:
    width = 0.035 + below * 0.42
    path = np.exp(-(((canvas.x - np.float32(light[0])) / width) ** 2))
    sparks = smoothstep(0.52, 0.74, waves) * path * (0.75 - 0.5 * below)
    sheen = path * 0.22
    glow = (sparks * (0.55 if palette.is_night else 0.9) + sheen * 0.7).astype(np.float32)
    part = canvas.rgb[top:]
    part += np.asarray(palette.glow, np.float32) * glow[..., None] * (1 - part.clip(0, 1) * 0.5)
