"""A prompt and chance → the text that is drawn. The same chance draws the same, anywhere. Pure."""

from bisect import bisect_right
from itertools import accumulate
from random import Random

from comfy.workflow.prompts.limits import (
    MAX_DEPTH,
    MAX_DRAWS,
    MAX_TEXT,
    TOO_LONG,
    TOO_MANY_DRAWS,
    ExpandError,
)
from comfy.workflow.prompts.lists import Lists, Pool, pool_of
from comfy.workflow.prompts.tree import Choice, Option, Part, Parts, Wildcard
from comfy.workflow.prompts.ways import joined

TRIES = 8
"""Draws that may fall on what was picked already before only the rest is drawn from."""


def draw(parts: Parts, lists: Lists, chance: str) -> str:
    """The text that *parts* are drawn as, by *chance*, any text. Raises ExpandError."""
    return _Draw(lists, chance).text(parts)


class _Draw:
    """One draw. Of Python's generator only `random` is used, whose numbers never change."""

    def __init__(self, lists: Lists, chance: str) -> None:
        self._lists = lists
        self._chance = Random(chance)  # noqa: S311 - repeatable on purpose
        self._draws = 0
        self._length = 0
        self._depth = 0

    def text(self, parts: Parts) -> str:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpandError(f"Braces and wildcards stand over {MAX_DEPTH} deep in one another.")
        text = "".join(self._part(part) for part in parts)
        self._depth -= 1
        return text

    def _part(self, part: Part) -> str:
        if isinstance(part, str):
            self._length += len(part)
            if self._length > MAX_TEXT:
                raise ExpandError(TOO_LONG)
            return part
        self._draws += 1
        if self._draws > MAX_DRAWS:
            raise ExpandError(TOO_MANY_DRAWS)
        if isinstance(part, Wildcard):
            return self.text(self._line(part).parts)
        pool = self._lists.pool(part.pool.name) if part.pool else pool_of(part.options)
        return self.text(joined(part, [pool.options[n].parts for n in self._picked(part, pool)]))

    def _line(self, wildcard: Wildcard) -> Option:
        entries = self._lists.entries(wildcard.name)
        return self._lists.option(entries.lines[entries.at(self._chance.random())])

    def _picked(self, choice: Choice, pool: Pool) -> list[int]:
        """Places of as many as are wanted, each once, in the order in which they stand."""
        count = len(pool.options)
        least, most = min(choice.least, count), min(choice.most, count)
        number = least + int(self._chance.random() * (most - least + 1)) if most > least else least
        places: set[int] = set()
        for _ in range(number):
            places.add(self._place(pool, places))
        return sorted(places)

    def _place(self, pool: Pool, taken: set[int]) -> int:
        """One of *pool* by their weights, none of those *taken*."""
        for _ in range(TRIES):
            if (place := pool.at(self._chance.random())) not in taken:
                return place
        left = [place for place in range(len(pool.options)) if place not in taken]
        sums = list(accumulate(pool.options[place].weight for place in left))
        found = bisect_right(sums, self._chance.random() * sums[-1])
        return left[min(found, len(left) - 1)]
