"""Values as JavaScript writes them into a text. Pure."""

from collections.abc import Mapping
from typing import Any

MAX_PLAIN = 1e21
"""From here on JavaScript writes numbers with an exponent."""
SMALLEST = 6
"""Zeros after the point that it writes out."""


def js_text(value: Any) -> str:
    """Return *value* as ``String(value)`` has it, but "" for nothing at all."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        return "[object Object]"
    if isinstance(value, list | tuple):
        return ",".join(map(js_text, value))
    return str(value)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < MAX_PLAIN:
        return str(int(value))
    mantissa, mark, exponent = repr(value).partition("e")
    if not mark:
        return mantissa
    is_plain = abs(int(exponent)) <= SMALLEST
    return f"{value:.20f}".rstrip("0") if is_plain else f"{mantissa}e{int(exponent):+d}"
