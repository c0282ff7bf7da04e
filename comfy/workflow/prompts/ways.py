"""All that a prompt can become: how many texts, exactly, and each of them. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from math import comb

from comfy.workflow.prompts.limits import COUNTED, MAX_DEPTH, Every, ExpandError
from comfy.workflow.prompts.lists import Lists
from comfy.workflow.prompts.parse import parse
from comfy.workflow.prompts.tree import Choice, Option, Part, Parts, Wildcard, likely


class Ways:
    """What texts stand for, over the same *lists*; what is to be drawn stays in them."""

    def __init__(self, lists: Lists, every: Every) -> None:
        self._lists = lists
        self._every = every
        self._open: list[str] = []
        self._counts: dict[str, list[int]] = {}
        self._depth = 0

    def count(self, text: str) -> int:
        """How many texts *text* stands for, without making them; `COUNTED` stands for more.

        Looks at everything that could be drawn. Raises ExpandError where something of that
        cannot be: then no draw fails later.
        """
        return self._count(parse(text))

    def every(self, text: str) -> Iterator[Parts]:
        """Every way, choices in order, the last one changing fastest. Count first."""
        return self._ways(parse(text))

    def _count(self, parts: Parts) -> int:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpandError(f"Braces and wildcards stand over {MAX_DEPTH} deep in one another.")
        total = 1
        for part in parts:
            if not isinstance(part, str):
                total = min(total * self._count_part(part), COUNTED)
        self._depth -= 1
        return total

    def _count_part(self, part: Choice | Wildcard) -> int:
        wildcard = part if isinstance(part, Wildcard) else part.pool
        if wildcard:
            counts = self._count_lines(wildcard.name)
            is_wanted = self._every is Every.LINES
        else:
            assert isinstance(part, Choice)  # noqa: S101 - for the type checker
            counts = [self._count(one.parts) for one in likely(part.options)]
            is_wanted = self._every is not Every.NOTHING
        if not is_wanted:
            return 1
        return _picks(part, counts) if isinstance(part, Choice) else min(sum(counts), COUNTED)

    def _count_lines(self, name: str) -> list[int]:
        if name not in self._counts:
            if name in self._open:
                raise ExpandError(f"The wildcard “__{name}__” leads back to itself.")
            entries = self._lists.entries(name, self._open[-1] if self._open else "")
            self._open.append(name)
            self._counts[name] = [self._count_line(line) for line in entries.lines]
            self._open.pop()
        return self._counts[name]

    def _count_line(self, line: str) -> int:
        plain = "{" not in line and "__" not in line
        return 1 if plain else self._count(self._lists.option(line).parts)

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
