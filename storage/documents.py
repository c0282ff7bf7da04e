"""What a store keeps beside generations: documents under names, flags, and whose all of it is."""

from collections.abc import Mapping
from time import time
from typing import Any

from storage.engine import documents, owners
from storage.engine.database import Database
from storage.engine.owners import Keys, TakeOver
from storage.engine.transaction import Flag
from storage.engine.writer import Writer
from storage.search import reads


class Documents:
    """JSON objects, each under a kind, an owner and a name."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._read = database.read
        self._write = writer.write

    def keep(self, kind: str, owner: str, name: str, data: Mapping[str, Any]) -> None:
        """Keep *data* (a JSON object) under a name of the owner's, in place of what was there."""
        self._write(documents.Keep(kind, owner, name, data, time()))

    def drop(self, kind: str, owner: str, name: str) -> None:
        """Remove a document; nothing happens where there is none."""
        self._write(documents.Keep(kind, owner, name, None))

    def by_name(self, kind: str, owner: str) -> dict[str, dict[str, Any]]:
        """The owner's documents of one kind by name, newest first."""
        return self._read(lambda cursor: documents.documents(cursor, kind, owner))

    def everybodys(self, kind: str) -> list[tuple[str, str]]:
        """Owners and names of all documents of one kind, in order."""
        return self._read(lambda cursor: documents.everybodys(cursor, kind))

    def trim(self, kind: str, many: int, most_bytes: int) -> None:
        """Remove the longest unchanged of one kind, anybody's, beyond so *many* and so large."""
        self._write(documents.Trim(kind, many, most_bytes))

    def upload_names(self) -> frozenset[str]:
        """Names of uploads in all generations and documents: 64 hexadecimal digits, an ending."""
        return self._read(documents.upload_names)


class Flags:
    """Names that are on; all others are off."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._read = database.read
        self._write = writer.write

    def names(self, prefix: str = "") -> frozenset[str]:
        """The names, beginning with *prefix*, of the flags that are on."""
        return self._read(lambda cursor: reads.flags(cursor, prefix))

    def set(self, name: str, *, on: bool) -> None:
        """Switch a flag on or off."""
        self._write(Flag(name, on))


class Owners:
    """Whose records are whose, where that changes."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._read = database.read
        self._write = writer.write

    def count(self, former: str) -> int:
        """How many generations *former* has; see `storage.engine.owners.TakeOver` for whom."""
        return self._read(lambda cursor: owners.count_of(cursor, former))

    def take_over(
        self, former: str, owner: str, keyed: Keys = (), placed: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        """Let all that is *former*'s be *owner*'s, or none of it; return the owners it had.

        See `storage.engine.owners.TakeOver`. A million generations take seconds.
        """
        return self._write(TakeOver(former, owner, keyed, placed))
