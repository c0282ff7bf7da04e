"""All that a prompt can become: how many texts, exactly, and each of them. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from itertools import combinations, product
from math import comb

from comfy.workflow.prompts.limits import (
    COUNTED,
    MAX_DEPTH,
    MAX_DRAWS,
    MAX_TEXT,
    TOO_LONG,
    TOO_MANY_DRAWS,
    Every,
    ExpandError,
)
from comfy.workflow.prompts.lists import Lists
from comfy.workflow.prompts.parse import parse
from comfy.workflow.prompts.tree import Choice, Option, Part, Parts, Wildcard, likely


@dataclass(frozen=True, slots=True)
class Size:
    """How many texts something stands for, and what its largest comes to.

    These are `draws` made for it, its `length` in characters, and how `deep` it stands in itself.
    """

    count: int = 1
    draws: int = 0
    length: int = 0
    deep: int = 0


class Ways:
    """What texts stand for, over the same *lists*; what is to be drawn stays in them."""

    def __init__(self, lists: Lists, every: Every) -> None:
        self._lists = lists
        self._every = every
        self._open: list[str] = []
        self._sizes: dict[str, list[Size]] = {}
        self._picked_sizes: dict[tuple[str, int, int], Size] = {}
        self._depth = 0

    def count(self, text: str) -> int:
        """How many texts *text* stands for, without making them; `COUNTED` stands for more.

        Looks at everything that could be drawn. Raises ExpandError where something of that
        cannot be, or would be too much: then no draw fails later, whatever the seed, and making
        every way takes no longer than they are many.
        """
        size = self._size(parse(text))
        _check_depth(size.deep)
        if size.draws > MAX_DRAWS:
            raise ExpandError(TOO_MANY_DRAWS)
        if size.length > MAX_TEXT:
            raise ExpandError(TOO_LONG)
        return size.count

    def every(self, text: str) -> Iterator[Parts]:
        """Every way, choices in order, the last one changing fastest. Count first."""
        return self._ways(parse(text))

    def _size(self, parts: Parts) -> Size:
        self._depth += 1
        _check_depth(self._depth)
        count, draws, length, deep = 1, 0, 0, 0
        for part in parts:
            if isinstance(part, str):
                length += len(part)
                continue
            size = self._size_of(part)
            count = min(count * size.count, COUNTED)
            draws, length = draws + size.draws, length + size.length
            deep = max(deep, size.deep)
        self._depth -= 1
        return Size(count, draws, length, deep + 1)

    def _size_of(self, part: Choice | Wildcard) -> Size:
        picked, least, joiner = 1, 1, ""
        if isinstance(part, Choice):
            picked, least, joiner = part.most, part.least, part.joiner
        wildcard = part if isinstance(part, Wildcard) else part.pool
        if wildcard:  # however often it is named, its lines are gone through once
            key = (wildcard.name, least, picked)
            if key not in self._picked_sizes:
                is_wanted = self._every is Every.LINES
                sizes = self._sizes_of(wildcard.name)
                self._picked_sizes[key] = _size_of_picked(part, sizes, picked, is_wanted=is_wanted)
            size = self._picked_sizes[key]
            most = min(picked, len(self._sizes_of(wildcard.name)))
        else:
            assert isinstance(part, Choice)  # noqa: S101 - for the type checker
            sizes = [self._size(one.parts) for one in likely(part.options)]
            size = _size_of_picked(part, sizes, picked, is_wanted=self._every is not Every.NOTHING)
            most = min(picked, len(sizes))
        return replace(size, length=size.length + len(joiner) * max(0, most - 1))

    def _sizes_of(self, name: str) -> list[Size]:
        if name not in self._sizes:
            if name in self._open:
                raise ExpandError(f"The wildcard “__{name}__” leads back to itself.")
            entries = self._lists.entries(name, self._open[-1] if self._open else "")
            self._open.append(name)
            self._sizes[name] = [self._size_of_line(line) for line in entries.lines]
            self._open.pop()
        return self._sizes[name]

    def _size_of_line(self, line: str) -> Size:
        if "{" in line or "__" in line or "\\" in line or "::" in line:
            return self._size(self._lists.option(line).parts)
        return Size(length=len(line), deep=1)

    def _ways(self, parts: Iterable[Part]) -> Iterator[Parts]:
        for picked in product(*(tuple(self._of(part)) for part in parts)):
            yield tuple(part for some in picked for part in some)

    def _of(self, part: Part) -> Iterator[Parts]:
        if isinstance(part, Choice) and not part.pool and self._every is not Every.NOTHING:
            yield from self._picked(part, likely(part.options))
        elif isinstance(part, Choice) and part.pool and self._every is Every.LINES:
            yield from self._picked(part, self._options(part.pool))
        elif isinstance(part, Wildcard) and self._every is Every.LINES:
            for option in self._options(part):
                yield from self._ways(option.parts)
        else:
            yield (part,)

    def _options(self, wildcard: Wildcard) -> tuple[Option, ...]:
        return tuple(map(self._lists.option, self._lists.entries(wildcard.name).lines))

    def _picked(self, choice: Choice, options: Sequence[Option]) -> Iterator[Parts]:
        for number in _numbers(choice, len(options)):
            for some in combinations(options, number):
                yield from self._ways(joined(choice, [one.parts for one in some]))


def _size_of_picked(
    part: Choice | Wildcard, sizes: Sequence[Size], picked: int, *, is_wanted: bool
) -> Size:
    """The size of a draw of up to *picked* of *sizes*, without what stands between them."""
    ways = 1
    if is_wanted:
        counts = [size.count for size in sizes]
        ways = _picks(part, counts) if isinstance(part, Choice) else min(sum(counts), COUNTED)
    return Size(
        ways,
        1 + sum(nlargest(picked, (size.draws for size in sizes))),
        sum(nlargest(picked, (size.length for size in sizes))),
        max(size.deep for size in sizes),
    )


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ExpandError(f"Braces and wildcards stand over {MAX_DEPTH} deep in one another.")


def joined(choice: Choice, picked: Sequence[Parts]) -> Parts:
    """What was *picked* of *choice*, in a row."""
    found: list[Part] = []
    for number, parts in enumerate(picked):
        found += [choice.joiner] if number and choice.joiner else []
        found += parts
    return tuple(found)


def _numbers(choice: Choice, options: int) -> range:
    """How many may be picked of so many *options*."""
    return range(min(choice.least, options), min(choice.most, options) + 1)


def _picks(choice: Choice, counts: Sequence[int]) -> int:
    """In how many ways options that stand for *counts* texts each can be picked from.

    The sum of their elementary symmetric polynomials, options of the same count taken together.
    """
    numbers = _numbers(choice, len(counts))
    if numbers == range(1, 2):
        return min(sum(counts), COUNTED)
    sums, most = [1], numbers[-1]
    for count, many in Counter(counts).items():
        same = [min(comb(many, n) * count**n, COUNTED) for n in range(min(many, most) + 1)]
        sums = [
            min(
                sum(sums[n - k] * same[k] for k in range(len(same)) if 0 <= n - k < len(sums)),
                COUNTED,
            )
            for n in range(min(most, len(sums) + len(same) - 2) + 1)
        ]
    return min(sum(sums[n] for n in numbers if n < len(sums)), COUNTED)
