"""Mountains, hills, dunes, meadows: ridge behind ridge, paler with distance."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from comfy.demo.paint.canvas import Canvas, Chance, curve, smoothstep
from comfy.demo.paint.resize import Floats, Numbers
from comfy.demo.paint.scene.palette import Palette, mix, scale
from comfy.demo.paint.words import Rgb, Scene

Light = tuple[float, float]


@dataclass(frozen=True)
class Ridge:
    """One range: its mean height (y), how far it rises, how jagged, how near (0 far, 1 near)."""

    level: float
    rise: float
    cells: float
    octaves: int
    near: float
    jagged: bool = False


def paint_mountains(
    canvas: Canvas,
    scene: Scene,
    palette: Palette,
    light: Light,
    base: float,
    chance: Chance,
    tall: float = 1.0,
) -> None:
    """Ranges of mountains with their feet at *base*, *tall* as a share of the usual."""
    count = 4
    for index in range(count):
        near = (index + 0.35) / count
        ridge = Ridge(
            base - tall * (0.27 * (1 - near) ** 1.1 + 0.01),
            tall * 0.32 * (1.0 - 0.55 * near),
            1.5 + 0.9 * index,
            8,
            near,
            jagged=True,
        )
        _range(canvas, scene, palette, light, ridge, chance)
        _mist(
            canvas, palette, base - 0.10 * tall * (1 - near), 0.04 + 0.03 * (1 - near), 0.30, chance
        )


def _range(
    canvas: Canvas, scene: Scene, palette: Palette, light: Light, ridge: Ridge, chance: Chance
) -> None:
    wave = curve(chance, canvas.x, ridge.cells, ridge.octaves, 0.5)
    height = 1 - np.abs(wave) * 2.0 if ridge.jagged else wave
    top = ridge.level - np.float32(ridge.rise) * (height - 0.35)
    depth = canvas.y - top
    grain = canvas.fbm(chance, 5 + 6 * ridge.near, 6)
    facing = _facing(canvas, light, top, depth, ridge, chance, is_night=palette.is_night)
    shown = _rock(palette, facing, ridge.near, grain)
    line = 0.75 if "snow" in scene.weather else 0.30
    if scene.ground in ("mountains", "lake"):
        above = (ridge.level + ridge.rise * 0.35 - canvas.y) / ridge.rise
        snow = smoothstep(-0.10, 0.14, above - (0.92 - line) + (grain - 0.5) * 0.75 - depth * 0.8)
        white = _snow(palette, facing, ridge.near)
        shown = shown + (white - shown) * (snow * np.float32(0.92))[..., None]
    edge = smoothstep(-0.6 / canvas.height, 0.9 / canvas.height, depth)
    canvas.cover(shown, edge, float(top.min()) - 0.01)


def _facing(
    canvas: Canvas,
    light: Light,
    top: Numbers,
    depth: Numbers,
    ridge: Ridge,
    chance: Chance,
    *,
    is_night: bool,
) -> Floats:
    """How much each place is turned to the light: spurs run down from the ridge."""
    side = np.float32(-1.0) if light[0] < canvas.aspect / 2 else np.float32(1.0)
    reach = max(2, canvas.width // 40)
    slope = (np.roll(top, -reach, axis=1) - np.roll(top, reach, axis=1)) * (
        canvas.height / reach / 2
    )
    spurs = canvas.fbm(chance, 3.2 + 2.5 * ridge.near, 6, stretch=0.55, gain=0.55)
    spurs = 1 - np.abs(spurs * 2 - 1)
    lean = max(1, canvas.width // 110)
    relief = (np.roll(spurs, lean, axis=1) - np.roll(spurs, -lean, axis=1)) * 2.6
    crest = np.exp(-depth.clip(0, None) * 7)
    soft = 0.42 if ridge.near < 0.9 and not is_night else 0.85
    return smoothstep(-soft, soft, side * (-slope * 0.40 * (0.35 + 0.65 * crest) + relief))


def _rock(palette: Palette, facing: Floats, near: float, grain: Floats) -> Floats:
    haze = palette.haze
    bright = mix(mix(palette.land, palette.glow, 0.25), haze, 0.85 - 0.72 * near)
    dark = mix(palette.dark, haze, 0.80 - 0.76 * near)
    return _between(dark, bright, (facing * 0.85 + (grain - 0.5) * 0.22).clip(0, 1))


def _snow(palette: Palette, facing: Floats, near: float) -> Floats:
    dim = 0.45 if palette.is_night else 1.0
    lit = mix(scale(mix((1.0, 1.0, 1.0), palette.glow, 0.5), dim), palette.haze, 0.5 - 0.35 * near)
    shade = mix(scale((0.55, 0.62, 0.78), dim), palette.haze, 0.55 - 0.35 * near)
    return _between(shade, lit, facing)


def _between(dark: Rgb, bright: Rgb, tone: Floats) -> Floats:
    """Colours (height, width, 3) from *dark* to *bright*, by *tone* 0…1."""
    span = np.asarray(bright, np.float32) - np.asarray(dark, np.float32)
    colours: Floats = np.asarray(dark, np.float32) + span * tone[..., None]
    return colours


def _mist(
    canvas: Canvas, palette: Palette, level: float, depth: float, strength: float, chance: Chance
) -> None:
    veil = canvas.fbm(chance, 3, 4, stretch=4)
    band = np.exp(-(((canvas.y - level) / depth) ** 2)) * (0.35 + 0.8 * veil)
    canvas.cover(palette.haze, (band * np.float32(strength)).clip(0, 1).astype(np.float32))


def paint_hills(
    canvas: Canvas, palette: Palette, light: Light, base: float, chance: Chance
) -> None:
    """Rolling hills from *base* to the bottom."""
    count = 5
    for index in range(count):
        near = (index + 0.3) / count
        level = base + (1.02 - base) * near**1.5 * 0.85
        colour = _hill_colour(palette, near, chance)
        _hill(
            canvas, palette, light, Ridge(level, 0.07 + 0.05 * near, 1.3, 4, near), colour, chance
        )
        if index < 3:
            _mist(canvas, palette, level + 0.04, 0.03, 0.22 * (1 - near), chance)


def _hill_colour(palette: Palette, near: float, chance: Chance) -> Rgb:
    tint = float(chance.uniform(-0.05, 0.05))
    land = palette.land
    land = (min(1.0, max(0.0, land[0] + tint)), land[1], min(1.0, max(0.0, land[2] - tint)))
    fade = 0.62 * (1 - near) ** 1.4
    return mix(scale(land, 1.15 - 0.35 * near), palette.haze, fade)


def _hill(
    canvas: Canvas, palette: Palette, light: Light, ridge: Ridge, colour: Rgb, chance: Chance
) -> None:
    wave = curve(chance, canvas.x, ridge.cells, ridge.octaves, 0.38)
    top = ridge.level - np.float32(ridge.rise) * wave
    depth = canvas.y - top
    texture = canvas.fbm(chance, 12 + 10 * ridge.near, 5, stretch=2.2)
    toward = np.exp(-np.abs(canvas.x - np.float32(light[0])) * 1.4)
    rim = np.exp(-depth.clip(0, None) * 26) * (0.35 + 0.65 * toward)
    shade = (1.02 - 0.55 * depth.clip(0, 0.6) + (texture - 0.5) * 0.42)[..., None]
    shown = np.asarray(colour, np.float32) * shade
    shown = (
        shown
        + (np.asarray(mix(colour, palette.glow, 0.55), np.float32) - shown)
        * (rim * np.float32(0.7))[..., None]
    )
    edge = smoothstep(-0.6 / canvas.height, 0.9 / canvas.height, depth)
    canvas.cover(shown.astype(np.float32), edge, float(top.min()) - 0.01)


def paint_dunes(
    canvas: Canvas, scene: Scene, palette: Palette, base: float, chance: Chance
) -> None:
    """Dunes with a sharp crest between light and shadow."""
    sand = mix((0.93, 0.70, 0.42), palette.land, 0.25)
    if scene.colours:
        sand = mix(sand, scene.colours[0], 0.35)
    if palette.is_night:
        sand = scale(sand, 0.28)
    for index in range(5):
        near = (index + 0.3) / 5
        level = base + (1.05 - base) * near**1.4 * 0.8
        rise = 0.06 + 0.11 * near
        wave = curve(chance, canvas.x + 0 * canvas.y, 1.1 + 0.4 * (1 - near), 3, 0.35)
        top = level - np.float32(rise) * wave
        depth = canvas.y - top
        bent = canvas.x + depth * np.float32(0.9 if index % 2 else -0.9)
        crest = curve(chance, bent, 1.6, 2, 0.3)
        ripples = np.sin((depth * 90 + crest * 14) / (0.35 + near)) * 0.5 + 0.5
        lit = smoothstep(-0.20, 0.04, crest)
        bright = mix(mix(sand, palette.glow, 0.35), palette.haze, 0.55 * (1 - near))
        dark = mix(mix(scale(sand, 0.55), palette.sky[0], 0.18), palette.haze, 0.5 * (1 - near))
        tone = (lit * (0.78 + 0.22 * ripples) + 0.06)[..., None].clip(0, 1)
        shown = np.asarray(dark, np.float32) * (1 - tone) + np.asarray(bright, np.float32) * tone
        edge = smoothstep(-0.6 / canvas.height, 0.9 / canvas.height, depth)
        canvas.cover(shown.astype(np.float32), edge, float(top.min()) - 0.01)


def paint_flowers(
    canvas: Canvas, scene: Scene, palette: Palette, base: float, chance: Chance
) -> None:
    """A meadow full of flowers, larger towards the viewer."""
    dim = 0.35 if palette.is_night else 1.0
    chosen = list(scene.colours) or [
        (0.95, 0.35, 0.42),
        (0.98, 0.82, 0.35),
        (0.80, 0.55, 0.92),
        (0.97, 0.95, 0.93),
    ]
    count = 2600
    depth = chance.uniform(0.03, 1, count) ** 0.62
    order = np.argsort(depth)
    x, y = chance.uniform(-0.02, canvas.aspect + 0.02, count), base + (1.03 - base) * depth
    sway = curve(chance, np.asarray(x, np.float32)[None] + depth[None].astype(np.float32), 2.5, 2)[
        0
    ]
    by = canvas.height
    image = Image.fromarray((canvas.rgb.clip(0, 1) * 255).astype(np.uint8))
    draw = ImageDraw.Draw(image, "RGBA")
    for i in order:
        size = (0.0016 + 0.0125 * depth[i] ** 2.2) * (0.7 + 0.6 * chance.random())
        kind = int((sway[i] * 2.2 + chance.random()) * len(chosen)) % len(chosen)
        colour = mix(
            scale(chosen[kind], dim * float(chance.uniform(0.75, 1.15))),
            palette.haze,
            0.45 * (1 - depth[i]),
        )
        fill = tuple(int(min(1, c) * 255) for c in colour)
        px, py, r = x[i] * by, y[i] * by, size * by
        if r > 2.2:
            stem = tuple(int(c * 255) for c in scale(palette.land, 0.55))
            draw.line(
                [(px, py), (px + sway[i] * r, py + r * 4)],
                fill=(*stem, 170),
                width=max(1, int(r / 4)),
            )
        draw.ellipse([px - r, py - r * 0.75, px + r, py + r * 0.75], fill=(*fill, 235))
        if r > 2.5:
            heart = tuple(int(min(1, c) * 255) for c in mix(colour, (1.0, 0.85, 0.3), 0.6))
            draw.ellipse(
                [px - r * 0.3, py - r * 0.25, px + r * 0.3, py + r * 0.25], fill=(*heart, 255)
            )
    canvas.rgb[:] = np.asarray(image, np.float32) / np.float32(255)
