"""The prompts of one press: counted, and drawn by a seed or made in every way. Pure."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from comfy.workflow.prompts.draw import draw
from comfy.workflow.prompts.limits import COUNTED, Every
from comfy.workflow.prompts.lists import Lists
from comfy.workflow.prompts.ways import Ways

PROMPT, NEGATIVE = "prompt", "negative"
"""What tells the draws of these two texts apart, whichever form they stand in."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """Texts by key, which are drawn together from the same *lists*; `every` says what is not drawn.

    Each is drawn by the seed and by its name in `names`, its key where it has none there: so the
    same prompt with the same seed and lists is drawn as the same text by any form.
    """

    texts: Mapping[str, str]
    lists: Lists = field(default_factory=Lists)
    every: Every = Every.NOTHING
    names: Mapping[str, str] = field(default_factory=dict)

    def count(self) -> int:
        """How many of them there are, exactly, or `COUNTED` for more. Raises ExpandError."""
        ways = Ways(self.lists, self.every)
        return min(math.prod(ways.count(text) for text in self.texts.values()), COUNTED)

    def drawn(self, seed: int) -> Iterator[dict[str, str]]:
        """All of them by key, in order: one by *seed* where nothing is made in every way.

        Count first: a short text can stand for more than fit into memory. Raises ExpandError.
        """
        ways = Ways(self.lists, self.every)
        every = [tuple(self._texts(ways, key, seed)) for key in self.texts]
        for texts in product(*every):
            yield dict(zip(self.texts, texts, strict=True))

    def _texts(self, ways: Ways, key: str, seed: int) -> Iterator[str]:
        chance = f"{seed}:{self.names.get(key, key)}"
        for number, parts in enumerate(ways.every(self.texts[key])):
            yield draw(parts, self.lists, f"{chance}:{number}" if number else chance)
