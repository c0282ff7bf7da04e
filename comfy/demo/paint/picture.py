"""The painter's entrance."""

import numpy as np

from comfy.demo.paint.brief import Brief
from comfy.demo.paint.resize import Floats, resize_plane


def paint(brief: Brief, width: int, height: int) -> Floats:
    """The finished picture for *brief*, (height, width, 3) in 0…1."""
    chance = brief.random("x" + brief.prompt)
    return np.stack(
        [
            resize_plane(chance.random((5, 7), np.float32), width, height, "bicubic")
            for _ in range(3)
        ],
        -1,
    ).clip(0, 1)
