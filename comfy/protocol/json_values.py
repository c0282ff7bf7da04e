"""Single values out of JSON that somebody else wrote. Pure."""

from collections.abc import Mapping
from typing import Any

MAX_NUMBER = 1e15
MAX_WHOLE = 2**31 - 1


def text(data: Mapping[str, Any], key: str) -> str:
    """Return the text under *key*, or the whole number there as text; "" for anything else."""
    value = data.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def number(data: Mapping[str, Any], key: str) -> float:
    """Return the number under *key*; 0 for anything else, NaN and what is beyond all counting."""
    return real(data.get(key))


def real(value: Any, most: float = MAX_NUMBER) -> float:
    """Return *value* as a float; 0 for what is no number, NaN and what is beyond *most*."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    # NaN and infinities fail both comparisons; a whole number of any length can be compared.
    return float(value) if -most < value < most else 0.0


def whole(value: Any, most: int = MAX_WHOLE) -> int:
    """Return *value* where it is a whole number from 0 to *most*; 0 for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return value if 0 <= value <= most else 0
