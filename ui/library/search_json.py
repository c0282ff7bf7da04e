"""What the gallery's page looks for: JSON of any shape → a Search. Pure."""

import math
from collections.abc import Mapping
from typing import Any

from storage.records import Status
from storage.search.query import Search, Sort
from studio.errors import StudioError

MAX_WORDS_TYPED = 400
"""Characters of the search box."""
MAX_VALUE = 1024
"""Characters of one filter's value."""
MAX_TAGS = 20
MAX_SIDE = 100_000
"""Pixels; more is no picture's side."""
BEST = 5


def search_of(asked: Mapping[str, Any]) -> Search:
    """The search that *asked* names; what is of the wrong kind in it counts as not asked.

    Raises StudioError where more was typed than is searched for.
    """
    words = asked.get("words")
    if isinstance(words, str) and len(words) > MAX_WORDS_TYPED:
        raise StudioError(f"A search has at most {MAX_WORDS_TYPED} characters: make it shorter.")
    return Search(
        words=_text(asked.get("words"), MAX_WORDS_TYPED),
        since=_time(asked.get("since")),
        until=_time(asked.get("until")),
        width=_whole(asked.get("width"), MAX_SIDE),
        height=_whole(asked.get("height"), MAX_SIDE),
        rating=_whole(asked.get("rating"), BEST),
        favourite=asked.get("favourite") is True,
        tags=_tags(asked.get("tags")),
        binned=asked.get("binned") is True,
        sort=_sort(asked.get("sort")),
        statuses=_statuses(asked.get("statuses")) or (Status.FINISHED,),
        checkpoint=_text(asked.get("checkpoint")),
        lora=_text(asked.get("lora")),
        sampler=_text(asked.get("sampler")),
        workflow=_text(asked.get("workflow")),
        server=_text(asked.get("server")),
        owner=_text(asked.get("owner")),
        collection=_text(asked.get("collection")),
    )


def _text(found: Any, most: int = MAX_VALUE) -> str:
    return found[:most].replace("\0", "").strip() if isinstance(found, str) else ""


def _time(found: Any) -> float | None:
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        return None
    return float(min(max(found, 0), 32_000_000_000))  # the year 2984


def _whole(found: Any, most: int) -> int:
    if isinstance(found, bool) or not isinstance(found, int):
        return 0
    return min(max(found, 0), most)


def _tags(found: Any) -> tuple[str, ...]:
    every = [_text(one) for one in found] if isinstance(found, list) else []
    return tuple(dict.fromkeys(one for one in every if one))[:MAX_TAGS]


def _statuses(found: Any) -> tuple[Status, ...]:
    named = [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
    return tuple(status for status in Status if status.value in named)


def _sort(found: Any) -> Sort:
    return next((sort for sort in Sort if sort.value == found), Sort.NEWEST)
