"""From a brief to a finished picture."""

from comfy.demo.paint.brief import Brief
from comfy.demo.paint.canvas import Canvas, Chance
from comfy.demo.paint.finish import finish
from comfy.demo.paint.resize import Floats
from comfy.demo.paint.scene.city import paint_city
from comfy.demo.paint.scene.cosmos import paint_abstract, paint_space
from comfy.demo.paint.scene.forest import paint_trees
from comfy.demo.paint.scene.land import paint_dunes, paint_flowers, paint_hills, paint_mountains
from comfy.demo.paint.scene.palette import Palette, make_palette
from comfy.demo.paint.scene.sky import paint_sky
from comfy.demo.paint.scene.subjects import paint_subject
from comfy.demo.paint.scene.water import paint_water
from comfy.demo.paint.scene.weather import paint_weather
from comfy.demo.paint.words import Scene, read

_HORIZONS = {"mountains": 0.70, "lake": 0.60, "sea": 0.56, "city": 0.72, "forest": 0.62}
_HORIZON = 0.58


def paint(brief: Brief, width: int, height: int) -> Floats:
    """The finished picture for *brief*, (height, width, 3) in 0…1.

    The same brief gives the same picture, at any size with the same proportions.
    """
    canvas = Canvas(width, height)
    scene = read(brief)
    chance = brief.random("place")
    palette = make_palette(scene, chance)
    if scene.ground == "space":
        paint_space(canvas, scene, palette, brief.random("space"))
    elif scene.ground == "abstract":
        paint_abstract(canvas, scene, brief.random("abstract"))
    else:
        _landscape(canvas, scene, palette, brief, chance)
    return finish(canvas, scene, brief)


def _landscape(
    canvas: Canvas, scene: Scene, palette: Palette, brief: Brief, chance: Chance
) -> None:
    horizon = _HORIZONS.get(scene.ground, _HORIZON) + float(chance.uniform(-0.04, 0.04))
    light = paint_sky(canvas, scene, palette, horizon, brief.random("sky"))
    stand = _ground(canvas, scene, palette, light, horizon, brief.random("ground"))
    paint_subject(canvas, scene, palette, stand, light[0], brief.random("subject"))
    paint_weather(canvas, scene, palette, horizon, brief.random("weather"))


def _ground(
    canvas: Canvas,
    scene: Scene,
    palette: Palette,
    light: tuple[float, float],
    horizon: float,
    chance: Chance,
) -> float:
    """Paint everything below the sky; return where a figure can stand (y)."""
    match scene.ground:
        case "mountains":
            paint_mountains(canvas, scene, palette, light, horizon, chance)
            paint_hills(canvas, palette, light, horizon + 0.06, chance)
            paint_trees(canvas, scene, palette, chance, ((0.80, 0.10, 0.55), (0.96, 0.20, 0.95)))
            return 0.93
        case "lake":
            paint_mountains(canvas, scene, palette, light, horizon, chance)
            rows = ((horizon + 0.0, 0.06, 0.3), (horizon + 0.012, 0.10, 0.6))
            paint_trees(canvas, scene, palette, chance, rows)
            paint_water(canvas, palette, light, horizon + 0.02, chance, calm=0.92)
            return horizon + 0.20
        case "sea":
            if chance.random() < 0.6:
                paint_mountains(canvas, scene, palette, light, horizon + 0.02, chance, tall=0.36)
            calm = 0.1 if "storm" in scene.weather else 0.45
            paint_water(canvas, palette, light, horizon, chance, calm=calm)
            return horizon + 0.16
        case "forest":
            paint_trees(canvas, scene, palette, chance)
            return 0.93
        case "desert":
            paint_dunes(canvas, scene, palette, horizon, chance)
            return 0.86
        case "city":
            paint_city(canvas, scene, palette, horizon + 0.04, chance)
            paint_water(canvas, palette, light, horizon + 0.05, chance, calm=0.75)
            return 0.96
        case "meadow":
            paint_mountains(canvas, scene, palette, light, horizon + 0.03, chance, tall=0.6)
            paint_hills(canvas, palette, light, horizon, chance)
            paint_flowers(canvas, scene, palette, horizon + 0.06, chance)
            return 0.88
    paint_hills(canvas, palette, light, horizon, chance)
    return 0.86
