"""How many are made of one press: copies, choices in prompts, grids over two fields. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from comfy.workflow.form.batch import MAX_VARIANTS, Axis, Batch, Variant, count, expand, show
from comfy.workflow.form.form import Form, Kind
from comfy.workflow.form.grid_axes import read_axis
from comfy.workflow.form.prompt_choices import ExpandError, Wildcards
from studio.workflows.press_seeds import times

_MULTIPLIED = re.compile(r"\{[^{}]*\||__[A-Za-z0-9]")
"""What a text has in it that stands for several texts."""


@dataclass(frozen=True, slots=True)
class Making:
    """What one press makes: `variants`, of which every `copies`-th part is one round."""

    variants: tuple[Variant, ...]
    copies: int
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    @property
    def per_copy(self) -> int:
        """Variants of one round."""
        return len(self.variants) // self.copies


def batch(
    form: Form, values: Mapping[str, Any], many: Mapping[str, Any], wildcards: Wildcards
) -> Batch:
    """What *many*, as the page keeps it, asks for. Raises ExpandError with a sentence."""
    texts = {}
    if many.get("matrix", True) is not False:
        prompts = (one for one in form.fields if one.kind is Kind.PROMPT)
        given = {one.key: values.get(one.key, one.value) for one in prompts}
        texts = {k: t for k, t in given.items() if isinstance(t, str) and _MULTIPLIED.search(t)}
    return Batch(
        texts,
        _axis(form, many, "x"),
        _axis(form, many, "y"),
        times(many),
        wildcards=wildcards,
        every_line=many.get("every") is True,
    )


def making(asked: Batch, seed: int) -> Making:
    """Every variant of *asked*; wildcards are drawn by *seed*. Raises ExpandError."""
    drawn = replace(asked, seed=seed)
    return Making(expand(drawn), asked.copies, _labels(asked.x), _labels(asked.y))


def sentence(asked: Batch) -> tuple[int, str]:
    """How many *asked* makes, and how that comes about. Raises ExpandError."""
    total = count(asked)
    parts = [f"{len(axis.values)} × {axis.label}" for axis in (asked.x, asked.y) if axis]
    prompts = total // max(1, asked.copies)
    for axis in (asked.x, asked.y):
        prompts //= len(axis.values) if axis else 1
    if prompts > 1:
        parts.append(f"{prompts} texts")
    if asked.copies > 1:
        parts.append(f"{asked.copies} of each" if parts else f"{asked.copies} prompts")
    _within(asked, total)
    return total, ", ".join(parts)


def _within(asked: Batch, total: int) -> None:
    """Let `expand` refuse what is too many, without making what is not."""
    same = asked.x and asked.y and asked.x.key == asked.y.key
    if same or total > MAX_VARIANTS:
        expand(asked)


def _axis(form: Form, many: Mapping[str, Any], name: str) -> Axis | None:
    key, typed = many.get(name), many.get(f"{name}s")
    one = form.get(key) if isinstance(key, str) else None
    if one is None:
        return None
    return read_axis(typed if isinstance(typed, str) else "", one)


def _labels(axis: Axis | None) -> tuple[str, ...]:
    return tuple(f"{axis.label} {show(value)}" for value in axis.values) if axis else ()


__all__ = ["ExpandError", "Making", "batch", "making", "sentence"]
