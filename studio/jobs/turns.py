"""The order in which waiting generations are handed out: by turns between their owners.

Everybody who has something waiting gets one turn before anybody gets a second. Who was served
last comes last, and who comes anew comes just before them: nobody waits for more than one turn
of each other owner, and nobody who waited already is overtaken by a newcomer. Within their own
turns people arrange as they like, by priority and position. What is held back, and what its owner
paused, takes no turn and delays nobody.

Everything is kept sorted, so that a look costs the same however many wait. No thread, no clock:
whoever holds a `Line` guards it.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest

from storage.records import Generation
from studio.jobs.order import Key, key_of


@dataclass(slots=True)
class _Own:
    """One owner's, as they arranged them: `all` of them, and those that are `going` (not held)."""

    all: list[Key] = field(default_factory=list)
    going: list[Key] = field(default_factory=list)


class Line:
    """What waits here, by id. `put` what waits, `take` what a server gets, `drop` all else."""

    def __init__(self) -> None:
        self._records: dict[str, Generation] = {}
        # In the order of their turns, but for `_last`, who comes after all of them.
        self._owners: dict[str, _Own] = {}
        self._last = ""
        self._paused: set[str] = set()

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, id_: str) -> bool:
        return id_ in self._records

    @property
    def paused(self) -> frozenset[str]:
        """Owners of whom nothing is handed out."""
        return frozenset(self._paused)

    def pause(self, owner: str) -> None:
        """Hand out nothing of *owner*'s."""
        self._paused.add(owner)

    def go_on(self, owner: str) -> None:
        """Hand theirs out again; they kept their turn."""
        self._paused.discard(owner)

    def put(self, record: Generation) -> None:
        """Let *record* wait, or go on waiting as it is now (held, of another priority)."""
        before = self._records.get(record.id)
        if before is not None and _same_place(before, record):
            self._records[record.id] = record
            return
        self.drop(record.id)
        self._records[record.id] = record
        own = self._owners.setdefault(record.owner, _Own())
        insort(own.all, key_of(record))
        if not record.held:
            insort(own.going, key_of(record))

    def drop(self, id_: str) -> None:
        """Forget *id_*, which no longer waits here; nothing happens where it does not."""
        record = self._records.pop(id_, None)
        if record is None:
            return
        own, key = self._owners[record.owner], key_of(record)
        del own.all[bisect_left(own.all, key)]
        if not record.held:
            del own.going[bisect_left(own.going, key)]
        if not own.all:
            del self._owners[record.owner]

    def take(self, id_: str) -> None:
        """Hand *id_* out: it no longer waits, and its owner's turn is over."""
        owner = self._records[id_].owner
        if self._last != owner and self._last in self._owners:
            # Behind all who came since it was served.
            self._owners[self._last] = self._owners.pop(self._last)
        self._last = owner
        self.drop(id_)

    def upcoming(
        self, can_run: Callable[[Generation], bool] = lambda _: True
    ) -> Iterator[Generation]:
        """By turns, what is not held, whose owner has not paused, and that *can_run*.

        What cannot costs its owner no turn.
        """
        # Nobody's are looked through before it is their turn: thousands may be for no server.
        lines = deque(filter(can_run, self._going(owner)) for owner in self._turns(paused=False))
        while lines:
            line = lines.popleft()
            for record in islice(line, 1):
                yield record
                lines.append(line)

    def place(self, id_: str) -> int:
        """How many are handed out before *id_*, and one; 0 where it does not wait here.

        Of what is held or paused: the place that it would have, were it not.
        """
        record = self._records.get(id_)
        if record is None:
            return 0
        rank = bisect_left(self._owners[record.owner].going, key_of(record))
        place, turns = rank + 1, rank + 1
        for owner in self._turns():
            if owner == record.owner:
                turns = rank  # who comes after them had one turn less by then
            elif owner not in self._paused:
                place += min(len(self._owners[owner].going), turns)
        return place

    def order(self) -> list[Generation]:
        """All that waits, next first; what is held stands before what its owner has after it.

        What owners paused comes last.
        """
        return [
            self._records[key[-1]]
            for paused in (False, True)
            for turn in zip_longest(*map(self._pieces, self._turns(paused=paused)), fillvalue=())
            for key in chain.from_iterable(turn)
        ]

    def of(self, owner: str) -> list[Generation]:
        """What waits of *owner*'s, as they arranged it."""
        own = self._owners.get(owner, _Own())
        return [self._records[key[-1]] for key in own.all]

    def count(self, owner: str) -> int:
        """How many of *owner*'s wait."""
        return len(self._owners.get(owner, _Own()).all)

    def _going(self, owner: str) -> Iterator[Generation]:
        return (self._records[key[-1]] for key in self._owners[owner].going)

    def _turns(self, *, paused: bool | None = None) -> Iterator[str]:
        """Owners in the order of their turns, all or those who have, or have not, *paused*."""
        before = [owner for owner in self._owners if owner != self._last]
        last = [self._last] if self._last in self._owners else []
        return (o for o in before + last if paused is None or (o in self._paused) is paused)

    def _pieces(self, owner: str) -> list[list[Key]]:
        """What *owner* has, cut after each that is going: one piece a turn."""
        pieces: list[list[Key]] = [[]]
        for key in self._owners[owner].all:
            pieces[-1].append(key)
            if not self._records[key[-1]].held:
                pieces.append([])
        return pieces


def _same_place(one: Generation, other: Generation) -> bool:
    same_owner = one.owner == other.owner and one.held == other.held
    return same_owner and key_of(one) == key_of(other)
