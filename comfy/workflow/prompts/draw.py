"""A prompt and chance → the text that is drawn. The same chance draws the same, anywhere. Pure."""

from random import Random

from comfy.workflow.prompts.limits import (
    MAX_DEPTH,
    MAX_DRAWS,
    MAX_TEXT,
    TOO_LONG,
    TOO_MANY_DRAWS,
    ExpandError,
)
from comfy.workflow.prompts.lists import Lists
from comfy.workflow.prompts.tree import Choice, Option, Part, Parts, Wildcard, likely
from comfy.workflow.prompts.ways import joined


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
        options = self._pool(part.pool) if part.pool else list(likely(part.options))
        return self.text(joined(part, [one.parts for one in self._picked(part, options)]))

    def _line(self, wildcard: Wildcard) -> Option:
        entries = self._lists.entries(wildcard.name)
        return self._lists.option(entries.lines[entries.at(self._chance.random())])

    def _pool(self, wildcard: Wildcard) -> list[Option]:
        lines = self._lists.entries(wildcard.name).lines
        return list(likely(tuple(map(self._lists.option, lines))))

    def _picked(self, choice: Choice, options: list[Option]) -> list[Option]:
        """As many as are wanted, each once, in the order in which they stand."""
        least, most = min(choice.least, len(options)), min(choice.most, len(options))
        number = least + int(self._chance.random() * (most - least + 1)) if most > least else least
        places: list[int] = []
        for _ in range(number):
            places.append(self._place(options, places))
        return [options[place] for place in sorted(places)]

    def _place(self, options: list[Option], taken: list[int]) -> int:
        """One of *options* by their weights, none of those *taken*."""
        gone = set(taken)
        left = [place for place in range(len(options)) if place not in gone]
        share = self._chance.random() * sum(options[place].weight for place in left)
        for place in left:
            share -= options[place].weight
            if share < 0:
                return place
        return left[-1]
