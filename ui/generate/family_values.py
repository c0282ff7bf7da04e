"""The form once another model is chosen: what nobody has set becomes what is usual. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from comfy.workflow.families import sizes
from comfy.workflow.families.family import Family

OPEN = ("guidance", "shift", "fps", "seconds")
USUAL = ("cfg", "sampler", "scheduler", *OPEN)
"""Fields that each family has something usual for, beside steps and size."""
CHANGED = ("width", "height", "steps", *USUAL)


def moved(values: Mapping[str, Any], before: Family, after: Family) -> dict[str, Any]:
    """The fields of *values* that change where a model *after* takes the place of one *before*.

    What is as usual was not set by anybody: it becomes what is usual now, and a quality and a
    shape stay what they are.
    """
    usual, others = asdict(before.usual), asdict(after.usual)
    changed = {
        # What a family has none of is 0 there, and nothing in the form.
        name: (others[name] or None) if name in OPEN else others[name]
        for name in USUAL
        if values.get(name) in (None, "", usual[name])
    }
    quality, shape = sizes.matching({**values, "family": before.name})
    if shape in sizes.SHAPES:
        is_own = shape == sizes.own_shape(before)
        kept = sizes.own_shape(after) if is_own and before.kind != after.kind else shape
        width, height = sizes.size(kept, sizes.quality_named(quality), after)
        changed |= {"width": width, "height": height}
    if quality or values.get("steps") in (None, usual["steps"]):
        changed["steps"] = sizes.quality_named(quality).steps(after)
    return changed
