"""What falls, drifts and flashes in front of a scene."""

import numpy as np
from PIL import Image, ImageDraw

from comfy.demo.paint.canvas import Canvas, Chance
from comfy.demo.paint.scene.palette import Palette, mix
from comfy.demo.paint.words import Scene


def paint_weather(
    canvas: Canvas, scene: Scene, palette: Palette, horizon: float, chance: Chance
) -> None:
    """Fog, lightning, rain, snow: whatever *scene* has."""
    if "fog" in scene.weather:
        for level, depth, strength in ((horizon + 0.04, 0.13, 0.60), (0.84, 0.12, 0.35)):
            veil = canvas.fbm(chance, 2, 5, stretch=3.5)
            band = np.exp(-(((canvas.y - level) / depth) ** 2)) * (0.30 + 0.9 * veil)
            canvas.cover(palette.haze, (band * np.float32(strength)).clip(0, 1).astype(np.float32))
    if "storm" in scene.weather:
        _lightning(canvas, horizon, chance)
    if scene.weather & {"rain", "storm"}:
        _streaks(canvas, palette, chance)
    if "snow" in scene.weather:
        _flakes(canvas, chance)


def _streaks(canvas: Canvas, palette: Palette, chance: Chance) -> None:
    image = Image.new("L", (canvas.width, canvas.height))
    draw = ImageDraw.Draw(image)
    by = canvas.height
    slant = float(chance.uniform(-0.16, 0.16))
    for _ in range(int(620 * canvas.aspect)):
        x, y = float(chance.uniform(-0.1, canvas.aspect + 0.1)), float(chance.uniform(-0.1, 1))
        near = float(chance.random()) ** 2
        long = 0.02 + 0.07 * near
        ends = [x * by, y * by, (x + slant * long) * by, (y + long) * by]
        draw.line(ends, fill=int(26 + 70 * near), width=max(1, round(by * 0.0022 * near)))
    rain = np.asarray(image, np.float32) / np.float32(255)
    canvas.cover(mix(palette.sky[3], (0.9, 0.95, 1.0), 0.5), rain)


def _flakes(canvas: Canvas, chance: Chance) -> None:
    image = Image.new("L", (canvas.width, canvas.height))
    draw = ImageDraw.Draw(image)
    by = canvas.height
    for _ in range(int(420 * canvas.aspect)):
        x, y = float(chance.uniform(0, canvas.aspect)) * by, float(chance.random()) * by
        near = float(chance.random()) ** 4
        r = (0.0012 + 0.0075 * near) * by
        draw.ellipse([x - r, y - r, x + r, y + r], fill=int(210 - 110 * near))
    snow = np.asarray(image, np.float32) / np.float32(255)
    canvas.cover((0.96, 0.97, 1.0), canvas.soften(snow, 0.0016))


def _lightning(canvas: Canvas, horizon: float, chance: Chance) -> None:
    image = Image.new("L", (canvas.width, canvas.height))
    draw = ImageDraw.Draw(image)
    by = canvas.height
    x, y = canvas.aspect * float(chance.uniform(0.25, 0.75)), 0.0
    while y < horizon:
        nx, ny = x + float(chance.normal(0, 0.022)), y + float(chance.uniform(0.01, 0.035))
        draw.line([x * by, y * by, nx * by, ny * by], fill=255, width=max(1, round(by * 0.005)))
        if chance.random() < 0.16:
            bx, side = nx, float(chance.choice([-1, 1]))
            for step in range(5):
                end = bx + side * float(chance.uniform(0.005, 0.03))
                at = ny + step * 0.018
                draw.line(
                    [bx * by, at * by, end * by, (at + 0.018) * by],
                    fill=140,
                    width=max(1, round(by * 0.002)),
                )
                bx = end
        x, y = nx, ny
    bolt = np.asarray(image, np.float32) / np.float32(255)
    canvas.add((0.75, 0.80, 1.0), canvas.soften(bolt, 0.06) * np.float32(2.4))
    canvas.cover((0.97, 0.97, 1.0), canvas.soften(bolt, 0.0012))
