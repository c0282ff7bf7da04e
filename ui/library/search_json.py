"""What the gallery's page looks for: JSON of any shape → a Search. Pure."""

import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from storage.records import Status
from storage.search.query import Search, Sort
from studio.errors import StudioError
from studio.library.library import BEST

MAX_WORDS_TYPED = 400
"""Characters of the search box."""
MAX_VALUE = 1024
"""Characters of one filter's value."""
MAX_TAGS = 20
MAX_SIDE = 100_000
"""Pixels; more is no picture's side."""
_MOST = {"width": MAX_SIDE, "height": MAX_SIDE, "rating": BEST}


def search_of(asked: Mapping[str, Any]) -> Search:
    """The search that *asked* names; what is of the wrong kind in it counts as not asked.

    Raises StudioError where more was typed than is searched for.
    """
    words = asked.get("words")
    if isinstance(words, str) and len(words) > MAX_WORDS_TYPED:
        raise StudioError(f"A search has at most {MAX_WORDS_TYPED} characters: make it shorter.")
    found = {field.name: _read(field.name, field.default, asked) for field in fields(Search)}
    return Search(**{name: value for name, value in found.items() if value is not None})


def _read(name: str, usual: Any, asked: Mapping[str, Any]) -> Any:
    """The filter *name*, by the kind of its *usual* value; None where it is not asked."""
    value = asked.get(name)
    if name in _LISTS:
        return _LISTS[name](value) or None
    if usual is None:
        return _time(value)
    if isinstance(usual, bool):
        return value is True
    if isinstance(usual, int):
        return _whole(value, _MOST[name])
    if isinstance(usual, Sort):
        return next((sort for sort in Sort if sort.value == value), None)
    return _text(value)


def _text(value: Any) -> str:
    return value[:MAX_VALUE].replace("\0", "").strip() if isinstance(value, str) else ""


def _time(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(min(max(value, 0), 32_000_000_000))  # the year 2984


def _whole(value: Any, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return min(max(value, 0), most)


def _tags(value: Any) -> tuple[str, ...]:
    every = [_text(one) for one in value] if isinstance(value, list) else []
    return tuple(dict.fromkeys(one for one in every if one))[:MAX_TAGS]


def _statuses(value: Any) -> tuple[Status, ...]:
    named = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    return tuple(status for status in Status if status.value in named)


_LISTS: dict[str, Callable[[Any], tuple[Any, ...]]] = {"tags": _tags, "statuses": _statuses}
