"""How many one press makes: copies, choices in prompts, grids over two fields. Pure."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any

from comfy.workflow.form.batch import MAX_VARIANTS, Axis, Batch, Variant, count, expand, show
from comfy.workflow.form.form import Form, Kind
from comfy.workflow.form.grid_axes import read_axis
from comfy.workflow.form.prompt_choices import Wildcards

MAX_COPIES = 100
_MULTIPLIED = re.compile(r"\{[^{}]*\||__[A-Za-z0-9]")
"""What a text has in it that stands for several texts."""


@dataclass(frozen=True, slots=True)
class Range:
    """A field by its key, and the values that it takes in turn as they were typed: ``10, 20``."""

    key: str
    typed: str


@dataclass(frozen=True, slots=True)
class Many:
    """What multiplies a form: `copies` of everything, a grid of `x` and `y`, choices in prompts.

    With `every_line` a wildcard stands for each of its lines, else for one that is drawn.
    """

    copies: int = 1
    x: Range | None = None
    y: Range | None = None
    choices: bool = True
    every_line: bool = False


@dataclass(frozen=True, slots=True)
class Making:
    """What one press makes: `variants`, of which every `copies`-th part is one round."""

    variants: tuple[Variant, ...]
    copies: int
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


def read_many(given: Mapping[str, Any]) -> Many:
    """What the page's script keeps, of any shape."""
    return Many(
        _copies(given.get("prompts")),
        _range(given, "x"),
        _range(given, "y"),
        given.get("matrix", True) is not False,
        given.get("every") is True,
    )


def written(many: Many) -> dict[str, Any]:
    """*many* as the page's script keeps it."""
    axes = {"x": many.x, "y": many.y}
    named = {name: axis.key for name, axis in axes.items() if axis}
    typed = {f"{name}s": axis.typed for name, axis in axes.items() if axis}
    ways = {"prompts": many.copies, "matrix": many.choices, "every": many.every_line}
    return {**ways, **named, **typed}


def typed_values(values: Sequence[Any] | str) -> str:
    """Values of an axis as one would type them: a value with a comma in it in quotes."""
    if isinstance(values, str):
        return values
    text = StringIO()
    csv.writer(text).writerow([str(value) for value in values])
    return text.getvalue().strip()


def batch(form: Form, values: Mapping[str, Any], many: Many, wildcards: Wildcards) -> Batch:
    """What *many* asks for of *form* with *values*. Raises ExpandError with a sentence."""
    texts = {}
    if many.choices:
        prompts = (field for field in form.fields if field.kind is Kind.PROMPT)
        given = {field.key: values.get(field.key, field.value) for field in prompts}
        texts = {k: t for k, t in given.items() if isinstance(t, str) and _MULTIPLIED.search(t)}
    return Batch(
        texts,
        _axis(form, many.x),
        _axis(form, many.y),
        many.copies,
        wildcards=wildcards,
        every_line=many.every_line,
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


def _copies(typed: Any) -> int:
    """How often everything is made, 1 to MAX_COPIES."""
    try:
        return min(MAX_COPIES, max(1, int(str(typed or 1))))
    except ValueError:
        return 1


def _range(given: Mapping[str, Any], name: str) -> Range | None:
    key, typed = given.get(name), given.get(f"{name}s")
    if not isinstance(key, str):
        return None
    return Range(key, typed if isinstance(typed, str) else "")


def _axis(form: Form, range_: Range | None) -> Axis | None:
    """None where nothing is chosen for it, or what was chosen is no field any more."""
    field = form.get(range_.key) if range_ else None
    return read_axis(range_.typed, field) if range_ and field else None


def _labels(axis: Axis | None) -> tuple[str, ...]:
    return tuple(f"{axis.label} {show(value)}" for value in axis.values) if axis else ()
