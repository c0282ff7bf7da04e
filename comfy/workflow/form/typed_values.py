"""What people typed into a form → the values a graph wants. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from comfy.errors import Problem
from comfy.workflow.form.form import Field, Form, Kind
from comfy.workflow.model_names import same_name

MAX_TEXT = 100_000
"""Characters of one text."""
MAX_DIGITS = 40
MAX_NUMBER = 1e300
_HALF = re.compile("[\ud800-\udfff]")


def read_values(form: Form, given: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Return typed values by field key, and problems with those that cannot be read.

    Keys that are no field are problems too: a misspelt one must not pass in silence.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, raw in given.items():
        one = form.get(key)
        if one is None:
            problems.append(Problem("unknown_field", f"There is no field “{key[:80]}”.", field=key))
            continue
        try:
            values[key] = _read(one, raw)
        except ValueError as error:
            message = f"{one.group}: {one.label} {error}."
            problems.append(
                Problem(
                    "invalid_input_type", message, one.node, one.group, one.input, str(raw)[:80]
                )
            )
    return values, tuple(problems)


def _read(one: Field, raw: Any) -> Any:
    match one.kind:
        case Kind.WHOLE | Kind.SEED:
            return _whole(raw)
        case Kind.NUMBER:
            return _number(raw)
        case Kind.SWITCH:
            return _switch(raw)
        case Kind.CHOICE:
            return _choice(one, raw)
        case Kind.CHOICES:
            if not isinstance(raw, list | tuple):
                raise ValueError("wants a list of choices")
            return [_choice(one, item) for item in raw]
        case _:
            return _text(raw)


def _whole(raw: Any) -> int:
    """Read exactly: seeds reach 2^64 - 1, which no float holds."""
    if isinstance(raw, bool) or raw is None:
        raise ValueError("must be a whole number")
    if isinstance(raw, float):
        if not raw.is_integer():
            raise ValueError("must be a whole number")
        return int(raw)
    text = str(raw).strip()
    if len(text) > MAX_DIGITS or not text.removeprefix("-").isdecimal():
        raise ValueError("must be a whole number")
    return int(text)


def _number(raw: Any) -> float | int:
    number: float | int | None = raw if isinstance(raw, int | float) else None
    if number is None:
        try:
            number = float(str(raw).strip()[:MAX_DIGITS])
        except ValueError:
            number = None
    if number is None or isinstance(number, bool) or not abs(number) < MAX_NUMBER:
        raise ValueError("must be a number")  # NaN fails every comparison
    return number


def _switch(raw: Any) -> bool:
    known = {True: True, False: False, "true": True, "false": False, "on": True, "off": False}
    key = raw.strip().lower() if isinstance(raw, str) else raw
    if not isinstance(key, bool | str) or key not in known:
        raise ValueError("is either on or off")
    return known[key]


def _choice(one: Field, raw: Any) -> Any:
    """The choice in the server's own type and spelling: what a page sends back is text."""
    by_text = {str(choice): choice for choice in one.choices}
    text = str(raw)
    return by_text.get(text) if text in by_text else by_text.get(same_name(text, [*by_text]), raw)


def _text(raw: Any) -> str:
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        raise ValueError("must be text")
    text = str(raw)
    if len(text) > MAX_TEXT:
        raise ValueError(f"is over {MAX_TEXT} characters")
    if "\0" in text:
        raise ValueError("has a NUL character, which cannot be sent")
    if not text.isascii() and _HALF.search(text):
        raise ValueError("has one half of a character, which cannot be sent")
    return text
