"""Which servers can run a generation, by what each has."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping

from comfy.client.server import Server
from comfy.workflow.ability import Lack, lacking
from storage.records import Generation
from studio.requested import uploads_of
from studio.servers.catalogues import Catalogues

MAX_KEPT = 20_000
"""Generations of which it is remembered what servers lack of them."""
MAX_NAMED = 3
"""Things that one server lacks which a sentence names."""

Lacks = Mapping[str, tuple[Lack, ...]]


class Ability:
    """What every server lacks of a generation. `_lock` guards `_kept`.

    What a record asks for never changes, only how a server spelled it: each is looked at once for
    each edition of what servers offer.
    """

    def __init__(self, catalogues: Catalogues, servers: Mapping[str, Server]) -> None:
        self._catalogues = catalogues
        self._servers = servers
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[int, Lacks]] = OrderedDict()

    def lacks(self, record: Generation) -> Lacks:
        """By server, of those that have said what they have; () where nothing is lacking."""
        edition = self._catalogues.edition
        with self._lock:
            kept = self._kept.get(record.id)
        if kept and kept[0] == edition:
            return kept[1]
        brought = uploads_of(record)
        lacks = {
            name: lacking(record.graph, catalogue, brought)
            for name in self._catalogues.names
            if (catalogue := self._catalogues.offer(name).catalogue)
        }
        with self._lock:
            self._kept[record.id] = (edition, lacks)
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return lacks

    def can_run(self, record: Generation, name: str) -> bool:
        """True unless server *name* lacks something of *record*, and another lacks nothing.

        Where all lack something, any may have it: the server says best what is wrong.
        """
        lacks = self.lacks(record)
        return lacks.get(name) == () or all(lacks.values())

    def others(self, record: Generation, refused: Collection[str]) -> tuple[str, ...]:
        """Servers that lack nothing, answer, and are not among those that *refused* it."""
        return tuple(
            name
            for name, lack in self.lacks(record).items()
            if not lack and name not in refused and self._servers[name].answers
        )

    def told(self, record: Generation, but: Collection[str] = ()) -> str:
        """What each server *but* some lacks, in a sentence each; "" where none lacks anything."""
        return " ".join(
            f"{name} lacks {_listed(lack)}."
            for name, lack in self.lacks(record).items()
            if lack and name not in but
        )


def _listed(lacks: tuple[Lack, ...]) -> str:
    named = [str(one) for one in lacks[:MAX_NAMED]]
    more = len(lacks) - len(named)
    if more:
        named.append(f"{more} more")
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
