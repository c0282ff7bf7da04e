r"""Texts with choices in them: ``a {red|blue} __animal__``. Pure.

``{a|b}`` is a choice, nested as one likes; braces without ``|`` are just braces; ``\{``, ``\|``
and ``\}`` are the characters themselves. ``__name__`` stands for the lines of a wildcard file.
"""

import random
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product

from comfy.errors import ComfyError

MAX_NESTING = 32
MAX_WILDCARD_HOPS = 200
"""Wildcards that one text may draw; more are lines that name each other in a ring."""
MAX_TEXT = 100_000
COUNTED = 10**9
"""Counting ends here."""
_WILDCARD = re.compile(r"__([A-Za-z0-9][\w\-/. ]{0,99}?)__")
_SPECIAL = re.compile(r"\\[{}|]|[{}|]|__(?=[A-Za-z0-9])")

Wildcards = Mapping[str, tuple[str, ...]]
"""Name of a wildcard → its lines, see `read_lines`."""


class ExpandError(ComfyError):
    """What was asked for cannot be multiplied; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of several sequences."""

    options: tuple["_Sequence", ...]


@dataclass(frozen=True, slots=True)
class _Wildcard:
    """A line of a wildcard file."""

    name: str


_Sequence = tuple["str | _Choice | _Wildcard", ...]


def read_lines(text: str) -> tuple[str, ...]:
    """The lines of a wildcard file, without empty ones and comments (``#``)."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def count_texts(text: str, wildcards: Wildcards, *, every_line: bool = False) -> int:
    """How many texts `every_text` would yield, without making them; `COUNTED` stands for more.

    Raises ExpandError.
    """
    return _Ways(wildcards, every_line=every_line).count(_parse(text))


def every_text(
    text: str, wildcards: Wildcards, *, seed: int = 0, every_line: bool = False
) -> Iterator[str]:
    """Every text that *text* stands for, choices in order, the last one changing fastest.

    Wildcards stand for one line each, drawn by *seed* and different in each text, or for every
    line where *every_line* is set. What stands in a drawn line is drawn as well. Count first:
    a short text can stand for more than fit into memory. Raises ExpandError.
    """
    ways = _Ways(wildcards, every_line=every_line)
    for number, parts in enumerate(ways.every(_parse(text))):
        drawn = _Drawn(wildcards, random.Random(f"{seed}:{number}"))  # noqa: S311 - repeatable on purpose
        yield _unescaped("".join(drawn.text(part) for part in parts))


class _Ways:
    """All that a text can become; wildcards stay in it unless every line is wanted."""

    def __init__(self, wildcards: Wildcards, *, every_line: bool) -> None:
        self._wildcards = wildcards
        self._every_line = every_line
        self._open: list[str] = []
        self._counts: dict[str, int] = {}

    def count(self, sequence: "_Sequence") -> int:
        total = 1
        for part in sequence:
            if isinstance(part, _Choice):
                total *= sum(self.count(one) for one in part.options)
            elif isinstance(part, _Wildcard):
                total *= self._count_lines(part.name)
            total = min(total, COUNTED)
        return total

    def _count_lines(self, name: str) -> int:
        if name not in self._counts:
            lines = _lines(name, self._wildcards, self._open)
            self._open.append(name)
            counted = (self.count(_parse(line)) for line in lines) if self._every_line else (1,)
            self._counts[name] = min(sum(counted), COUNTED)
            self._open.pop()
        return self._counts[name]

    def every(self, sequence: "_Sequence") -> Iterator["_Sequence"]:
        ways = [tuple(self._of(part)) for part in sequence]
        for picked in product(*ways):
            yield tuple(part for parts in picked for part in parts)

    def _of(self, part: "str | _Choice | _Wildcard") -> Iterator["_Sequence"]:
        if isinstance(part, _Choice):
            for option in part.options:
                yield from self.every(option)
        elif isinstance(part, _Wildcard) and self._every_line:
            lines = _lines(part.name, self._wildcards, self._open)
            self._open.append(part.name)
            for line in lines:
                yield from self.every(_parse(line))
            self._open.pop()
        else:
            yield (part,)


class _Drawn:
    """Draws what a text leaves open."""

    def __init__(self, wildcards: Wildcards, chance: random.Random) -> None:
        self._wildcards = wildcards
        self._chance = chance
        self._hops = 0

    def text(self, part: "str | _Choice | _Wildcard") -> str:
        if isinstance(part, str):
            return part
        if isinstance(part, _Choice):
            sequence = self._chance.choice(part.options)
        else:
            self._hops += 1
            if self._hops > MAX_WILDCARD_HOPS:
                raise ExpandError(f"The wildcard “__{part.name}__” leads back to itself.")
            sequence = _parse(self._chance.choice(_lines(part.name, self._wildcards, ())))
        return "".join(self.text(one) for one in sequence)


def _lines(name: str, wildcards: Wildcards, open_: Collection[str]) -> tuple[str, ...]:
    if name in open_:
        raise ExpandError(f"The wildcard “__{name}__” leads back to itself.")
    lines = wildcards.get(name, ())
    if not lines:
        near = next(iter(get_close_matches(name, wildcards, 1)), "")
        hint = f" Did you mean “__{near}__”?" if near else ""
        what = "is empty" if name in wildcards else "is not known"
        raise ExpandError(f"The wildcard “__{name}__” {what}.{hint}")
    return lines


def _parse(text: str) -> _Sequence:
    """Read *text*; braces that never close, or hold no ``|``, stay as they are."""
    if len(text) > MAX_TEXT:
        raise ExpandError(f"The text has {len(text)} characters; the most is {MAX_TEXT}.")
    # Each open brace holds its options so far; at the bottom is the text itself.
    stack: list[list[list[str | _Choice | _Wildcard]]] = [[[]]]
    at = 0
    while found := _SPECIAL.search(text, at):
        stack[-1][-1].append(text[at : found.start()])
        mark, at = found[0], found.end()
        if mark.startswith("\\"):
            stack[-1][-1].append(mark)
        elif mark == "{":
            if len(stack) > MAX_NESTING:
                raise ExpandError(f"Braces stand over {MAX_NESTING} deep in one another.")
            stack.append([[]])
        elif mark == "|" and len(stack) > 1:
            stack[-1].append([])
        elif mark == "}" and len(stack) > 1:
            _close(stack)
        elif mark == "__" and (named := _WILDCARD.match(text, found.start())):
            stack[-1][-1].append(_Wildcard(named[1]))
            at = named.end()
        else:
            stack[-1][-1].append(mark)
    stack[-1][-1].append(text[at:])
    while len(stack) > 1:
        _reopen(stack)
    return tuple(part for part in stack[0][0] if part != "")


def _close(stack: "list[list[list[str | _Choice | _Wildcard]]]") -> None:
    options = stack.pop()
    if len(options) == 1:
        stack[-1][-1] += ["\\{", *options[0], "\\}"]
    else:
        whole = tuple(tuple(part for part in option if part != "") for option in options)
        stack[-1][-1].append(_Choice(whole))


def _reopen(stack: "list[list[list[str | _Choice | _Wildcard]]]") -> None:
    """Take an open brace for a character: it was never closed."""
    options = stack.pop()
    stack[-1][-1].append("\\{")
    for number, option in enumerate(options):
        stack[-1][-1] += ["\\|", *option] if number else option


def _unescaped(text: str) -> str:
    return re.sub(r"\\([{}|])", r"\1", text)
