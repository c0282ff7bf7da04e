"""What a press of Generate in a workflow's form makes: one set of values a generation. Pure."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from comfy.workflow.form.form import Form, Kind
from comfy.workflow.request import MAX_SEED
from studio.workflows.open_form import FIXED, INCREMENT, RANDOM

RANDOM_SEEDS = 2**53
"""Random seeds stay below this, so that JavaScript can show them exactly."""
MAX_PROMPTS = 100


def times(many: Mapping[str, Any]) -> int:
    """How often everything is made, 1 to MAX_PROMPTS."""
    try:
        return min(MAX_PROMPTS, max(1, int(str(many.get("prompts") or 1))))
    except ValueError:
        return 1


def seeds_for(
    form: Form, edits: Mapping[str, Any], modes: Mapping[str, str], usual: str
) -> dict[str, int]:
    """The seed of each seed field for the first generation of a press."""
    found = {}
    for one in form.fields:
        if one.kind is not Kind.SEED:
            continue
        most = int(min(MAX_SEED, one.most if one.most is not None else MAX_SEED))
        if modes.get(one.key, usual) == RANDOM:
            found[one.key] = secrets.randbelow(min(RANDOM_SEEDS, most) + 1)
        elif (typed := whole(edits.get(one.key, one.value))) is not None:
            found[one.key] = typed
    return found


def given_for(
    variants: Sequence[Mapping[str, Any]],
    edits: Mapping[str, Any],
    seeds: Mapping[str, int],
    per_round: int,
) -> list[dict[str, Any]]:
    """Values for each generation: those of its variant over *edits*, and its round's seeds.

    All variants of one round share their seeds, so that they can be compared.
    """
    return [
        {
            **edits,
            **{key: (seed + number // per_round) % (MAX_SEED + 1) for key, seed in seeds.items()},
            **one,
        }
        for number, one in enumerate(variants)
    ]


def after(
    seeds: Mapping[str, int], modes: Mapping[str, str], usual: str, count: int
) -> dict[str, str]:
    """What seed fields hold after a press, as text: those that increment go on by *count*."""
    return {
        key: str((seed + (count if modes.get(key, usual) == INCREMENT else 0)) % (MAX_SEED + 1))
        for key, seed in seeds.items()
        if modes.get(key, usual) in (FIXED, INCREMENT)
    }


def whole(raw: Any) -> int | None:
    """A seed as typed, or None where it is none."""
    text = str(raw).strip()
    if isinstance(raw, bool) or not text.isascii() or not text.isdigit() or len(text) > 20:
        return None
    return int(text)
