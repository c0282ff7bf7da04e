"""How many one press makes: copies, choices in prompts, grids over two fields. Pure."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any

from comfy.workflow.form.batch import MAX_VARIANTS, Axis, Batch, Variant, count, expand, show
from comfy.workflow.form.form import Form
from comfy.workflow.form.grid_axes import read_axis
from comfy.workflow.prompts.limits import Every
from comfy.workflow.prompts.lists import Lists
from comfy.workflow.prompts.parse import is_plain
from comfy.workflow.prompts.prompts import NEGATIVE, PROMPT

MAX_COPIES = 100


@dataclass(frozen=True, slots=True)
class Range:
    """A field by its key, and the values that it takes in turn as they were typed: ``10, 20``."""

    key: str
    typed: str


@dataclass(frozen=True, slots=True)
class Many:
    """What multiplies a form: `copies` of everything, a grid of `x` and `y`, prompts.

    Choices in prompts are drawn; with `choices` each is made in every way, with `every_line` every
    line of each wildcard too.
    """

    copies: int = 1
    x: Range | None = None
    y: Range | None = None
    choices: bool = False
    every_line: bool = False

    @property
    def every(self) -> Every:
        """What of prompts is not drawn."""
        if self.every_line:
            return Every.LINES
        return Every.CHOICES if self.choices else Every.NOTHING


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
        given.get("matrix") is True,
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


def batch(form: Form, values: Mapping[str, Any], many: Many, lists: Lists) -> Batch:
    """What *many* asks for of *form* with *values*. Raises ExpandError with a sentence."""
    drawn = {field.key: field for field in form.fields if field.drawn}
    given = {key: values.get(key, field.value) for key, field in drawn.items()}
    return Batch(
        {key: t for key, t in given.items() if isinstance(t, str) and not is_plain(t)},
        _axis(form, many.x),
        _axis(form, many.y),
        many.copies,
        lists=lists,
        every=many.every,
        names={k: field.role for k, field in drawn.items() if field.role in (PROMPT, NEGATIVE)},
    )


def making(asked: Batch, draws: Sequence[int]) -> Making:
    """Every variant of *asked*; prompts of each copy are drawn by its seed of *draws*.

    Raises ExpandError.
    """
    drawn = replace(asked, draws=tuple(draws))
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
