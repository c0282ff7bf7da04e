"""The painter: deterministic, sensitive to what it is told, true to mask and denoise."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from comfy.demo.paint.brief import Brief
from comfy.demo.paint.emergence import Emergence, noise_levels
from comfy.demo.paint.lines import along, edges
from comfy.demo.paint.picture import paint
from comfy.demo.paint.repaint import inpaint, repaint
from comfy.demo.paint.resize import Floats, resize

FOX = Brief("a red fox in the snow at dusk", "blurry", seed=2**64 - 1)
PLACES = ["mountain lake", "storm at sea", "neon city", "pine forest in fog", "flower meadow"]
PLACES += ["galaxy", "desert", "abstract flow", "hot air balloons", "castle, oil", "", "🦊 <b>\0"]


def apart(a: Floats, b: Floats) -> float:
    """Mean difference in 0…255."""
    return float(np.abs(a - b).mean() * 255)


@pytest.mark.parametrize("prompt", PLACES)
def test_every_prompt_gives_a_proper_picture(prompt: str) -> None:
    picture = paint(Brief(prompt), 96, 64)
    assert picture.shape == (64, 96, 3)
    assert picture.dtype == np.float32
    assert np.isfinite(picture).all()
    assert 0 <= picture.min() < picture.max() <= 1
    assert picture.std() > 0.03


def test_the_same_brief_gives_the_same_picture() -> None:
    assert np.array_equal(paint(FOX, 96, 96), paint(FOX, 96, 96))


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": "neon city at night, rain"},
        {"seed": 1},
        {"index": 1},
        {"cfg": 14.0},
        {"steps": 3},
        {"sampler": "euler_ancestral"},
        {"checkpoint": "demo-watercolour.safetensors"},
        {"loras": (("demo-golden-hour.safetensors", 1.0),)},
        {"negative": "snow, fox"},
    ],
)
def test_all_that_a_sampler_is_told_changes_the_picture(change: dict[str, Any]) -> None:
    assert apart(paint(FOX, 96, 96), paint(replace(FOX, **change), 96, 96)) > 0.5


@pytest.mark.parametrize("prompt", ["a red fox in the snow", "mountain lake", "desert", "galaxy"])
def test_small_and_large_are_the_same_picture(prompt: str) -> None:
    brief = Brief(prompt, seed=3)
    large = resize(paint(brief, 384, 384), 192, 192, "area")
    assert apart(large, paint(brief, 192, 192)) < 10


def test_more_denoise_goes_further_from_the_given_picture() -> None:
    start = paint(Brief("desert at noon"), 96, 96)
    painted = paint(FOX, 96, 96)
    far = [apart(start, repaint(start, painted, d)) for d in (0.05, 0.2, 0.4, 0.6, 0.8, 1.0)]
    assert far == sorted(far)
    assert far[0] < 4
    assert np.array_equal(repaint(start, painted, 1.0), painted)


@pytest.mark.parametrize("blank", [False, True])
def test_outside_the_mask_nothing_changes(*, blank: bool) -> None:
    start, painted = paint(Brief("desert at noon"), 96, 96), paint(FOX, 96, 96)
    mask = np.zeros((96, 96), np.float32)
    mask[24:72, 24:72] = 1
    result = inpaint(start, painted, mask, blank=blank)
    assert np.array_equal(result[mask == 0], start[mask == 0])
    assert apart(result[40:56, 40:56], painted[40:56, 40:56]) < 1


@pytest.mark.parametrize("scheduler", ["normal", "karras", "exponential", "beta", "sgm_uniform"])
def test_noise_falls_with_every_step_to_none(scheduler: str) -> None:
    levels = noise_levels(scheduler, 20)
    assert len(levels) == 21
    assert list(levels) == sorted(levels, reverse=True)
    assert levels[0] == pytest.approx(1, abs=0.01)
    assert levels[-1] == 0


def test_a_picture_emerges_step_by_step() -> None:
    target = paint(FOX, 96, 96)
    view = Emergence(target, None, FOX.seed, noise_levels("normal", 12))
    far = [apart(view.frame(step), target) for step in range(13)]
    assert far[-1] == 0
    assert all(later < sooner + 1 for sooner, later in pairwise(far))
    assert far[0] > 25


def test_a_picture_is_painted_along_the_edges_of_another() -> None:
    square = np.zeros((64, 64, 3), np.float32)
    square[16:48, 16:48] = 1
    lines = edges(square, 0.4, 0.8)
    assert lines[16, 32].all()
    assert not lines[32, 32].any()
    assert not lines[4, 4].any()
    painted = paint(FOX, 128, 128)
    drawn = along(painted, lines, 1.0)
    assert apart(painted[30:34], drawn[30:34]) > 20
    assert np.array_equal(painted[60:68, 60:68], drawn[60:68, 60:68])
    assert np.array_equal(along(painted, lines, 0.0), painted)


def test_a_plain_picture_has_no_edges() -> None:
    assert not edges(np.full((32, 32, 3), 0.5, np.float32), 0.01, 0.01).any()
