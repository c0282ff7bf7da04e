"""Wildcard lists: names and lines, found by name or by pattern. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from itertools import accumulate

from comfy.workflow.prompts.limits import MAX_PATTERNS, TOO_MANY_PATTERNS, ExpandError
from comfy.workflow.prompts.parse import read_option, weight_of
from comfy.workflow.prompts.tree import Option, likely

_UNSENT = re.compile(r"[\x00-\x08\x0e-\x1f]")
"""Characters that no prompt may have."""
MAX_PATTERN_PARTS = 12
"""Folders of a name that a pattern is compared with."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The lines of one or several lists; `weights` are None where they count alike."""

    lines: tuple[str, ...]
    weights: tuple[float, ...] | None

    def at(self, share: float) -> int:
        """Which of them lies at that *share* (0 to below 1) of all weights."""
        if self.weights is None:
            return int(share * len(self.lines))
        sums = tuple(accumulate(self.weights))
        return min(bisect_right(sums, share * sums[-1]), len(self.lines) - 1)


@dataclass(frozen=True, slots=True)
class Pool:
    """Options that can be drawn, and the sums of their weights up to each of them."""

    options: tuple[Option, ...]
    sums: tuple[float, ...]

    def at(self, share: float) -> int:
        """Which of them lies at that *share* (0 to below 1) of all weights."""
        return min(bisect_right(self.sums, share * self.sums[-1]), len(self.sums) - 1)


def pool_of(options: Iterable[Option]) -> Pool:
    """Those of *options* that can be drawn."""
    able = likely(tuple(options))
    return Pool(able, tuple(accumulate(one.weight for one in able)))


class Lists:
    """The lists that one press may draw from: lines by name. What was read is remembered."""

    def __init__(self, lines: Mapping[str, Iterable[str]] | None = None) -> None:
        self._lines: Mapping[str, Iterable[str]] = {} if lines is None else lines
        self._entries: dict[str, Entries] = {}
        self._options: dict[str, Option] = {}
        self._pools: dict[str, Pool] = {}

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return tuple(sorted(self._lines))

    def entries(self, name: str, within: str = "") -> Entries:
        """The lines of the list *name*, or of those that it is a pattern of, in order of name.

        *within* is the list that names it. Raises ExpandError where there is none, or nothing
        in it.
        """
        if name not in self._entries:
            self._entries[name] = self._found(name, within)
        return self._entries[name]

    def option(self, line: str) -> Option:
        """A line as it was read. Raises ExpandError."""
        if line not in self._options:
            self._options[line] = read_option(line)
        return self._options[line]

    def pool(self, name: str) -> Pool:
        """The lines of the list *name*, or of a pattern, to pick several of. Raises ExpandError."""
        if name not in self._pools:
            self._pools[name] = pool_of(map(self.option, self.entries(name).lines))
        return self._pools[name]

    def nearest(self, name: str) -> str:
        """The name that is most like *name*; "" where none is."""
        ends = {known.rpartition("/")[2]: known for known in reversed(self.names)}
        if last := ends.get(name.rpartition("/")[2]):
            return last
        if near := get_close_matches(name, self._lines, 1):
            return near[0]
        return ends.get(next(iter(get_close_matches(name, ends, 1)), ""), "")

    def _found(self, name: str, within: str) -> Entries:
        if "*" in name and sum("*" in one for one in self._entries) >= MAX_PATTERNS:
            raise ExpandError(TOO_MANY_PATTERNS)
        names = [one for one in self.names if _matches(one, name)] if "*" in name else [name]
        lines = tuple(line for one in names for line in self._lines.get(one, ()))
        if not lines:
            raise ExpandError(
                self._none(name, within, is_known=any(n in self._lines for n in names))
            )
        weights = tuple(map(weight_of, lines))
        if not any(weights) or len(set(weights)) == 1:
            return Entries(lines, None)
        kept = [(line, weight) for line, weight in zip(lines, weights, strict=True) if weight]
        return Entries(tuple(line for line, _ in kept), tuple(weight for _, weight in kept))

    def _none(self, name: str, within: str, *, is_known: bool) -> str:
        said = [f"The wildcard “__{name}__” is not known."]
        if is_known:
            said = [f"The wildcard “__{name}__” is empty."]
        elif "*" in name:
            said = [f"No wildcard list has a name like “{name}”."]
        elif near := self.nearest(name):
            said.append(f"Did you mean “__{near}__”?")
        if within:
            said.insert(1, f"It stands in “__{within}__”.")
        return " ".join(said)


def read_lines(text: str) -> tuple[str, ...]:
    """The lines of a wildcard file, without empty ones and comments (``#``)."""
    lines = (line.strip() for line in _UNSENT.sub("", text).splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def _matches(name: str, pattern: str) -> bool:
    """Whether *name* is of *pattern*, in which ``*`` stands within a folder, ``**`` for any."""
    return _match_parts(name.split("/")[:MAX_PATTERN_PARTS], pattern.split("/"))


def _match_parts(name: list[str], pattern: list[str]) -> bool:
    reached = {0}
    for part in pattern:
        if part == "**":
            reached = set(range(min(reached, default=len(name) + 1), len(name) + 1))
        else:
            reached = {n + 1 for n in reached if n < len(name) and fnmatchcase(name[n], part)}
    return len(name) in reached
