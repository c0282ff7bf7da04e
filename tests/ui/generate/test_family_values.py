"""What another model makes of the form: what nobody has set becomes what is usual."""

from typing import Any

import pytest

from comfy.workflow.families import sizes
from comfy.workflow.families.family import Family
from comfy.workflow.families.known import FAMILIES
from ui.generate.family_values import moved

SD15, SDXL, FLUX, WAN = (FAMILIES[name] for name in ("sd15", "sdxl", "flux1-dev", "wan21"))


def usual(family: Family, **changed: Any) -> dict[str, Any]:
    names = ("width", "height", "steps", "cfg", "sampler", "scheduler")
    return {name: getattr(family.usual, name) for name in names} | changed


def test_all_that_is_as_usual_becomes_what_is_usual_now() -> None:
    values = usual(SD15) | moved(usual(SD15), SD15, FLUX)
    assert (values["width"], values["height"], values["steps"]) == (1024, 1024, 20)
    assert (values["scheduler"], values["guidance"], values["shift"]) == ("simple", 3.5, None)


def test_what_somebody_has_set_stays() -> None:
    mine = usual(SD15, steps=33, cfg=5.5, sampler="heun", width=520, height=640)
    changed = moved(mine, SD15, SDXL)
    assert not {"steps", "cfg", "sampler", "width", "height"} & changed.keys()


@pytest.mark.parametrize("shape", sizes.SHAPES)
@pytest.mark.parametrize("quality", sizes.QUALITIES, ids=lambda one: one.name)
def test_a_quality_and_a_shape_stay_what_they_are(shape: str, quality: sizes.Quality) -> None:
    width, height = sizes.size(shape, quality, SD15)
    values = usual(SD15, width=width, height=height, steps=quality.steps(SD15))
    changed = moved(values, SD15, SDXL)
    assert sizes.matching({**values, **changed, "family": "sdxl"}) == (quality.name, shape)


def test_a_film_begins_in_its_own_shape() -> None:
    changed = moved(usual(SD15), SD15, WAN)
    assert (changed["width"], changed["height"]) == (832, 480)
    assert (changed["seconds"], changed["fps"]) == (2.0, 16.0)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_usual_values_of_every_family_are_its_standard_quality(name: str) -> None:
    family = FAMILIES[name]
    found = sizes.matching({**usual(family), "family": name})
    assert found == ("Standard", sizes.own_shape(family))
