"""Single values out of JSON that somebody else wrote. Pure."""

from collections.abc import Mapping
from typing import Any


def text(data: Mapping[str, Any], key: str) -> str:
    """Return the text under *key*, or the whole number there as text; "" for anything else."""
    value = data.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def number(data: Mapping[str, Any], key: str) -> float:
    """Return the number under *key*; 0 for anything else, NaN and what is beyond all counting."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        found = float(value)
    except OverflowError:
        return 0.0
    return found if -1e15 < found < 1e15 else 0.0  # NaN and infinities fail both comparisons
