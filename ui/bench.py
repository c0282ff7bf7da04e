"""Workflows that people have open: what was typed into their forms outlives the page.

A bench belongs to one viewer and is named by its id, so two tabs can have two workflows open.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from studio.shelf import Look
from studio.workflows import Opened
from ui.source import NONE, Source

MAX_BENCHES = 400
"""Forms kept open over all viewers; the longest untouched goes first."""
MAX_OWN = 12
"""Forms that one viewer has open at once."""
RANDOM, FIXED, INCREMENT = "random", "fixed", "increment"
SEED_MODES = (RANDOM, FIXED, INCREMENT)


@dataclass(frozen=True, slots=True)
class Grid:
    """What was made last: which generation stands where, and the labels of columns and rows."""

    ids: tuple[str, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bench:
    """One open workflow. Mappings are by field key.

    `edits` are what was typed, as it came from the page; `uploads` names of kept files; `modes`
    how seeds go on; `many` how many are made; `job` the latest generation made of it, `grid` the
    latest press, where that was one; `sent` what was typed and kept then; `source` what it was
    filled from.
    """

    id: str
    owner: str
    name: str
    graph: Mapping[str, Any]
    looks: tuple[Look, ...] = ()
    notes: tuple[str, ...] = ()
    edits: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)
    seeds: str = RANDOM
    many: Mapping[str, Any] = field(default_factory=dict)
    job: str = ""
    sent: Mapping[str, Any] = field(default_factory=dict)
    preset: str = ""
    source: Source = NONE
    grid: Grid | None = None


class Benches:
    """The open workflows of everybody. `_lock` guards `_open`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[str, Bench] = OrderedDict()

    def open(self, owner: str, opened: Opened, **fields: Any) -> Bench:
        """Put a workflow on a bench of its own."""
        notes = tuple(dict.fromkeys(opened.warnings))
        bench = Bench(
            secrets.token_hex(8), owner, opened.name, dict(opened.graph), notes=notes, **fields
        )
        with self._lock:
            self._open[bench.id] = bench
            own = [one.id for one in self._open.values() if one.owner == owner]
            for id_ in own[:-MAX_OWN]:
                del self._open[id_]
            while len(self._open) > MAX_BENCHES:
                self._open.popitem(last=False)
        return bench

    def get(self, id_: str, owner: str) -> Bench | None:
        """The owner's bench of that id, or None."""
        with self._lock:
            found = self._open.get(id_)
            return found if found and found.owner == owner else None

    def latest(self, owner: str) -> Bench | None:
        """The one that the owner touched last."""
        with self._lock:
            return next((b for b in reversed(self._open.values()) if b.owner == owner), None)

    def change(self, id_: str, owner: str, **fields: Any) -> Bench | None:
        """Change fields of the owner's bench and return it; None where it is gone."""
        with self._lock:
            found = self._open.get(id_)
            if found is None or found.owner != owner:
                return None
            changed = self._open[id_] = replace(found, **fields)
            self._open.move_to_end(id_)
            return changed

    def close(self, id_: str, owner: str) -> None:
        """Clear the bench."""
        with self._lock:
            found = self._open.get(id_)
            if found and found.owner == owner:
                del self._open[id_]
