"""Where people want to be told of their jobs, and what is still to be told there."""

from collections.abc import Collection, Sequence

from storage.engine import outbox
from storage.engine.database import Database
from storage.engine.outbox import MAX_HOOKS, Drop, Hook, Keep, Letter, Settle, Tidy
from storage.engine.writer import Writer

__all__ = ["MAX_HOOKS", "Hook", "Hooks", "Letter"]


class Hooks:
    """Hooks of owners, and the outbox: letters to them, one for each event and hook.

    A letter is written in the transaction of the change of a record that it tells of, so neither
    is there without the other.
    """

    def __init__(self, database: Database, writer: Writer) -> None:
        self._read = database.read
        self._write = writer.write

    def of(self, owner: str) -> tuple[Hook, ...]:
        """The owner's hooks, oldest first."""
        return self._read(lambda cursor: outbox.hooks(cursor, owner))

    def all(self) -> tuple[Hook, ...]:
        """Everybody's, oldest first."""
        return self._read(lambda cursor: outbox.hooks(cursor, None))

    def keep(self, hook: Hook) -> None:
        """Keep a hook, in place of the one of its id and owner."""
        self._write(Keep(hook))

    def drop(self, id_: str, owner: str) -> None:
        """Remove the owner's hook, and what was still to be told there."""
        self._write(Drop(id_, owner))

    def waiting(self, hooks: Collection[str], most: int) -> dict[str, list[Letter]]:
        """The oldest *most* letters of each of *hooks* (ids) that has any, in order."""
        return self._read(lambda cursor: outbox.letters(cursor, hooks, most))

    def settle(
        self,
        hook: str,
        letters: Sequence[Letter],
        *,
        at: float,
        worked: bool,
        result: str,
        dropped: int = 0,
    ) -> None:
        """Note the *result* of a try at *at* (epoch seconds); *letters* are not told again.

        *dropped* of them were not told at all.
        """
        ids = tuple(letter.id for letter in letters)
        self._write(Settle(hook, ids, at, worked, result, dropped))

    def tidy(self, oldest: float, most: int) -> None:
        """Drop letters from before *oldest*, and of each hook all but the newest *most*.

        Their hooks count them.
        """
        self._write(Tidy(oldest, most))
