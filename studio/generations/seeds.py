"""Seeds at random, each within what its field takes."""

import math
import secrets
from collections.abc import Mapping
from typing import Any

from comfy.workflow.form.form import Field, Form, Kind
from comfy.workflow.request import MAX_SEED, is_random

RANDOM_SEEDS = 2**53
"""Random seeds stay below this, so that JavaScript can show them exactly."""
_ROOMS = (2**31, 2**32, RANDOM_SEEDS, MAX_SEED + 1)
"""What fields for seeds end below, as nodes declare them."""

Limits = tuple[int, int]
"""The least and the greatest seed of a field."""


def drawn(limits: Limits) -> int:
    """A seed within *limits*."""
    least, most = limits
    return least + secrets.randbelow(max(0, min(most, RANDOM_SEEDS - 1) - least) + 1)


def drawn_seeds(form: Form) -> dict[str, int]:
    """A random value for every seed field, within what it takes."""
    return {key: drawn(limits) for key, limits in limits_of(form).items()}


def with_drawn(form: Form, given: Mapping[str, Any]) -> dict[str, Any]:
    """*given* with a random value for each seed that is RANDOM_SEED, there or in the graph."""
    asked = {f.key for f in form.fields if is_random(given.get(f.key, f.value))}
    return {**given, **{key: seed for key, seed in drawn_seeds(form).items() if key in asked}}


def limits_of(form: Form) -> dict[str, Limits]:
    """What every seed field of *form* takes, by key."""
    return {one.key: _limits(one) for one in form.fields if one.kind is Kind.SEED}


def kept_limits(stored: Any, key: str, seed: int) -> Limits:
    """What the field *key*, which held *seed*, takes, by the *stored* limits of each key.

    Where those say nothing, up to the least power of two that fields end at and that holds it.
    """
    limits = stored.get(key) if isinstance(stored, Mapping) else None
    if isinstance(limits, list) and len(limits) == 2 and all(isinstance(n, int) for n in limits):
        return limits[0], max(limits)
    return 0, next((room for room in _ROOMS if seed < room), _ROOMS[-1]) - 1


def moved(seed: int, by: int, limits: Limits) -> int:
    """*seed* moved *by* so many, around within *limits*."""
    least, most = limits
    return least + (seed + by - least) % (most - least + 1)


def _limits(one: Field) -> Limits:
    least = 0 if one.least is None else min(max(math.ceil(one.least), 0), MAX_SEED)
    most = MAX_SEED if one.most is None else min(max(math.floor(one.most), least), MAX_SEED)
    return least, most
