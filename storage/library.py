"""The gallery's side of a store: searches, marks and labels, the bin, and what takes room."""

from collections.abc import Collection, Sequence
from time import time
from typing import Any

from storage.engine.database import Database
from storage.engine.marks import Label, Mark
from storage.engine.purges import Gone, Purge
from storage.engine.writer import Writer
from storage.records import Generation, Target
from storage.search import facets, model_uses, pages, reads, usage
from storage.search.facets import Facets
from storage.search.model_uses import ModelUse
from storage.search.query import Count, Search
from storage.search.usage import Freed, Rule, Usage

Targets = tuple[Target, ...]


class Library:
    """What is kept, as its owners look through it and put it in order.

    *owner* None means everybody's, everywhere. A target is one image, or all images of the
    generation with that id.
    """

    def __init__(self, database: Database, writer: Writer) -> None:
        self._read = database.view
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

    def model_uses(self, owner: str) -> list[ModelUse]:
        """What *owner* used of models, LoRAs and embeddings, the most used first."""
        return self._read(lambda cursor: model_uses.model_uses(cursor, owner))

    def mark(self, targets: Sequence[Target], owner: str | None, **column: Any) -> Targets:
        """Set one column of those of *targets* that are *owner*'s and not in the bin.

        Return those that were there. In one transaction, thousands at once.
        """
        ((name, value),) = column.items()
        return self._write(Mark(tuple(targets), owner, name, value))

    def label(
        self,
        targets: Sequence[Target],
        owner: str | None,
        kind: str,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
    ) -> Targets:
        """Change the labels of one kind of those of *targets* that are *owner*'s; return those."""
        return self._write(Label(tuple(targets), owner, kind, tuple(add), tuple(remove)))

    def bin(self, targets: Sequence[Target], owner: str | None) -> Targets:
        """Put into the bin those of *targets* that are *owner*'s and over; return those."""
        return self._write(Mark(tuple(targets), owner, "deleted_at", time()))

    def unbin(self, targets: Sequence[Target], owner: str | None) -> Targets:
        """Take those of *targets* that are *owner*'s out of the bin; return those."""
        return self._write(Mark(tuple(targets), owner, "deleted_at", None, binned=True))

    def purge(
        self, before: float, *, owner: str | None = None, targets: Sequence[Target] | None = None
    ) -> list[Gone]:
        """Remove for good what was deleted before that time; the caller removes the files.

        *targets* None means all.
        """
        chosen = None if targets is None else tuple(targets)
        return list(self._write(Purge(before, owner, chosen)))

    def usage(self, owner: str | None) -> Usage:
        """How much *owner* has."""
        return self._read(lambda cursor: usage.usage(cursor, owner))

    def concerned(self, rule: Rule, owner: str | None, before: float) -> Freed:
        """What *rule* concerns of what was made, or of the bin put there, before that time."""
        return self._read(lambda cursor: usage.concerned(cursor, rule, owner, before))

    def concerned_targets(
        self, rule: Rule, owner: str | None, before: float, limit: int
    ) -> list[Target]:
        """About *limit* of those."""
        return self._read(
            lambda cursor: usage.concerned_targets(cursor, rule, owner, before, limit)
        )

    def named_files(self, folder: str) -> frozenset[str]:
        """The paths that begin with *folder* and that records name."""
        return self._read(lambda cursor: usage.named_files(cursor, folder))

    def named_by(self, ids: Collection[str]) -> frozenset[str]:
        """The paths of files and thumbnails that the generations with these *ids* name."""
        return self._read(lambda cursor: usage.named_by(cursor, ids)) if ids else frozenset()

    def known_files(self, owner: str, digests: Collection[str]) -> frozenset[str]:
        """Which SHA-256 *digests* are of files that *owner* has, in the bin too."""
        return self._read(lambda cursor: reads.known_files(cursor, owner, digests))
