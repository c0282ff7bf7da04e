"""Who follows what on which page: one follower a page."""

import time
from collections import OrderedDict
from collections.abc import Sequence

from studio.generations.follow import Following

PAGES_REMEMBERED = 2000


class Turn(Following):
    """What one page follows. `number` orders turns; a newer one ends the one before it."""

    def __init__(self, number: int, ids: Sequence[str]) -> None:
        super().__init__(ids)
        self.number = number


class Turns:
    """The follower of each page, by Gradio's session hash. Used from the server's loop only.

    A page has one live panel, so a new follower ends the one before it and takes along what that
    one had not seen finish.
    """

    def __init__(self) -> None:
        self._last = 0
        self._turns: OrderedDict[str, Turn] = OrderedDict()

    def number(self) -> int:
        """A new number: greater than all before, also than those before a restart."""
        self._last = max(self._last + 1, int(time.time() * 1000))
        return self._last

    def take(self, page: str, ids: Sequence[str]) -> Turn:
        """Begin to follow *ids* on *page*, after what is still pending there."""
        before = self._turns.pop(page, None)
        kept = tuple(i for i in before.ids if i in before.pending) if before else ()
        turn = Turn(self.number(), tuple(dict.fromkeys((*kept, *ids))))
        if before:
            before.end()
        self._turns[page] = turn
        while len(self._turns) > PAGES_REMEMBERED:
            self._turns.popitem(last=False)
        return turn

    def ids(self, page: str) -> tuple[str, ...]:
        """What *page* follows now."""
        turn = self._turns.get(page)
        return turn.ids if turn else ()

    def leave(self, page: str) -> None:
        """The page is gone."""
        if turn := self._turns.pop(page, None):
            turn.end()
