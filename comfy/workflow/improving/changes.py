"""What is other in a text than in the one before, word by word. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Change:
    """A piece that is the `same`, `added` or `removed`."""

    kind: Literal["same", "added", "removed"]
    text: str


def changes(before: str, after: str) -> tuple[Change, ...]:
    """The pieces of both: those that are not added make *before*, those not removed *after*."""
    return tuple(_changes(_WORDS.findall(before), _WORDS.findall(after)))


def _changes(before: list[str], after: list[str]) -> Iterator[Change]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield Change("same", "".join(before[a:b]))
            continue
        if a < b:
            yield Change("removed", "".join(before[a:b]))
        if c < d:
            yield Change("added", "".join(after[c:d]))
