"""How a picture comes out of noise: what a sampler's previews would show."""

import hashlib
import io
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from comfy.demo.paint.resize import Floats, blur, resize_plane

JPEG_QUALITY = 90
OCTAVES = 5
"""Sizes of structure that come one after the other, coarse first."""
NOISE = 0.40
"""Spread of the noise at the start, in parts of the full range of a channel."""
LATENT_CELLS = 48
"""Noise cells along the longer side: what one latent pixel is to a picture."""
RHO = 7.0
SIGMA_MIN, SIGMA_MAX = 0.03, 14.6


def noise_levels(scheduler: str, steps: int) -> tuple[float, ...]:
    """Noise left after 0, 1, … *steps* steps, from 1 to 0, by ComfyUI's scheduler names."""
    levels = [1 - _done(scheduler, i / steps) for i in range(steps)]
    return (*levels, 0.0)


def _done(scheduler: str, t: float) -> float:
    """Share of the noise gone at time *t* of 0…1, on a perceptual scale."""
    if scheduler == "karras":
        low, high = SIGMA_MIN ** (1 / RHO), SIGMA_MAX ** (1 / RHO)
        return _perceived((high + t * (low - high)) ** RHO)
    if scheduler == "exponential":
        return _perceived(math.exp(math.log(SIGMA_MAX) * (1 - t) + math.log(SIGMA_MIN) * t))
    if scheduler == "beta":
        return 0.5 - 0.5 * math.cos(math.pi * t)
    if scheduler in ("sgm_uniform", "ddim_uniform"):
        return float(t**1.15)
    if scheduler in ("linear_quadratic", "kl_optimal"):
        return float(t**0.85)
    return t


def _perceived(sigma: float) -> float:
    """How much of a picture can be seen under noise of *sigma*: 0…1."""
    clear = 1 / math.sqrt(1 + sigma * sigma)
    least = 1 / math.sqrt(1 + SIGMA_MAX * SIGMA_MAX)
    return (clear - least) / (1 - least)


@dataclass(frozen=True)
class _Band:
    """Detail of one size, as the difference to the next coarser picture."""

    detail: Floats
    level: float
    """Noise below which it begins to show."""


class Emergence:
    """Frames of one run, at preview size.

    *target* is the finished picture, *start* what was there before (None: nothing), *levels*
    the noise after each step, *strength* how much of them applies (denoise), *mask* where.
    """

    def __init__(
        self,
        target: Floats,
        start: Floats | None,
        seed: int,
        levels: tuple[float, ...],
        strength: float = 1.0,
        mask: Floats | None = None,
    ) -> None:
        self._levels = levels
        self._strength = strength
        self._mask = mask
        self._start = start
        self._target = target
        self._noise = latent_noise(target.shape[1], target.shape[0], seed)
        self._bands, self._base = _bands(target)

    def frame(self, step: int) -> Floats:
        """The picture as the sampler would guess it after *step* steps."""
        level = self._levels[min(step, len(self._levels) - 1)] * self._strength
        if level <= 0:
            return self._target
        shown = self._base.copy()
        for band in self._bands:
            shown += band.detail * _rise(level, band.level)
        if self._start is not None:
            kept = min(1.0, level / max(self._strength, 1e-6))
            shown = shown * (1 - kept) + self._start * kept
        shown += self._noise * np.float32(NOISE * level**1.5)
        if self._mask is not None and self._start is not None:
            shown = self._start + (shown - self._start) * self._mask[..., None]
        return shown.clip(0, 1)


def _bands(target: Floats) -> tuple[list[_Band], Floats]:
    longest = max(target.shape[:2])
    finer, bands = target, []
    for octave in range(OCTAVES):
        radius = longest / 96 * 2**octave
        coarser = _blurred(target, radius)
        bands.append(_Band(finer - coarser, 0.12 + 0.17 * octave))
        finer = coarser
    mean = target.mean(axis=(0, 1), keepdims=True)
    grey = (mean * 0.5 + 0.22).astype(np.float32)
    bands.append(_Band(finer - grey, 1.0))
    return bands, np.broadcast_to(grey, target.shape).copy()


def _blurred(picture: Floats, radius: float) -> Floats:
    return np.stack([blur(picture[..., c], radius) for c in range(3)], axis=-1)


def _rise(level: float, threshold: float) -> float:
    """1 where the noise is well below *threshold*, 0 above it."""
    t = min(1.0, max(0.0, (threshold - level) / 0.3 + 0.15))
    return t * t * (3 - 2 * t)


def latent_noise(width: int, height: int, seed: int) -> Floats:
    """Coloured noise in the coarse grain of a latent, (height, width, 3), around 0."""
    digest = hashlib.blake2b(f"noise/{seed}".encode(), digest_size=8).digest()
    chance = np.random.default_rng(int.from_bytes(digest, "big"))
    longest = max(width, height)
    cells = min(LATENT_CELLS, longest)
    columns, rows = max(1, cells * width // longest), max(1, cells * height // longest)
    grid = chance.standard_normal((4, rows, columns)).astype(np.float32)
    planes = [resize_plane(grid[c], width, height, "bicubic") for c in range(4)]
    luma, r, g, b = planes
    return np.stack([0.6 * luma + 0.35 * r, 0.6 * luma + 0.28 * g, 0.6 * luma + 0.42 * b], axis=-1)


def noisy(picture: Floats, level: float) -> Floats:
    """*picture* with the noise that an unfinished sampler leaves."""
    height, width = picture.shape[:2]
    return (picture + latent_noise(width, height, 0) * np.float32(NOISE * level)).clip(0, 1)


def encode_preview(picture: Floats, size: tuple[int, int]) -> bytes:
    """A JPEG of *picture*, enlarged to *size* (width, height) as ComfyUI's previews are."""
    image = Image.fromarray((picture * 255 + 0.5).astype(np.uint8))
    if image.size != size:
        image = image.resize(size, Image.Resampling.BILINEAR)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()
