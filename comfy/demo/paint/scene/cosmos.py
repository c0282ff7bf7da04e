"""Space, and pictures of nothing but colour in motion."""

import numpy as np

from comfy.demo.paint.canvas import Canvas, Chance, smoothstep
from comfy.demo.paint.resize import Floats
from comfy.demo.paint.scene.palette import Palette, mix, scale
from comfy.demo.paint.scene.sky import _stars
from comfy.demo.paint.words import Rgb, Scene

_MOODS: tuple[tuple[Rgb, ...], ...] = (
    (
        (0.05, 0.10, 0.24),
        (0.06, 0.42, 0.52),
        (0.92, 0.86, 0.70),
        (0.94, 0.46, 0.30),
        (0.28, 0.09, 0.22),
    ),
    (
        (0.10, 0.06, 0.24),
        (0.42, 0.16, 0.55),
        (0.95, 0.45, 0.52),
        (1.0, 0.82, 0.55),
        (0.12, 0.30, 0.45),
    ),
    (
        (0.04, 0.16, 0.20),
        (0.10, 0.45, 0.40),
        (0.80, 0.85, 0.60),
        (0.98, 0.70, 0.30),
        (0.55, 0.18, 0.14),
    ),
    (
        (0.08, 0.12, 0.30),
        (0.22, 0.40, 0.78),
        (0.80, 0.88, 0.96),
        (0.96, 0.72, 0.76),
        (0.45, 0.20, 0.42),
    ),
)


def paint_space(canvas: Canvas, scene: Scene, palette: Palette, chance: Chance) -> None:
    """A nebula, stars, and a planet or two."""
    canvas.rgb[:] = np.asarray((0.012, 0.014, 0.045), np.float32)
    first = scene.colours[0] if scene.colours else (0.85, 0.25, 0.55)
    last = scene.colours[-1] if len(scene.colours) > 1 else (0.15, 0.45, 0.90)
    blend = mix(first, last, 0.5)
    clouds = (
        (last, 0.55, 0.30),
        (first, 0.60, 0.34),
        (blend, 0.45, 0.40),
        ((1.0, 0.86, 0.74), 0.40, 0.55),
    )
    for colour, strength, floor in clouds:
        cloud = _warped(canvas, chance, 1.4, 0.42)
        wisps = _warped(canvas, chance, 3.2, 0.25)
        body = smoothstep(floor, 1.0, cloud) * (0.35 + 0.9 * smoothstep(0.2, 0.9, wisps))
        canvas.add(colour, (body * np.float32(strength)).astype(np.float32))
    dust = smoothstep(0.55, 0.85, _warped(canvas, chance, 2.2, 0.4))
    canvas.rgb *= (1 - 0.55 * dust)[..., None]
    _stars(canvas, chance, 1.0, 1600)
    for _ in range(5):
        at = float(chance.uniform(0, canvas.aspect)), float(chance.uniform(0, 1))
        far = np.hypot(canvas.x - np.float32(at[0]), canvas.y - np.float32(at[1]))
        cross = np.exp(
            -np.minimum(np.abs(canvas.x - np.float32(at[0])), np.abs(canvas.y - np.float32(at[1])))
            * 500
        ) * np.exp(-far * 38)
        canvas.add(
            (0.9, 0.95, 1.0), (np.exp(-((far / 0.006) ** 2)) + 0.8 * cross).astype(np.float32)
        )
    if (
        scene.words & {"planet", "saturn", "moon", "astronaut", "spaceship", "space"}
        or chance.random() < 0.5
    ):
        _planet(canvas, scene, palette, chance)


def _planet(canvas: Canvas, scene: Scene, palette: Palette, chance: Chance) -> None:
    radius = float(chance.uniform(0.14, 0.25))
    cx, cy = canvas.aspect * float(chance.uniform(0.28, 0.72)), float(chance.uniform(0.42, 0.68))
    dx, dy = (canvas.x - np.float32(cx)) / radius, (canvas.y - np.float32(cy)) / radius
    far = np.hypot(dx, dy)
    inside = 1 - smoothstep(1 - 1.5 / (radius * canvas.height), 1.0, far)
    up = np.sqrt((1 - far**2).clip(0, 1))
    sun = np.array([-0.62, -0.42, 0.66], np.float32)
    lit = (dx * sun[0] + dy * sun[1] + up * sun[2]).clip(0, 1)
    bands = canvas.fbm(chance, 3, 5, stretch=7)
    first = scene.colours[0] if scene.colours else mix((0.86, 0.62, 0.40), palette.glow, 0.3)
    light, dark = mix(first, (1.0, 0.95, 0.88), 0.45), scale(first, 0.5)
    tone = smoothstep(0.3, 0.7, bands)[..., None]
    face = (np.asarray(dark, np.float32) * (1 - tone) + np.asarray(light, np.float32) * tone) * (
        lit * 1.15 + 0.015
    )[..., None]
    rim = np.exp(-((far - 1).clip(0, None)) * 14) * (0.25 + 0.6 * (-(dx + dy) / 2).clip(0, 1))
    canvas.add(mix(first, (0.6, 0.8, 1.0), 0.5), (rim * (far >= 1) * 0.5).astype(np.float32))
    canvas.cover(face.astype(np.float32), inside)
    tilt = dy * 2.9 + dx * 0.75
    ring = np.hypot(dx * 1.02 - dy * 0.25, tilt)
    grooves = 0.6 + 0.4 * np.sin(ring * 38)
    band = smoothstep(1.35, 1.42, ring) * (1 - smoothstep(2.05, 2.15, ring)) * grooves
    front = (tilt > 0) | (far > 1)
    if scene.words & {"saturn", "ring", "rings", "planet"}:
        canvas.cover(mix(light, (1.0, 0.95, 0.9), 0.3), (band * front * 0.72).astype(np.float32))


def paint_abstract(canvas: Canvas, scene: Scene, chance: Chance) -> None:
    """Colours folded into each other, with fine gilt lines along the folds."""
    stops = _MOODS[int(chance.integers(len(_MOODS)))]
    if scene.colours:
        first, last = scene.colours[0], scene.colours[-1]
        stops = (
            scale(last, 0.25),
            scale(first, 0.7),
            mix(first, (1.0, 0.97, 0.9), 0.65),
            last,
            scale(first, 0.3),
        )
    if scene.time == "night":
        stops = tuple(scale(stop, 0.6) for stop in stops)
    field = _warped(canvas, chance, 1.1, 0.85)
    fine = _warped(canvas, chance, 2.2, 0.4)
    t = ((field - 0.5) * 1.35 + 0.5 + (fine - 0.5) * 0.22).clip(0, 1)
    places = np.linspace(0, 1, len(stops))
    for c in range(3):
        canvas.rgb[..., c] = np.interp(t, places, [stop[c] for stop in stops])
    slope = np.hypot(t - np.roll(t, 1, axis=0), t - np.roll(t, 1, axis=1)) * canvas.height
    wave = t * 9
    line = np.exp(-(((wave - np.round(wave)) / (0.012 * slope + 0.015)) ** 2)) * smoothstep(
        0.4, 3.0, slope
    )
    canvas.cover((0.98, 0.84, 0.52), (line * 0.55).astype(np.float32))
    relief = (np.roll(fine, 2, axis=0) - fine) * canvas.height / 60
    canvas.rgb *= (1 + relief.clip(-0.25, 0.25))[..., None]


def _warped(canvas: Canvas, chance: Chance, cells: float, bend: float) -> Floats:
    """Noise looked at through other noise: folds and filaments."""
    body = canvas.fbm(chance, cells, 6)
    push_x, push_y = canvas.fbm(chance, cells, 4), canvas.fbm(chance, cells, 4)
    by = np.float32(bend * canvas.height)
    rows = (np.arange(canvas.height)[:, None] + (push_y - 0.5) * by).astype(np.int32)
    columns = (np.arange(canvas.width)[None] + (push_x - 0.5) * by).astype(np.int32)
    rows = np.abs(rows) % (2 * canvas.height)
    columns = np.abs(columns) % (2 * canvas.width)
    rows = np.minimum(rows, 2 * canvas.height - 1 - rows)
    columns = np.minimum(columns, 2 * canvas.width - 1 - columns)
    return body[rows, columns]
