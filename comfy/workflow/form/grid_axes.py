"""What people type for a grid's axis, or a list of seeds → values of a field. Pure."""

import csv
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import StrEnum
from random import Random
from typing import Any

from comfy.workflow.form.form import Field, Kind
from comfy.workflow.prompts.limits import ExpandError
from comfy.workflow.request import MAX_SEED
from comfy.workflow.shortened import shortened

MAX_VALUES = 100
"""Values on one axis; a picture of more cannot be read."""
MAX_TYPED = 20_000
MAX_SAID = 80
"""Characters of a part that a sentence shows."""
NUMBERS = frozenset({Kind.WHOLE, Kind.NUMBER, Kind.SEED})
_NUMBER = r"[+-]?\d{1,24}(?:\.\d{1,12})?"
_RANGE = re.compile(rf"({_NUMBER})\s*-\s*({_NUMBER})(?:\s*\(\s*\+?({_NUMBER})\s*\))?")
_STEPS = re.compile(rf"({_NUMBER})\s*:\s*({_NUMBER})\s*:\s*({_NUMBER})")


@dataclass(frozen=True, slots=True)
class Axis:
    """A field that takes each of `values` in turn."""

    key: str
    label: str
    values: tuple[Any, ...]


class Seeds(StrEnum):
    """Which seed each copy gets: the same, the next, or any."""

    FIXED = "fixed"
    INCREMENT = "increment"
    RANDOM = "random"


def read_axis(text: str, field: Field) -> Axis:
    """Read values of *field*: ``10, 20, 30``, ``1-5``, ``0.2:0.8:0.1``, names of choices.

    A value with a comma in it stands in double quotes. Raises ExpandError with a sentence.
    """
    if len(text) > MAX_TYPED:
        raise ExpandError(f"{field.label}: that is too much text for one axis.")
    parts = [
        part.strip() for part in next(csv.reader([_one_line(text)], skipinitialspace=True), [])
    ]
    values: list[Any] = []
    for part in filter(None, parts):
        values += _range(part, field) if field.kind in NUMBERS else [_value(part, field)]
        if len(values) > MAX_VALUES:
            raise ExpandError(f"{field.label}: the most values on one axis is {MAX_VALUES}.")
    if not values:
        raise ExpandError(f"{field.label}: give at least one value, such as “10, 20, 30”.")
    return Axis(field.key, field.label, tuple(dict.fromkeys(values)))


def seeds(mode: Seeds, first: int, count: int) -> tuple[int, ...]:
    """*count* seeds from *first* on; random ones too follow from *first*, and begin with it."""
    if mode is Seeds.FIXED:
        return (first,) * count
    if mode is Seeds.INCREMENT:
        return tuple((first + number) % (MAX_SEED + 1) for number in range(count))
    chance = Random(first)  # noqa: S311 - repeatable on purpose
    return (first, *(chance.randrange(MAX_SEED + 1) for _ in range(count - 1)))[:count]


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", " ").splitlines())


def _range(part: str, field: Field) -> list[Any]:
    """One number, or those of a range."""
    found = _STEPS.fullmatch(part)
    first, last, step = found.groups() if found else (part, part, "1")
    if not found and (found := _RANGE.fullmatch(part)):
        first, last, step = found[1], found[2], found[3] or "1"
    try:
        start, end, by = Decimal(first), Decimal(last), abs(Decimal(step))
    except InvalidOperation as error:
        raise ExpandError(
            f"{field.label}: “{_short(part)}” is no number and no range; write “10, 20”, “1-5” or "
            "“0.2:0.8:0.1”."
        ) from error
    if not start.is_finite() or not by:
        raise ExpandError(f"{field.label}: “{_short(part)}” never ends.")
    count = int(abs(end - start) / by) + 1
    if count > MAX_VALUES:
        raise ExpandError(
            f"{field.label}: “{_short(part)}” has {count} values; the most on one axis is "
            f"{MAX_VALUES}."
        )
    by = by if end >= start else -by
    return [_number(start + by * number, field) for number in range(count)]


def _number(value: Decimal, field: Field) -> int | float:
    if field.kind is not Kind.NUMBER and value != int(value):
        raise ExpandError(f"{field.label}: {value} is no whole number.")
    number = float(value) if field.kind is Kind.NUMBER else int(value)
    if field.least is not None and number < field.least:
        raise ExpandError(f"{field.label}: {number} is less than {field.least}.")
    if field.most is not None and number > field.most:
        raise ExpandError(f"{field.label}: {number} is more than {field.most}.")
    return number


def _value(part: str, field: Field) -> Any:
    """A choice by its name, any case, or unlike any other's beginning; or the text itself."""
    if field.kind is Kind.SWITCH:
        return _switch(part, field)
    if field.kind not in (Kind.CHOICE, Kind.CHOICES) or not field.choices:
        return part
    names = {str(choice): choice for choice in field.choices}
    if part in names:
        return names[part]
    alike = [name for name in names if name.lower() == part.lower()]
    alike = alike or [name for name in names if name.lower().startswith(part.lower())]
    if len(alike) == 1:
        return names[alike[0]]
    near = next(iter(alike or get_close_matches(part, names, 1, 0.3)), "")
    hint = f"; the nearest is “{near}”" if near else ""
    raise ExpandError(f"{field.label}: “{_short(part)}” is none of the choices{hint}.")


def _switch(part: str, field: Field) -> bool:
    if part.lower() in ("on", "yes", "true", "1"):
        return True
    if part.lower() in ("off", "no", "false", "0"):
        return False
    raise ExpandError(f"{field.label}: write “on” or “off”, not “{_short(part)}”.")


def _short(text: str) -> str:
    return shortened(text, MAX_SAID)
