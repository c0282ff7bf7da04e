"""What stands in the scene: small figures, drawn as coloured outlines."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from comfy.demo.paint.canvas import Canvas, Chance, Points
from comfy.demo.paint.scene.palette import Palette, mix, scale
from comfy.demo.paint.words import Rgb, Scene


@dataclass(frozen=True)
class Figure:
    """Outlines to fill in.

    `parts` are (role, points): the role says which colour, the points lie in a box about 1 high
    with the feet at y = 0 and up negative. `smooth` rounds them.
    """

    size: float
    coat: Rgb | None
    smooth: bool
    parts: tuple[tuple[str, Points], ...]


@cache
def _figures() -> Mapping[str, Figure]:
    """The figures of figures.json by subject."""
    raw = json.loads((Path(__file__).parent / "figures.json").read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            name: Figure(
                figure["size"],
                tuple(figure["coat"]) if figure["coat"] else None,
                figure["smooth"],
                tuple((part["role"], part["outline"]) for part in figure["parts"]),
            )
            for name, figure in raw.items()
        }
    )


def paint_subject(
    canvas: Canvas, scene: Scene, palette: Palette, level: float, light: float, chance: Chance
) -> None:
    """Draw the scene's subject standing at *level*, away from the *light* (its x)."""
    if scene.subject == "birds":
        _birds(canvas, palette, chance)
    elif scene.subject == "balloon":
        _balloons(canvas, scene, palette, chance)
    elif scene.subject in _figures():
        _figure(canvas, scene, palette, level, light, chance)


def _figure(
    canvas: Canvas, scene: Scene, palette: Palette, level: float, light: float, chance: Chance
) -> None:
    figure = _figures()[scene.subject]
    size = figure.size * min(1.0, canvas.aspect) * float(chance.uniform(0.9, 1.1))
    x = canvas.aspect * float(
        chance.uniform(0.58, 0.68) if light < canvas.aspect / 2 else chance.uniform(0.32, 0.42)
    )
    facing = -1.0 if x > canvas.aspect / 2 else 1.0
    _shadow(canvas, scene, palette, x, level, size)
    whole = np.zeros((canvas.height, canvas.width), np.float32)
    colours = _colours(scene, palette, figure.coat or palette.dark)
    fur = canvas.fbm(chance, 70, 2)[..., None] * np.float32(0.35) + np.float32(0.83)
    for role, outline in figure.parts:
        points = _rounded(outline) if figure.smooth else outline
        placed = [(x + px * size * facing, level + py * size) for px, py in points]
        mask = canvas.shapes([(placed, 255)])
        whole = np.maximum(whole, mask)
        canvas.cover((np.asarray(colours[role], np.float32) * fur).astype(np.float32), mask)
        if role == "lamp":
            canvas.add(
                (1.0, 0.72, 0.36),
                canvas.soften(mask, 0.045) * np.float32(2.2 if palette.is_night else 0.8),
            )
    shift = max(1, round(canvas.height * 0.004))
    rim = (whole - np.roll(whole, (shift, shift if light < x else -shift), (0, 1))).clip(0, 1)
    canvas.cover(mix(palette.glow, palette.sky[3], 0.3), rim * np.float32(0.55))


def _colours(scene: Scene, palette: Palette, coat: Rgb) -> Mapping[str, Rgb]:
    dim = 0.40 if palette.is_night else 0.95 if scene.time == "day" else 0.78
    if scene.subject in ("cat", "person", "wolf") and scene.colours:
        coat = scale(scene.colours[0], 0.7)
    if scene.subject in ("cat", "wolf") and "white" in scene.words:
        coat = (0.88, 0.88, 0.90)
    if "black" in scene.words:
        coat = (0.07, 0.07, 0.09)
    return {
        "body": mix(scale(coat, dim), palette.sky[2], 0.10),
        "light": mix(scale((0.96, 0.93, 0.88), dim), palette.sky[3], 0.18),
        "dark": mix(scale((0.12, 0.09, 0.09), dim), palette.dark, 0.5),
        "wood": mix(scale((0.36, 0.22, 0.14), dim), palette.dark, 0.25),
        "roof": scale((0.86, 0.90, 0.97), dim)
        if "snow" in scene.weather
        else mix((0.26, 0.14, 0.12), palette.dark, 0.4),
        "lamp": (1.0, 0.84, 0.48),
    }


def _shadow(
    canvas: Canvas, scene: Scene, palette: Palette, x: float, level: float, size: float
) -> None:
    if scene.subject in ("boat", "lighthouse", "castle"):
        return
    far = np.hypot(
        (canvas.x - np.float32(x)) / (size * 0.9), (canvas.y - np.float32(level)) / (size * 0.075)
    )
    canvas.cover(palette.dark, (np.exp(-(far**2)) * 0.5).astype(np.float32))


def _rounded(points: Points, per: int = 4) -> Points:
    """A closed Catmull-Rom curve through *points*."""
    p = np.asarray(points, np.float64)
    before, after, later = np.roll(p, 1, 0), np.roll(p, -1, 0), np.roll(p, -2, 0)
    out = [
        0.5
        * (
            2 * p
            + (after - before) * t
            + (2 * before - 5 * p + 4 * after - later) * t**2
            + (3 * p - before - 3 * after + later) * t**3
        )
        for t in np.arange(per) / per
    ]
    flat = np.stack(out, axis=1).reshape(-1, 2)
    return [(float(px), float(py)) for px, py in flat]


def _birds(canvas: Canvas, palette: Palette, chance: Chance) -> None:
    cx, cy = canvas.aspect * float(chance.uniform(0.3, 0.6)), float(chance.uniform(0.15, 0.35))
    polygons: list[tuple[Points, int]] = []
    for _ in range(14):
        x, y = cx + float(chance.normal(0, 0.13)), cy + float(chance.normal(0, 0.06))
        s, lift = float(chance.uniform(0.012, 0.03)), float(chance.uniform(0.25, 0.6))
        wing = [
            (x - s, y - s * lift),
            (x - s * 0.4, y - s * lift * 0.9),
            (x, y),
            (x + s * 0.4, y - s * lift * 0.9),
            (x + s, y - s * lift),
            (x + s * 0.35, y - s * lift * 0.5),
            (x, y + s * 0.22),
            (x - s * 0.35, y - s * lift * 0.5),
        ]
        polygons.append((wing, 255))
    canvas.cover(mix(palette.dark, palette.sky[1], 0.15), canvas.shapes(polygons))


def _balloons(canvas: Canvas, scene: Scene, palette: Palette, chance: Chance) -> None:
    reds: tuple[Rgb, ...] = scene.colours or (
        (0.86, 0.22, 0.18),
        (0.98, 0.70, 0.20),
        (0.18, 0.50, 0.66),
    )
    dim = 0.5 if palette.is_night else 1.0
    places = ((0.30, 0.30, 0.115), (0.66, 0.20, 0.07), (0.80, 0.42, 0.045), (0.50, 0.47, 0.032))
    for index, (px, py, radius) in enumerate(places):
        x = canvas.aspect * (px + float(chance.uniform(-0.05, 0.05)))
        y = py + float(chance.uniform(-0.03, 0.03))
        first, fade = scale(reds[index % len(reds)], dim), 0.5 * (1 - radius / 0.115)
        turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        for stripe in range(6, 0, -1):
            share = stripe / 6
            colour = mix(first, (1.0, 0.96, 0.88), 0.75 if stripe % 2 else 0.0)
            ring = [
                (
                    x + float(np.cos(a)) * radius * share,
                    y + float(np.sin(a)) * radius * (1.0 + 0.28 * max(0.0, float(np.sin(a)))),
                )
                for a in turn
            ]
            canvas.cover(mix(colour, palette.haze, fade), canvas.shapes([(ring, 255)]))
        body = canvas.shapes(
            [
                (
                    [
                        (
                            x + float(np.cos(a)) * radius,
                            y
                            + float(np.sin(a)) * radius * (1.0 + 0.28 * max(0.0, float(np.sin(a)))),
                        )
                        for a in turn
                    ],
                    255,
                )
            ]
        )
        shade = ((canvas.x - np.float32(x)) / radius * 0.5 + 0.35).clip(0, 0.6)
        canvas.cover(scale(first, 0.25), (body * shade).astype(np.float32))
        low = y + radius * 1.62
        s = radius * 0.13
        canvas.cover(
            palette.dark,
            canvas.shapes(
                [
                    (
                        [
                            (x - s, low),
                            (x + s, low),
                            (x + s * 0.8, low + s * 1.5),
                            (x - s * 0.8, low + s * 1.5),
                        ],
                        255,
                    )
                ]
            ),
        )
