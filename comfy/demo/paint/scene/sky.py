"""Sky, sun and moon, stars, clouds, aurora."""

import numpy as np

from comfy.demo.paint.canvas import Canvas, Chance, curve, smoothstep
from comfy.demo.paint.resize import Floats
from comfy.demo.paint.scene.palette import Palette, mix, scale
from comfy.demo.paint.words import Scene


def paint_sky(
    canvas: Canvas, scene: Scene, palette: Palette, horizon: float, chance: Chance
) -> tuple[float, float]:
    """Fill the canvas with sky down to *horizon*; return where sun or moon stands."""
    canvas.rgb[:] = canvas.gradient(palette.sky, 0.0, horizon)
    at = _place(canvas, scene, horizon, chance)
    is_dull = scene.weather & {"rain", "storm", "fog", "snow"} and "aurora" not in scene.weather
    dim = 0.35 if is_dull else 1.0
    if palette.is_night:
        _stars(canvas, chance, dim, 900)
        _milky_way(canvas, palette, chance, dim)
    if "aurora" in scene.weather:
        _aurora(canvas, horizon, chance)
    _glow(canvas, palette, at, dim)
    _disc(canvas, scene, palette, at, dim, chance)
    if not scene.weather & {"clear", "aurora"}:
        _clouds(canvas, scene, palette, at, horizon, chance)
    return at


def _place(canvas: Canvas, scene: Scene, horizon: float, chance: Chance) -> tuple[float, float]:
    x = canvas.aspect * float(chance.choice([chance.uniform(0.2, 0.4), chance.uniform(0.6, 0.8)]))
    if scene.time in ("dawn", "golden", "dusk"):
        return x, horizon * float(chance.uniform(0.70, 0.9))
    return x, horizon * float(chance.uniform(0.22, 0.42))


def _distance(canvas: Canvas, at: tuple[float, float]) -> Floats:
    far: Floats = np.hypot(canvas.x - np.float32(at[0]), canvas.y - np.float32(at[1]))
    return far


def _glow(canvas: Canvas, palette: Palette, at: tuple[float, float], dim: float) -> None:
    far = _distance(canvas, at)
    light = 0.55 * np.exp(-far * 3.2) + 0.5 * np.exp(-((far / 0.10) ** 2))
    canvas.add(palette.glow, light * np.float32(dim * (0.38 if palette.is_night else 0.75)))


def _disc(
    canvas: Canvas,
    scene: Scene,
    palette: Palette,
    at: tuple[float, float],
    dim: float,
    chance: Chance,
) -> None:
    if dim < 1 and "moon" not in scene.words:
        return
    big = 1.7 if scene.words & {"moon", "sun", "huge", "giant"} else 1.0
    radius = (0.042 if palette.is_night else 0.05) * big
    far = _distance(canvas, at)
    edge = 1.2 / canvas.height
    disc = 1 - smoothstep(radius - edge, radius + edge, far)
    colour = mix(palette.glow, (1.0, 1.0, 1.0), 0.4)
    if not palette.is_night:
        canvas.cover(colour, disc * np.float32(0.95))
        return
    spots = canvas.fbm(chance, 9, 4)
    face = np.asarray(colour, np.float32) * (0.80 + 0.22 * smoothstep(0.35, 0.6, spots))[..., None]
    canvas.cover(face, disc)


def _stars(canvas: Canvas, chance: Chance, dim: float, count: int) -> None:
    x = chance.uniform(0, canvas.aspect, count)
    y = chance.uniform(0, 1, count) ** 1.3
    light = chance.pareto(2.2, count).clip(0, 3) * 0.35 + 0.12
    tint = chance.uniform(0, 1, count)
    size = max(1.0, canvas.height / 640)
    glow = np.zeros((canvas.height, canvas.width, 3), np.float32)
    columns = (x * canvas.height).astype(int).clip(0, canvas.width - 1)
    rows = (y * canvas.height).astype(int).clip(0, canvas.height - 1)
    warm = np.stack([0.85 + 0.15 * tint, np.full(count, 0.92), 1.05 - 0.2 * tint], axis=-1)
    np.add.at(glow, (rows, columns), (warm * light[:, None]).astype(np.float32))
    big = light > 0.75
    for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        r = (rows[big] + dy).clip(0, canvas.height - 1)
        c = (columns[big] + dx).clip(0, canvas.width - 1)
        np.add.at(
            glow, (r, c), (warm[big] * light[big, None] * 0.45 * min(size, 1.6)).astype(np.float32)
        )
    canvas.rgb += glow * np.float32(dim) * min(1.4, size)


def _milky_way(canvas: Canvas, palette: Palette, chance: Chance, dim: float) -> None:
    slope = float(chance.uniform(-0.9, 0.9))
    middle = canvas.aspect * float(chance.uniform(0.3, 0.7))
    across = (canvas.x - np.float32(middle)) - (canvas.y - 0.35) * np.float32(slope + 0.6)
    dust = canvas.fbm(chance, 4, 6)
    band = np.exp(-((across + (dust - 0.5) * 0.35) ** 2) / 0.035)
    light = band * smoothstep(0.25, 0.85, canvas.fbm(chance, 6, 6)) * np.float32(0.30 * dim)
    canvas.add(mix(palette.sky[3], (0.75, 0.70, 0.95), 0.6), light)


def _aurora(canvas: Canvas, horizon: float, chance: Chance) -> None:
    for colour, strength in (
        ((0.18, 0.95, 0.55), 1.25),
        ((0.20, 0.80, 0.80), 0.8),
        ((0.66, 0.30, 0.92), 0.8),
    ):
        path = horizon * (0.50 + 0.22 * curve(chance, canvas.x, 1.6, 3))
        rays = 0.55 + 0.45 * curve(chance, canvas.x, 26, 3)
        height = np.float32(horizon) * (0.30 + 0.12 * curve(chance, canvas.x, 3, 2))
        above = (path - canvas.y) / height
        curtain = np.where(above > 0, np.exp(-above * 2.2), np.exp(above * 16))
        canvas.add(colour, (curtain * rays * np.float32(strength)).astype(np.float32).clip(0, 1))


def _clouds(
    canvas: Canvas,
    scene: Scene,
    palette: Palette,
    at: tuple[float, float],
    horizon: float,
    chance: Chance,
) -> None:
    heavy = scene.weather & {"rain", "storm", "clouds", "snow"}
    cover = 0.30 if heavy else float(chance.uniform(0.50, 0.60))
    thick = canvas.fbm(chance, 2.2, 6, stretch=2.6)
    body = smoothstep(cover, cover + 0.28, thick)
    fade = smoothstep(0.02, 0.25, horizon - canvas.y) * (
        0.55 + 0.45 * smoothstep(-0.2, 0.4, canvas.y)
    )
    shift = max(1, canvas.height // 48)
    lit = np.roll(thick, -shift if at[1] < 0.4 * horizon else shift, axis=0)
    edge = ((thick - lit) * 3.2 + 0.5).clip(0, 1)
    near = np.exp(-_distance(canvas, at) * 1.8)
    bright = mix(palette.sky[3], palette.glow, 0.7)
    shade = mix(palette.sky[1], palette.sky[2], 0.45)
    if "storm" in scene.weather:
        shade = scale(shade, 0.55)
    if palette.is_night:
        bright, shade = scale(palette.sky[3], 1.1), scale(palette.sky[1], 0.9)
    light = (edge * (0.45 + 0.75 * near))[..., None].clip(0, 1)
    colour = np.asarray(shade, np.float32) * (1 - light) + np.asarray(bright, np.float32) * light
    canvas.cover(colour, body * fade * np.float32(0.9 if heavy else 0.75))
