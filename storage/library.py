"""The gallery's side of a store: searches, marks and labels, the bin, and what takes room."""

from collections.abc import Collection, Sequence
from time import time
from typing import Any

from storage.engine.database import Database
from storage.engine.marks import Label, Mark, Purge
from storage.engine.writer import Writer
from storage.records import Generation
from storage.search import facets, pages, reads, usage
from storage.search.facets import Facets
from storage.search.query import Count, Search
from storage.search.usage import Freed, Rule, Usage


class Library:
    """What is kept, as its owners look through it and put it in order.

    *owner* None means everybody's, everywhere.
    """

    def __init__(self, database: Database, writer: Writer) -> None:
        self._read = database.read
        self._write = writer.write

    def search(
        self, wanted: Search, *, owner: str | None, after: str = "", limit: int = 100
    ) -> list[Generation]:
        """The next *limit* records that *wanted* finds after the one with id *after*.

        Nothing follows an unknown *after*.
        """
        return self._read(lambda cursor: pages.page(cursor, wanted, owner, after, limit))

    def count(self, wanted: Search, *, owner: str | None) -> Count:
        """How many records *wanted* finds; with words in it, counted to `pages.COUNTED` only."""
        return self._read(lambda cursor: pages.count(cursor, wanted, owner))

    def facets(self, owner: str | None) -> Facets:
        """What *owner*'s finished generations can be searched by."""
        return self._read(lambda cursor: facets.facets(cursor, owner))

    def mark(self, ids: Sequence[str], owner: str | None, **column: Any) -> tuple[str, ...]:
        """Set one column of those of *ids* that are *owner*'s and not in the bin.

        Return their ids. In one transaction, thousands at once.
        """
        ((name, value),) = column.items()
        return self._write(Mark(tuple(ids), owner, name, value))

    def label(
        self,
        ids: Sequence[str],
        owner: str | None,
        kind: str,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
    ) -> tuple[str, ...]:
        """Change the labels of one kind of those of *ids* that are *owner*'s; return their ids."""
        return self._write(Label(tuple(ids), owner, kind, tuple(add), tuple(remove)))

    def bin(self, ids: Sequence[str], owner: str | None) -> tuple[str, ...]:
        """Put into the bin those of *ids* that are *owner*'s and over; return their ids."""
        return self._write(Mark(tuple(ids), owner, "deleted_at", time()))

    def unbin(self, ids: Sequence[str], owner: str | None) -> tuple[str, ...]:
        """Take those of *ids* that are *owner*'s out of the bin; return their ids."""
        return self._write(Mark(tuple(ids), owner, "deleted_at", None, binned=True))

    def purge(
        self, before: float, *, owner: str | None = None, ids: Sequence[str] | None = None
    ) -> list[Generation]:
        """Remove for good what was deleted before that time; the caller removes the files.

        *ids* None means all.
        """
        chosen = None if ids is None else tuple(ids)
        return list(self._write(Purge(before, owner, chosen)))

    def usage(self, owner: str | None) -> Usage:
        """How much *owner* has."""
        return self._read(lambda cursor: usage.usage(cursor, owner))

    def concerned(self, rule: Rule, owner: str | None, before: float) -> Freed:
        """What *rule* concerns of what was made, or of the bin put there, before that time."""
        return self._read(lambda cursor: usage.concerned(cursor, rule, owner, before))

    def concerned_ids(self, rule: Rule, owner: str | None, before: float, limit: int) -> list[str]:
        """Ids of *limit* of those."""
        return self._read(lambda cursor: usage.concerned_ids(cursor, rule, owner, before, limit))

    def named_files(self, folder: str) -> frozenset[str]:
        """The paths that begin with *folder* and that records name."""
        return self._read(lambda cursor: usage.named_files(cursor, folder))

    def named_by(self, ids: Collection[str]) -> frozenset[str]:
        """The paths of files and thumbnails that the generations with these *ids* name."""
        return self._read(lambda cursor: usage.named_by(cursor, ids)) if ids else frozenset()

    def known_files(self, owner: str, digests: Collection[str]) -> frozenset[str]:
        """Which SHA-256 *digests* are of files that *owner* has, in the bin too."""
        return self._read(lambda cursor: reads.known_files(cursor, owner, digests))
