"""The last touches: what CFG, sampler, steps, medium, checkpoint and LoRAs do to a picture."""

import numpy as np

from comfy.demo.paint.brief import Brief
from comfy.demo.paint.canvas import Canvas, luma, smoothstep
from comfy.demo.paint.resize import Floats, blur
from comfy.demo.paint.words import Scene

FULL_STEPS = 12
"""Fewer steps leave the picture softer."""


def finish(canvas: Canvas, scene: Scene, brief: Brief) -> Floats:
    """The finished picture, (height, width, 3) in 0…1."""
    canvas.rgb = canvas.rgb.clip(0, 1.4)
    _bloom(canvas, 0.16)
    if scene.medium:
        _medium(canvas, scene, brief)
    for name, strength in brief.loras:
        _lora(canvas, name, min(1.5, max(-1.5, strength)), brief)
    rgb = canvas.rgb
    push = float(np.clip((brief.cfg - 7.0) / 14.0, -0.5, 1.2))
    grey = luma(rgb)[..., None]
    rgb = grey + (rgb - grey) * np.float32(1.06 + 0.55 * push)
    rgb = 0.46 + (rgb - 0.46) * np.float32(1.05 + 0.32 * push)
    middle = np.hypot((canvas.x / canvas.aspect - 0.5) * 1.1, canvas.y - 0.5)
    rgb = rgb * (1 - 0.34 * smoothstep(0.35, 0.85, middle))[..., None]
    canvas.rgb = rgb.astype(np.float32)
    _sharpen(canvas, brief)
    return canvas.rgb.clip(0, 1).astype(np.float32)


def _bloom(canvas: Canvas, strength: float) -> None:
    bright = smoothstep(0.72, 1.15, luma(canvas.rgb))
    for c in range(3):
        halo = blur(canvas.rgb[..., c] * bright, canvas.height * 0.03)
        canvas.rgb[..., c] += halo * np.float32(strength)


def _sharpen(canvas: Canvas, brief: Brief) -> None:
    """Samplers differ: ancestral ones leave grain, second-order ones are crisper."""
    crisp = 0.55 if brief.sampler.startswith(("dpmpp", "heun", "uni_pc", "res")) else 0.3
    crisp -= 1.3 * max(0.0, 1 - brief.steps / FULL_STEPS)
    radius = max(0.9, canvas.height / 420)
    for c in range(3):
        plane = canvas.rgb[..., c]
        soft = blur(plane, max(2.0, radius * (2.5 if crisp < 0 else 1.0)))
        canvas.rgb[..., c] = plane + (plane - soft) * np.float32(crisp)
    grain = 0.020 if "ancestral" in brief.sampler or "sde" in brief.sampler else 0.009
    _grain(canvas, brief, grain)


def _grain(canvas: Canvas, brief: Brief, strength: float) -> None:
    chance = brief.random("grain")
    speck = chance.standard_normal((canvas.height, canvas.width), np.float32)
    canvas.rgb += speck[..., None] * np.float32(strength)


def _medium(canvas: Canvas, scene: Scene, brief: Brief) -> None:
    chance = brief.random("medium")
    rgb = canvas.rgb
    if scene.medium == "watercolour":
        _watercolour(canvas, chance)
    elif scene.medium == "ink":
        grey = luma(rgb)
        wash = (smoothstep(0.05, 0.85, grey) * 0.92 + 0.05)[..., None]
        paper = 0.94 + 0.06 * canvas.fbm(chance, 30, 3)[..., None]
        canvas.rgb = (wash * np.asarray((0.97, 0.955, 0.92), np.float32) * paper).astype(np.float32)
    elif scene.medium == "oil":
        stroke = canvas.fbm(chance, 42, 3, stretch=3.5)
        reach = max(1, canvas.height // 512)
        relief = ((stroke - np.roll(stroke, reach, axis=0)) * 0.9).clip(-0.10, 0.10)
        canvas.rgb = (_patches(canvas, 130) * (1 + relief)[..., None]).astype(np.float32)
    elif scene.medium == "pastel":
        canvas.rgb = (rgb * 0.74 + np.asarray((0.27, 0.25, 0.26), np.float32)).astype(np.float32)
    elif scene.medium == "vintage":
        tone = luma(rgb)[..., None] * np.asarray((1.05, 0.92, 0.74), np.float32) + 0.05
        canvas.rgb = (rgb * 0.45 + tone * 0.55).astype(np.float32)
        _grain(canvas, brief, 0.03)
    elif scene.medium == "vivid":
        grey = luma(rgb)[..., None]
        canvas.rgb = (grey + (rgb - grey) * 1.3).astype(np.float32)


def _watercolour(canvas: Canvas, chance: np.random.Generator) -> None:
    flat = _patches(canvas, 110)
    bleed = canvas.fbm(chance, 5, 5)
    tone = luma(flat)
    rim = np.abs(tone - blur(tone, canvas.height / 130)) * 3.2
    paper = 0.93 + 0.07 * canvas.fbm(chance, 60, 2)
    light = flat * 0.80 + 0.20
    light = light * (1 - 0.30 * rim.clip(0, 1)[..., None]) * (0.90 + 0.2 * bleed[..., None])
    edge = np.minimum(
        np.minimum(canvas.x, canvas.aspect - canvas.x), np.minimum(canvas.y, 1 - canvas.y)
    )
    inside = smoothstep(0.025, 0.05, edge + (bleed - 0.5) * 0.06)[..., None]
    sheet = np.asarray((0.985, 0.975, 0.95), np.float32)
    canvas.rgb = ((sheet + (light - sheet) * inside) * paper[..., None]).astype(np.float32)


def _patches(canvas: Canvas, cells: int) -> Floats:
    """The picture in soft-edged patches of colour, as a broad brush leaves it."""
    planes = []
    for c in range(3):
        plane = canvas.rgb[..., c].clip(0, 1)
        soft = blur(plane, canvas.height / cells)
        planes.append(soft + (soft - blur(soft, canvas.height / cells * 2.5)) * 0.9)
    return np.stack(planes, axis=-1).clip(0, 1)


def _lora(canvas: Canvas, name: str, strength: float, brief: Brief) -> None:
    if "golden-hour" in name:
        warm = np.asarray(
            (1 + 0.16 * strength, 1 + 0.03 * strength, 1 - 0.20 * strength), np.float32
        )
        canvas.rgb = (canvas.rgb * warm).astype(np.float32)
    elif "soft-focus" in name:
        for c in range(3):
            halo = blur(canvas.rgb[..., c], canvas.height * 0.018)
            canvas.rgb[..., c] += (halo - canvas.rgb[..., c]) * np.float32(0.45 * strength)
        _bloom(canvas, 0.35 * max(0.0, strength))
    elif "film-grain" in name:
        _grain(canvas, brief, 0.055 * abs(strength))
