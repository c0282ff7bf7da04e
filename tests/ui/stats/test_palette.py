"""The colours: told apart by everybody, on the light and on the dark page."""

from itertools import combinations

import numpy as np
import pytest

from ui.shell import palette

# Machado, Oliveira and Fernandes 2009, full severity, linear RGB.
VISIONS = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
) / np.array([[0.95047], [1.0], [1.08883]])
LIGHT, DARK = "#ffffff", "#161a1e"
TOLD_APART, SEEN = 15.0, 2.2
"""CIE76 distance between two colours; contrast of one with the page."""


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    x, y, z = TO_XYZ @ np.clip(rgb, 0, 1)
    a, b, c = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * b - 16, 500 * (a - b), 200 * (b - c)])


def luminance(colour: str) -> float:
    return float(TO_XYZ[1] @ linear(colour))


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("colours", [palette.ACTIVITIES, palette.OUTCOMES], ids=["time", "outcome"])
def test_any_two_are_told_apart_whatever_ones_vision(colours: dict[str, str], vision: str) -> None:
    seen = {name: lab(VISIONS[vision] @ linear(colour)) for name, colour in colours.items()}
    for one, other in combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) >= TOLD_APART, (one, other)


@pytest.mark.parametrize("page", [LIGHT, DARK])
def test_each_is_seen_on_either_page(page: str) -> None:
    all_ = [*palette.ACTIVITIES.values(), *palette.OUTCOMES.values(), palette.IMAGES, palette.LIMIT]
    for colour in all_:
        low, high = sorted((luminance(colour), luminance(page)))
        assert (high + 0.05) / (low + 0.05) >= SEEN, colour


def test_the_style_sheet_has_all_of_them() -> None:
    sheet = palette.variables() + palette.fills()
    for name, colour in palette.ACTIVITIES.items():
        assert f"--sg-activity-{name}: {colour};" in sheet
        assert f"[data-activity={name}]" in sheet
