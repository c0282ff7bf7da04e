"""The seeds of a press of Generate: one set a round of copies. Pure but for those at random."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from comfy.workflow.form.form import Form, Kind
from comfy.workflow.request import MAX_SEED
from studio.generations.seeds import drawn, limits_of

RANDOM, FIXED, INCREMENT = "random", "fixed", "increment"
SEED_MODES = (RANDOM, FIXED, INCREMENT)


@dataclass(frozen=True, slots=True)
class SeedModes:
    """How each seed field goes on from press to press: `modes` by key, else as `usual`."""

    modes: Mapping[str, str] = field(default_factory=dict)
    usual: str = RANDOM

    def of(self, key: str) -> str:
        """RANDOM, FIXED or INCREMENT."""
        return self.modes.get(key, self.usual)


def seeds_for(form: Form, edits: Mapping[str, Any], modes: SeedModes) -> dict[str, int]:
    """The seed of each seed field for the first generation of a press."""
    found, limits = {}, limits_of(form)
    for one in form.fields:
        if one.kind is not Kind.SEED:
            continue
        if modes.of(one.key) == RANDOM:
            found[one.key] = drawn(limits[one.key])
        elif (typed := whole(edits.get(one.key, one.value))) is not None:
            found[one.key] = typed
    return found


def counted_on(seeds: Mapping[str, int], copies: int) -> list[dict[str, int]]:
    """The seeds of each of *copies* rounds, each one more than those of the round before."""
    return [
        {key: (seed + number) % (MAX_SEED + 1) for key, seed in seeds.items()}
        for number in range(copies)
    ]


def draws_of(
    form: Form, given: Mapping[str, Any], rounds: Sequence[Mapping[str, int]]
) -> list[int]:
    """What the prompts of each round are drawn by: its first seed; any where there is none."""
    first = next((one for one in form.fields if one.kind is Kind.SEED), None)
    typed = whole(given.get(first.key, first.value)) if first else None
    known = [typed if first is None else seeds.get(first.key, typed) for seeds in rounds]
    return [drawn((0, MAX_SEED)) if seed is None else seed for seed in known]


def given_for(
    variants: Sequence[Mapping[str, Any]],
    edits: Mapping[str, Any],
    rounds: Sequence[Mapping[str, int]],
) -> list[dict[str, Any]]:
    """Values for each generation: those of its variant over *edits*, and its round's seeds.

    All variants of one round share their seeds, so that they can be compared.
    """
    per_round = max(1, len(variants) // len(rounds))
    return [{**edits, **rounds[n // per_round], **one} for n, one in enumerate(variants)]


def after(seeds: Mapping[str, int], modes: SeedModes, copies: int) -> dict[str, str]:
    """What seed fields hold after a press, as text: those that increment go on by *copies*."""
    return {
        key: str((seed + (copies if modes.of(key) == INCREMENT else 0)) % (MAX_SEED + 1))
        for key, seed in seeds.items()
        if modes.of(key) in (FIXED, INCREMENT)
    }


def whole(raw: Any) -> int | None:
    """A seed as typed, or None where it is none."""
    text = str(raw).strip()
    if isinstance(raw, bool) or not text.isascii() or not text.isdigit() or len(text) > 20:
        return None
    return int(text)
