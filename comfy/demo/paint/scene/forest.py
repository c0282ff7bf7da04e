"""Rows of trees."""

import numpy as np

from comfy.demo.paint.canvas import Canvas, Chance, Points, curve, smoothstep
from comfy.demo.paint.scene.palette import Palette, mix, scale
from comfy.demo.paint.words import Rgb, Scene

TIERS = 9


def paint_trees(
    canvas: Canvas,
    scene: Scene,
    palette: Palette,
    chance: Chance,
    rows: tuple[tuple[float, float, float], ...] = (
        (0.60, 0.15, 0.15),
        (0.70, 0.24, 0.45),
        (0.86, 0.42, 0.9),
    ),
) -> None:
    """Trees in *rows* of (level of their feet, height, nearness)."""
    leafy = bool(scene.words & {"autumn", "fall", "jungle", "spring", "cherry", "oak"})
    for level, tall, near in rows:
        colour = _colour(scene, palette, near, chance, leafy=leafy)
        ground = curve(chance, canvas.x, 1.6, 3)
        polygons: list[tuple[Points, int]] = []
        count = int(canvas.aspect * (30 - 20 * near))
        for i in range(count):
            x = (i + float(chance.uniform(0.1, 0.9))) * canvas.aspect / count
            foot = level + 0.03 * float(ground[0, min(canvas.width - 1, int(x * canvas.height))])
            height = tall * float(chance.uniform(0.55, 1.15))
            polygons += (
                _leafy(x, foot, height, chance)
                if leafy
                else [(_conifer(x, foot, height, chance), 255)]
            )
        mask = canvas.shapes(polygons)
        floor = _floor(scene, palette, colour, near)
        lightness = canvas.fbm(chance, 18, 4, stretch=3)[..., None] * 0.34 + 0.83
        edge = smoothstep(-0.004, 0.012, canvas.y - (level - 0.005 + 0.03 * ground))
        canvas.cover((np.asarray(floor, np.float32) * lightness).astype(np.float32), edge)
        canvas.cover(
            (np.asarray(colour, np.float32) * (0.8 + 0.2 * lightness)).astype(np.float32), mask
        )
        if "snow" in scene.weather:
            _settle(canvas, palette, mask, chance, near)
        if near < 0.8:
            veil = np.exp(-(((canvas.y - level - 0.01) / 0.07) ** 2)) * np.float32(
                0.42 * (1 - near)
            )
            canvas.cover(palette.haze, np.broadcast_to(veil, mask.shape).astype(np.float32))


def _colour(scene: Scene, palette: Palette, near: float, chance: Chance, *, leafy: bool) -> Rgb:
    green = mix((0.10, 0.24, 0.17), palette.dark, 0.55 if not palette.is_night else 0.9)
    if leafy:
        green = scene.colours[0] if scene.colours else (0.85, 0.44, 0.14)
        green = scale(
            mix(green, palette.dark, 0.15 + 0.25 * near), float(chance.uniform(0.85, 1.1))
        )
        if palette.is_night:
            green = scale(green, 0.35)
    elif scene.colours:
        green = mix(green, scale(scene.colours[0], 0.35), 0.3)
    return mix(green, palette.haze, 0.72 * (1 - near) ** 0.9)


def _floor(scene: Scene, palette: Palette, trees: Rgb, near: float) -> Rgb:
    if "snow" in scene.weather:
        return mix(palette.land, palette.haze, 0.5 * (1 - near))
    return mix(trees, scale(palette.land, 0.8), 0.35)


def _settle(
    canvas: Canvas, palette: Palette, mask: np.ndarray, chance: Chance, near: float
) -> None:
    """Snow on the upper side of branches."""
    shift = max(1, round(canvas.height * 0.006))
    upper = (mask - np.roll(mask, shift, axis=0)).clip(0, 1)
    patches = smoothstep(0.5, 0.75, canvas.fbm(chance, 55, 3, stretch=2.5))
    white = mix((0.93, 0.95, 1.0), palette.sky[2], 0.25)
    tone = scale(white, 0.5) if palette.is_night else white
    light = np.maximum(upper * 0.75, mask * patches * np.float32(0.30 * near))
    canvas.cover(tone, light.astype(np.float32))


def _conifer(x: float, foot: float, height: float, chance: Chance) -> Points:
    """A jagged silhouette: tier on tier of drooping branches."""
    wide = height * float(chance.uniform(0.15, 0.21))
    left: list[tuple[float, float]] = []
    right: list[tuple[float, float]] = []
    for tier in range(1, TIERS + 1):
        t = tier / TIERS
        y = foot - height * (1 - t * 0.93)
        spread = wide * t**0.9
        out, back = spread * chance.uniform(0.75, 1.1, 2)
        left += [(x - out, y + height * 0.022), (x - out * 0.42, y)]
        right += [(x + back, y + height * 0.022), (x + back * 0.42, y)]
    trunk = wide * 0.10
    tip = (x + float(chance.normal(0, wide * 0.04)), foot - height)
    foot_points = [(x + trunk, foot), (x - trunk, foot)]
    return [tip, *right, *foot_points, *reversed(left)]


def _leafy(x: float, foot: float, height: float, chance: Chance) -> list[tuple[Points, int]]:
    """A trunk and a cloud of leaves."""
    trunk = height * 0.022
    top = foot - height * 0.62
    shapes: list[tuple[Points, int]] = [
        (
            [(x - trunk, foot), (x - trunk * 0.5, top), (x + trunk * 0.5, top), (x + trunk, foot)],
            255,
        )
    ]
    for _ in range(16):
        angle, far = chance.uniform(0, 2 * np.pi), chance.uniform(0, 1) ** 0.5
        cx = x + np.cos(angle) * far * height * 0.20
        cy = top - height * 0.06 + np.sin(angle) * far * height * 0.24
        r = height * chance.uniform(0.06, 0.12)
        turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
        bumps = chance.uniform(0.8, 1.15, 12)
        blob = [
            (float(cx + np.cos(a) * r * b), float(cy + np.sin(a) * r * b))
            for a, b in zip(turn, bumps, strict=True)
        ]
        shapes.append((blob, int(chance.uniform(190, 255))))
    return shapes
