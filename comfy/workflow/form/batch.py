"""One form, many generations: prompts with choices, grids over two fields, several seeds. Pure.

Everything follows from the `Batch` alone, its seed included: the same twice gives the same twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from comfy.workflow.form.grid_axes import Axis, Seeds, seeds
from comfy.workflow.prompts.limits import Every, ExpandError, many
from comfy.workflow.prompts.lists import Lists
from comfy.workflow.prompts.prompts import Prompts

__all__ = ["MAX_VARIANTS", "Axis", "Batch", "ExpandError", "Seeds", "Variant", "count", "expand"]

MAX_VARIANTS = 1000
MAX_LABEL = 200
MAX_VALUE_LABEL = 60


@dataclass(frozen=True, slots=True)
class Variant:
    """One generation: `values` by field key, over those of the form, and what tells it apart.

    `column` and `row` are its place on the X and Y axes, from 0.
    """

    values: Mapping[str, Any]
    label: str = ""
    column: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be multiplied.

    `texts` are prompts by field key, with choices and wildcards in them, drawn for each copy by
    its seed of `draws`, or made in `every` way; `names` see `Prompts`. `x` and `y` are axes of a
    grid; `copies` how many of each, whose seeds go to `seed_keys`, from `seed` on. In a grid all
    places of one copy have the same seed, for else nothing could be compared.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    x: Axis | None = None
    y: Axis | None = None
    copies: int = 1
    seed_keys: tuple[str, ...] = ()
    seed: int = 0
    seeds: Seeds = Seeds.INCREMENT
    lists: Lists = field(default_factory=Lists)
    every: Every = Every.NOTHING
    names: Mapping[str, str] = field(default_factory=dict)
    draws: tuple[int, ...] = ()

    @property
    def prompts(self) -> Prompts:
        """The prompts that no axis replaces."""
        taken = {axis.key for axis in (self.x, self.y) if axis}
        texts = {key: text for key, text in self.texts.items() if key not in taken}
        return Prompts(texts, self.lists, self.every, self.names)


def count(batch: Batch) -> int:
    """How many variants *batch* has, without making any. Raises ExpandError."""
    places = len(_values(batch.x)) * len(_values(batch.y))
    return batch.prompts.count() * places * batch.copies


def expand(batch: Batch) -> tuple[Variant, ...]:
    """Make the variants: copies outermost, then prompts, then rows, then columns.

    Raises ExpandError where there are none, or more than `MAX_VARIANTS`.
    """
    if batch.x and batch.y and batch.x.key == batch.y.key:
        raise ExpandError(f"Both axes are {batch.x.label}: choose two fields.")
    if batch.copies < 1:
        raise ExpandError("At least one of each has to be made.")
    total = count(batch)
    if total > MAX_VARIANTS:
        raise ExpandError(f"That makes {many(total)} generations; the most is {MAX_VARIANTS:,}.")
    return tuple(_variants(batch))


def _variants(batch: Batch) -> Iterator[Variant]:
    columns, rows = _values(batch.x), _values(batch.y)
    given = seeds(batch.seeds, batch.seed, batch.copies)
    prompts = batch.prompts
    draws = batch.draws or range(batch.seed, batch.seed + batch.copies)
    for copy, seed in enumerate(given):
        for texts in prompts.drawn(draws[copy]):
            changed = [text for key, text in texts.items() if text != batch.texts[key]]
            for (row, y), (column, x) in product(enumerate(rows), enumerate(columns)):
                axes = {a.key: v for a, v in ((batch.x, x), (batch.y, y)) if a is not None}
                values = {**dict.fromkeys(batch.seed_keys, seed), **texts, **axes}
                told = [f"{a.label} {show(v)}" for a, v in ((batch.x, x), (batch.y, y)) if a]
                told += [f"copy {copy + 1}"] if batch.copies > 1 else []
                yield Variant(values, " · ".join(told + changed)[:MAX_LABEL], column, row)


def show(value: Any) -> str:
    """*value* as it stands on a label."""
    if isinstance(value, bool):
        return "on" if value else "off"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= MAX_VALUE_LABEL else text[: MAX_VALUE_LABEL - 1] + "…"


def _values(axis: Axis | None) -> tuple[Any, ...]:
    return axis.values if axis else (None,)
