"""Colours of a scene: light, sky, haze, ground."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from comfy.demo.paint.words import Rgb, Scene


@dataclass(frozen=True)
class Palette:
    """Colours in 0…1. `sky` from the zenith to the horizon; `land` and `water` in full light.

    `dark` is what a silhouette against the light looks like, `glow` the halo of sun or moon.
    """

    sky: tuple[Rgb, Rgb, Rgb, Rgb]
    glow: Rgb
    land: Rgb
    dark: Rgb
    water: Rgb
    is_night: bool = False

    @property
    def haze(self) -> Rgb:
        """What distance fades into."""
        return mix(self.sky[3], self.sky[2], 0.35)


_BASE: Mapping[str, Palette] = MappingProxyType(
    {
        "dawn": Palette(
            ((0.26, 0.37, 0.60), (0.52, 0.55, 0.74), (0.90, 0.70, 0.70), (1.0, 0.84, 0.68)),
            (1.0, 0.90, 0.74),
            (0.34, 0.46, 0.34),
            (0.13, 0.16, 0.24),
            (0.34, 0.44, 0.60),
        ),
        "day": Palette(
            ((0.12, 0.38, 0.74), (0.32, 0.60, 0.88), (0.62, 0.81, 0.95), (0.87, 0.93, 0.96)),
            (1.0, 0.98, 0.90),
            (0.34, 0.52, 0.27),
            (0.12, 0.22, 0.20),
            (0.10, 0.38, 0.55),
        ),
        "golden": Palette(
            ((0.20, 0.36, 0.62), (0.56, 0.55, 0.66), (0.94, 0.64, 0.46), (1.0, 0.80, 0.54)),
            (1.0, 0.92, 0.66),
            (0.46, 0.44, 0.20),
            (0.17, 0.13, 0.15),
            (0.32, 0.38, 0.50),
        ),
        "dusk": Palette(
            ((0.08, 0.08, 0.26), (0.30, 0.18, 0.42), (0.78, 0.32, 0.44), (1.0, 0.58, 0.36)),
            (1.0, 0.70, 0.44),
            (0.26, 0.20, 0.30),
            (0.07, 0.05, 0.13),
            (0.22, 0.16, 0.36),
        ),
        "night": Palette(
            ((0.015, 0.025, 0.085), (0.04, 0.07, 0.18), (0.09, 0.15, 0.30), (0.17, 0.25, 0.42)),
            (0.90, 0.94, 1.0),
            (0.10, 0.15, 0.22),
            (0.015, 0.025, 0.055),
            (0.05, 0.10, 0.20),
            is_night=True,
        ),
    }
)


def make_palette(scene: Scene, chance: np.random.Generator) -> Palette:
    """The colours for *scene*, a little different for every seed."""
    palette = _BASE[scene.time]
    if scene.colours:
        palette = _accented(palette, scene.colours)
    if scene.weather & {"rain", "storm", "fog"}:
        palette = _overcast(palette, 0.75 if "storm" in scene.weather else 0.9)
    if "snow" in scene.weather:
        snow = mix((0.86, 0.90, 0.96), palette.sky[2], 0.3)
        palette = replace(palette, land=scale(snow, 0.45) if palette.is_night else snow)
    shift = chance.normal(0, 0.025, 3)
    zenith, high, low, horizon = (_shifted(stop, shift) for stop in palette.sky)
    return replace(palette, sky=(zenith, high, low, horizon))


def _shifted(colour: Rgb, shift: NDArray[np.float64]) -> Rgb:
    r, g, b = (min(1.0, max(0.0, c + float(s))) for c, s in zip(colour, shift, strict=True))
    return r, g, b


def _accented(palette: Palette, colours: tuple[Rgb, ...]) -> Palette:
    first, last = colours[0], colours[-1]
    depth = 0.45 if palette.is_night else 1.0
    zenith, high, low, horizon = palette.sky
    sky = (
        mix(zenith, scale(last, 0.5 * depth), 0.30),
        mix(high, scale(last, 0.8 * depth), 0.35),
        mix(low, scale(first, 1.0 * depth), 0.42),
        mix(horizon, scale(first, 1.15 * depth), 0.25),
    )
    return replace(
        palette,
        sky=sky,
        glow=mix(palette.glow, first, 0.2),
        land=mix(palette.land, scale(first, 0.6), 0.35),
        dark=mix(palette.dark, scale(last, 0.15), 0.4),
        water=mix(palette.water, scale(last, 0.6 * depth), 0.35),
    )


def _overcast(palette: Palette, light: float) -> Palette:
    def dull(colour: Rgb) -> Rgb:
        grey = sum(colour) / 3
        return scale(mix(colour, (grey, grey, grey * 1.05), 0.5), light)

    zenith, high, low, horizon = (dull(stop) for stop in palette.sky)
    return replace(
        palette,
        sky=(zenith, high, low, horizon),
        land=dull(palette.land),
        water=dull(palette.water),
    )


def mix(a: Rgb, b: Rgb, share: float) -> Rgb:
    """*a* with *share* of *b*."""
    return (
        a[0] + (b[0] - a[0]) * share,
        a[1] + (b[1] - a[1]) * share,
        a[2] + (b[2] - a[2]) * share,
    )


def scale(a: Rgb, by: float) -> Rgb:
    """*a* lighter or darker, at most 1."""
    return min(1.0, a[0] * by), min(1.0, a[1] * by), min(1.0, a[2] * by)
