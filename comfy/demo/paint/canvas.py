"""A surface to paint on, in coordinates that do not depend on its resolution.

y runs from 0 at the top to 1 at the bottom, x from 0 to `aspect`.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from comfy.demo.paint.resize import Floats, Numbers, blur, resize_plane
from comfy.demo.paint.words import Rgb

Chance = np.random.Generator
Points = Sequence[tuple[float, float]]

COARSENESS, COARSE_FROM = 2, 320
"""Noise is made at this fraction of the size on canvases at least that high: much quicker."""
OVERSAMPLING = 2
"""Shapes are drawn that much larger and scaled down, for smooth edges."""


class Canvas:
    """`rgb` is (height, width, 3) float32; `x` (1, width) and `y` (height, 1) are coordinates."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.aspect = width / height
        self.rgb: Floats = np.zeros((height, width, 3), np.float32)
        self.x: Floats = _centres(width, height)[None]
        self.y: Floats = _centres(height, height)[:, None]

    def cover(self, colour: Rgb | Floats, alpha: Floats | float, top: float = 0.0) -> None:
        """Lay *colour* over with *alpha* (height, width); only rows below *top* are touched."""
        row = min(self.height, max(0, int(top * self.height)))
        part = self.rgb[row:]
        paint = np.asarray(colour, np.float32)
        if paint.ndim == 3:
            paint = paint[row:]
        shown = alpha[row:, :, None] if isinstance(alpha, np.ndarray) else np.float32(alpha)
        part += (paint - part) * shown

    def add(self, colour: Rgb, light: Floats) -> None:
        """Add light of *colour*, softly limited."""
        glow = np.asarray(colour, np.float32) * light[..., None]
        self.rgb += glow * (1 - self.rgb.clip(0, 1) * 0.6)

    def gradient(self, stops: Sequence[Rgb], top: float, bottom: float) -> Floats:
        """Colours (height, 1, 3) running through *stops* from *top* to *bottom*."""
        t = np.clip((self.y[:, 0] - top) / max(bottom - top, 1e-6), 0, 1)
        places = np.linspace(0, 1, len(stops))
        planes = [np.interp(t, places, [stop[c] for stop in stops]) for c in range(3)]
        return np.stack(planes, axis=-1).astype(np.float32)[:, None]

    def fbm(
        self,
        chance: Chance,
        cells: float,
        octaves: int = 5,
        stretch: float = 1.0,
        gain: float = 0.5,
    ) -> Floats:
        """Fractal noise in about 0…1; *cells* a unit of height, *stretch* widens sideways."""
        seeds = chance.integers(0, 2**63, octaves)
        coarse = COARSENESS if self.height >= COARSE_FROM else 1
        width, height = -(-self.width // coarse), -(-self.height // coarse)
        total = np.zeros((height, width), np.float32)
        weight, weights = 1.0, 0.0
        for octave in range(octaves):
            rows = max(2, round(cells * 2**octave) + 1)
            columns = max(2, math.ceil(cells * 2**octave * self.aspect / stretch) + 1)
            weights += weight
            if rows <= height * 2:
                grid = np.random.default_rng(int(seeds[octave])).random((rows, columns), np.float32)
                total += resize_plane(grid, width, height, "bicubic") * weight
            else:
                total += 0.5 * weight
            weight *= gain
        noise: Floats = ((total / np.float32(weights) - 0.5) * 1.7 + 0.5).clip(0, 1)
        return noise if coarse == 1 else resize_plane(noise, self.width, self.height)

    def shapes(self, polygons: Sequence[tuple[Points, int]]) -> Floats:
        """Coverage (height, width) of filled polygons with their opacity 0…255."""
        covered = np.zeros((self.height, self.width), np.float32)
        left, top, right, bottom = self._box(polygons)
        if right <= left or bottom <= top:
            return covered
        size = (right - left) * OVERSAMPLING, (bottom - top) * OVERSAMPLING
        image = Image.new("L", size)
        draw = ImageDraw.Draw(image)
        by = self.height * OVERSAMPLING
        x, y = left * OVERSAMPLING, top * OVERSAMPLING
        for points, opacity in polygons:
            draw.polygon([(px * by - x, py * by - y) for px, py in points], fill=opacity)
        small = image.resize((right - left, bottom - top), Image.Resampling.BOX)
        covered[top:bottom, left:right] = np.asarray(small, np.float32) / np.float32(255)
        return covered

    def _box(self, polygons: Sequence[tuple[Points, int]]) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in pixels of what *polygons* can touch."""
        xs = [px for points, _ in polygons for px, _ in points]
        ys = [py for points, _ in polygons for _, py in points]
        if not xs:
            return 0, 0, 0, 0
        by = self.height
        left, top = max(0, int(min(xs) * by) - 1), max(0, int(min(ys) * by) - 1)
        right, bottom = int(max(xs) * by) + 2, int(max(ys) * by) + 2
        return left, top, min(self.width, right), min(self.height, bottom)

    def soften(self, plane: Floats, radius: float) -> Floats:
        """*plane* blurred by *radius* in units of height."""
        return blur(plane, radius * self.height)


def _centres(count: int, height: int) -> Floats:
    """Coordinates of pixel centres."""
    return ((np.arange(count) + 0.5) / height).astype(np.float32)


def curve(chance: Chance, x: Floats, cells: float, octaves: int, gain: float = 0.5) -> Floats:
    """One-dimensional fractal noise in about -1…1 along *x*."""
    total = np.zeros(x.shape, np.float32)
    weight, weights = 1.0, 0.0
    for octave in range(octaves):
        knots = chance.uniform(-1, 1, 512).astype(np.float32)
        at = x * (cells * 2**octave) + 7.3 * octave
        whole = np.floor(at).astype(np.int64)
        part = at - whole
        smooth = part * part * (3 - 2 * part)
        low, high = knots[whole % 512], knots[(whole + 1) % 512]
        total += (low + (high - low) * smooth) * weight
        weights += weight
        weight *= gain
    return total / np.float32(weights)


def smoothstep(low: float, high: float, value: Numbers) -> Floats:
    """0 below *low*, 1 above *high*, smooth between."""
    t = ((value - low) / (high - low)).clip(0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def luma(picture: NDArray[np.float32]) -> Floats:
    """Brightness (height, width)."""
    return picture @ np.array([0.299, 0.587, 0.114], np.float32)
