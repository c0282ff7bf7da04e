"""Numbers, times and names as people say them. Pure."""

import math
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

MAX_NAME = 30
UNKNOWN = "–"
_ENDINGS = (".safetensors", ".ckpt", ".gguf", ".sft")


def is_number(value: Any) -> bool:
    """Whether *value* is a number that can be shown: neither missing nor infinite."""
    if isinstance(value, bool) or value is None:
        return False
    try:
        return math.isfinite(value)
    except TypeError:
        return False


def plain(value: Any) -> float | None:
    """*value* as a JSON number; None for what is missing, NaN or infinite."""
    return float(value) if is_number(value) else None


def seconds(value: Any) -> str:
    """A time span, from milliseconds to hours."""
    if not is_number(value):
        return UNKNOWN
    size = abs(value)
    if size < 0.0995:
        return f"{1000 * value:.0f} ms"
    if size < 9.95:
        return f"{value:.2f} s"
    if size < 90:
        return f"{value:.1f} s"
    return f"{value / 60:.1f} min" if size < 5400 else f"{value / 3600:.1f} h"


def rate(value: Any) -> str:
    """Steps a second."""
    return f"{value:.3g} steps/s" if is_number(value) else UNKNOWN


def percent(share: Any, digits: int = 0) -> str:
    """A share of one as a percentage."""
    return f"{100 * share:.{digits}f} %" if is_number(share) else UNKNOWN


def count(value: Any) -> str:
    """A whole number with its thousands apart."""
    return f"{int(value):,}" if is_number(value) else UNKNOWN


def plural(number: int, one: str, many: str = "") -> str:
    """*number* and what it counts."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(value: Any) -> str:
    """A day and a time of day, as in 4 Nov, 09:30; "" for none."""
    if not isinstance(value, datetime) or value != value:  # pandas' NaT differs from itself
        return ""
    return f"{value.day} {value:%b, %H:%M}"


def size_of(value: Any) -> str:
    """Bytes in gigabytes, as memory is sold."""
    return f"{value / 2**30:.1f} GB" if is_number(value) else UNKNOWN


def short(checkpoint: str) -> str:
    """A checkpoint's name without folder and ending, at most 30 characters."""
    name = PurePosixPath(checkpoint.replace("\\", "/")).name
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    name = name or "no checkpoint"
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"
