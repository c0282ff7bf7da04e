"""Shapes and qualities: sizes and steps that suit the family of a model. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Any

from comfy.workflow.families.detect import tell
from comfy.workflow.families.family import Family
from comfy.workflow.families.known import FAMILIES, PLAIN

SHAPES = {
    "Square": (1, 1),
    "Portrait": (3, 4),
    "Tall": (9, 16),
    "Landscape": (4, 3),
    "Wide": (16, 9),
}
CUSTOM = "Custom"


@dataclass(frozen=True, slots=True)
class Quality:
    """A choice between fast and fine: of the usual steps `share`, the side as a fraction of it."""

    name: str
    share: float
    scale: float

    def steps(self, family: Family) -> int:
        """The steps that it takes with *family*."""
        return max(1, round(family.usual.steps * self.share))


QUALITIES = (Quality("Draft", 0.4, 0.75), Quality("Standard", 1.0, 1.0), Quality("Fine", 1.5, 1.25))


def family_in(values: Mapping[str, Any]) -> Family:
    """The family that *values* name, else that of their model's name."""
    name = str(values.get("checkpoint") or "")
    found = FAMILIES.get(str(values.get("family") or ""))
    return found or tell(name, plain=True).family or PLAIN


def size(shape: str, quality: Quality, family: Family) -> tuple[int, int]:
    """Width and height in pixels: of *shape*, with the area that suits *family*."""
    usual = family.usual
    if quality.scale == 1.0 and shape == own_shape(family):
        return usual.width, usual.height
    across, down = SHAPES[shape]
    side = usual_side(family) * quality.scale
    width = side * (across / down) ** 0.5
    return _snap(width, family.grid), _snap(width * down / across, family.grid)


def size_like(width: int, height: int, family: Family) -> tuple[int, int]:
    """Width and height of about the shape of an image, with the area that suits *family*."""
    if width < 1 or height < 1:
        return size(own_shape(family), QUALITIES[1], family)
    stretch = min(2.0, max(0.5, (width / height) ** 0.5))
    side, grid = usual_side(family), 8 if family.kind == "image" else family.grid
    return _snap(side * stretch, grid), _snap(side / stretch, grid)


def usual_side(family: Family) -> float:
    """Pixels of the square that *family* was taught on."""
    return float((family.usual.width * family.usual.height) ** 0.5)


def own_shape(family: Family) -> str:
    """The shape that is most like the usual size of *family*."""
    wanted = log(family.usual.width / family.usual.height)
    return min(SHAPES, key=lambda shape: abs(log(SHAPES[shape][0] / SHAPES[shape][1]) - wanted))


def matching(values: Mapping[str, Any]) -> tuple[str | None, str]:
    """The quality and shape whose steps and size *values* has; None, or "Custom", for no such."""
    family = family_in(values)
    wanted = (values.get("width"), values.get("height"))
    for quality in QUALITIES:
        for shape in SHAPES:
            if size(shape, quality, family) == wanted:
                same = values.get("steps") == quality.steps(family)
                return (quality.name if same else None), shape
    return None, CUSTOM


def quality_named(name: str | None) -> Quality:
    """The quality called *name*; the standard one for any other."""
    return next((q for q in QUALITIES if q.name == name), QUALITIES[1])


def _snap(pixels: float, grid: int) -> int:
    return max(grid, round(pixels / grid) * grid)
