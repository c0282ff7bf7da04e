"""A skyline by day or night, and its lights on wet ground."""

import numpy as np
from PIL import Image, ImageDraw

from comfy.demo.paint.canvas import Canvas, Chance
from comfy.demo.paint.resize import Floats, blur
from comfy.demo.paint.scene.palette import Palette, mix, scale
from comfy.demo.paint.words import Rgb, Scene

NEONS: tuple[Rgb, ...] = (
    (1.0, 0.18, 0.62),
    (0.12, 0.85, 0.98),
    (0.62, 0.30, 1.0),
    (1.0, 0.62, 0.15),
)


def paint_city(canvas: Canvas, scene: Scene, palette: Palette, base: float, chance: Chance) -> None:
    """Three rows of buildings standing on *base*."""
    lights = np.zeros_like(canvas.rgb)
    signs = scene.colours or NEONS
    is_lit = palette.is_night or scene.time == "dusk" or "neon" in scene.words
    for row, (near, tall, slots) in enumerate(((0.1, 0.34, 26), (0.45, 0.42, 15), (0.95, 0.52, 9))):
        front = mix(scale(palette.dark, 1.25), palette.haze, 0.78 * (1 - near))
        if not is_lit:
            front = mix(
                mix((0.46, 0.47, 0.52), palette.land, 0.25), palette.haze, 0.75 * (1 - near)
            )
        image = Image.fromarray((canvas.rgb.clip(0, 1) * 255).astype(np.uint8))
        glow = Image.new("RGB", image.size)
        draw, shine = ImageDraw.Draw(image), ImageDraw.Draw(glow)
        for left, right, top in _blocks(canvas, base, tall, slots, chance):
            shade = scale(front, float(chance.uniform(0.8, 1.15)))
            _block(draw, canvas.height, (left, top, right, base + 0.02), shade, chance)
            _windows(shine, draw, canvas.height, (left, top, right, base), near, chance, lit=is_lit)
            if is_lit and row > 0 and chance.random() < 0.65:
                _sign(shine, canvas.height, (left, top, right, base), signs, chance)
        canvas.rgb[:] = np.asarray(image, np.float32) / np.float32(255)
        shone = np.asarray(glow, np.float32) / np.float32(255)
        lights *= (shone.sum(-1, keepdims=True) > 0) * 0.0 + 1.0
        lights = np.maximum(lights, shone)
        canvas.rgb[:] = np.maximum(canvas.rgb, shone * np.float32(0.55 + 0.45 * near))
        if row < 2:
            veil = np.exp(-(((canvas.y - base) / 0.16) ** 2)) * np.float32(0.34 * (1 - near))
            canvas.cover(
                palette.haze, np.broadcast_to(veil, canvas.rgb.shape[:2]).astype(np.float32)
            )
    if is_lit:
        _bloom(canvas, lights)


def _blocks(
    canvas: Canvas, base: float, tall: float, slots: int, chance: Chance
) -> list[tuple[float, float, float]]:
    """(left, right, top) of each building in a row."""
    blocks, x = [], -0.03
    mean = 1.0 / slots
    while x < canvas.aspect:
        width = mean * float(chance.uniform(0.65, 1.35))
        middle = 1 - 0.45 * abs(x / canvas.aspect - 0.5) * 2
        height = tall * middle * float(chance.uniform(0.35, 1.1))
        blocks.append((x, x + width * 0.96, base - height))
        x += width * float(chance.uniform(0.95, 1.25))
    return blocks


def _block(
    draw: ImageDraw.ImageDraw,
    by: int,
    box: tuple[float, float, float, float],
    shade: Rgb,
    chance: Chance,
) -> None:
    left, top, right, bottom = (v * by for v in box)
    fill, edge = _bytes(shade), _bytes(scale(shade, 1.35))
    draw.rectangle([left, top, right, bottom], fill=fill)
    draw.rectangle([left, top, left + max(1.0, (right - left) * 0.07), bottom], fill=edge)
    width = right - left
    kind = chance.random()
    if kind < 0.3:
        step = width * 0.2
        draw.rectangle([left + step, top - step * 1.2, right - step, top], fill=fill)
    elif kind < 0.5:
        middle = (left + right) / 2
        draw.line(
            [middle, top, middle, top - width * 0.9], fill=fill, width=max(1, int(width * 0.05))
        )
    elif kind < 0.62:
        draw.polygon(
            [(left, top), ((left + right) / 2, top - width * 0.7), (right, top)], fill=fill
        )


def _windows(
    shine: ImageDraw.ImageDraw,
    draw: ImageDraw.ImageDraw,
    by: int,
    box: tuple[float, float, float, float],
    near: float,
    chance: Chance,
    *,
    lit: bool,
) -> None:
    left, top, right, bottom = box
    cell = 0.010 + 0.012 * near
    columns = max(2, int((right - left) / cell))
    rows = max(2, int((bottom - top) / (cell * 1.25)))
    warm = chance.random((rows, columns))
    share = float(chance.uniform(0.25, 0.6)) if lit else 0.85
    across, down = (right - left) / columns, (bottom - top) / rows
    tone = (1.0, 0.80, 0.48) if chance.random() < 0.7 else (0.62, 0.82, 1.0)
    for r in range(rows):
        for c in range(columns):
            if warm[r, c] > share:
                continue
            x, y = (left + (c + 0.28) * across) * by, (top + (r + 0.3) * down) * by
            corner = (x + across * 0.5 * by, y + down * 0.45 * by)
            if lit:
                level = 0.35 + 0.65 * warm[r, c] / share
                shine.rectangle(
                    [x, y, *corner], fill=_bytes(scale(tone, level * (0.55 + 0.45 * near)))
                )
            else:
                draw.rectangle(
                    [x, y, *corner], fill=_bytes(scale((0.50, 0.62, 0.74), 0.5 + 0.5 * warm[r, c]))
                )


def _sign(
    shine: ImageDraw.ImageDraw,
    by: int,
    box: tuple[float, float, float, float],
    signs: tuple[Rgb, ...],
    chance: Chance,
) -> None:
    left, top, right, bottom = box
    colour = _bytes(signs[int(chance.integers(len(signs)))])
    x = left + (right - left) * float(chance.uniform(0.1, 0.7))
    y = top + (bottom - top) * float(chance.uniform(0.15, 0.6))
    wide = (right - left) * float(chance.uniform(0.12, 0.2))
    if chance.random() < 0.5:  # an upright sign with marks
        marks = int(chance.integers(3, 7))
        for m in range(marks):
            at = y + m * wide * 1.35
            shine.rectangle(
                [x * by, at * by, (x + wide) * by, (at + wide) * by],
                outline=colour,
                width=max(1, int(by * 0.004)),
            )
    else:
        shine.rectangle([left * by, y * by, right * by, (y + 0.006) * by], fill=colour)


def _bloom(canvas: Canvas, lights: Floats) -> None:
    for radius, strength in ((0.010, 0.9), (0.035, 0.85), (0.10, 0.7)):
        for c in range(3):
            halo = blur(lights[..., c], radius * canvas.height)
            canvas.rgb[..., c] += (
                halo * np.float32(strength) * (1 - canvas.rgb[..., c].clip(0, 1) * 0.7)
            )


def _bytes(colour: Rgb) -> tuple[int, int, int]:
    r, g, b = (int(max(0.0, min(1.0, c)) * 255) for c in colour)
    return r, g, b
