"""What people keep under names of their own, and what of it was deleted lately: presets."""

import json
import logging
import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Generic, Protocol, TypeVar

from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import StudioError

log = logging.getLogger(__name__)

MAX_NAME = 80
MAX_KEPT = 500
"""Of one kind and person."""
MAX_BIN = 200
"""Deleted ones that can still be taken back, over all viewers."""
_NAME = re.compile(r"[^\x00-\x1f/\\?#%]+")


class Named(Protocol):
    """A frozen dataclass that is kept."""

    @property
    def name(self) -> str:
        """What it is kept under."""

    def to_json(self) -> dict[str, Any]:
        """Return what is stored and shared."""


Kept = TypeVar("Kept", bound=Named)


def checked_name(name: str) -> str:
    """Return *name* trimmed; raise StudioError where it cannot be one."""
    name = name.strip()
    if not name or len(name) > MAX_NAME or not _NAME.fullmatch(name):
        raise StudioError(
            f"A preset's name has 1 to {MAX_NAME} characters, none of them / \\ ? # %."
        )
    return name


class NamedDocuments(Generic[Kept]):
    """Everybody's own of one *kind*, each up to *most* bytes. `_lock` guards `_bin`.

    *read* makes one of what is stored, and raises StudioError where that is none.
    """

    def __init__(
        self, store: Store, kind: str, read: Callable[[Mapping[str, Any]], Kept], most: int
    ) -> None:
        self._documents = store.documents
        self._kind = kind
        self._read = read
        self._most = most
        self._lock = threading.Lock()
        self._bin: OrderedDict[tuple[str, str], Kept] = OrderedDict()
        self._listeners: tuple[Callable[[str], None], ...] = ()
        self._versions: Counter[str] = Counter()

    def listen(self, changed: Callable[[str], None]) -> None:
        """Call *changed* with the owner whenever one of theirs is saved or deleted."""
        self._listeners = (*self._listeners, changed)

    def names(self, viewer: Viewer) -> tuple[str, ...]:
        """The names of the viewer's own, the latest first."""
        return tuple(self._documents.by_name(self._kind, viewer.owner))

    def all(self, viewer: Viewer) -> tuple[Kept, ...]:
        """The viewer's own with all that is in them, the latest first."""
        kept = self._documents.by_name(self._kind, viewer.owner).values()
        return tuple(one for one in map(self._readable, kept) if one is not None)

    def get(self, name: str, viewer: Viewer) -> Kept | None:
        """One of the viewer's own; None where there is none of that name."""
        data = self._documents.by_name(self._kind, viewer.owner).get(name)
        return self._read(data) if data else None

    def own(self, name: str, viewer: Viewer) -> Kept:
        """One of the viewer's own. Raises StudioError where there is none of that name."""
        found = self.get(name, viewer)
        if found is None:
            raise StudioError(f"There is no preset “{name[:MAX_NAME]}” any more.")
        return found

    def save(self, preset: Kept, viewer: Viewer) -> None:
        """Keep *preset* in place of one of its name. Raises StudioError."""
        checked_name(preset.name)
        data = preset.to_json()
        if len(json.dumps(data)) > self._most:
            raise StudioError(f"The preset is over {self._most // 2**20} MB.")
        names = self.names(viewer)
        if preset.name not in names and len(names) >= MAX_KEPT:
            raise StudioError(f"There are {MAX_KEPT} presets already: delete one first.")
        self._documents.keep(self._kind, viewer.owner, preset.name, data)
        self._tell(viewer.owner)

    def rename(self, name: str, to: str, viewer: Viewer) -> None:
        """Give a preset another name. Raises StudioError."""
        preset, new = self.own(name, viewer), checked_name(to)
        if new == preset.name:
            return
        if new in self.names(viewer):
            raise StudioError(f"There is a preset “{new}” already: choose another name.")
        self.save(replace(preset, name=new), viewer)  # type: ignore[type-var] # a dataclass
        self._drop(preset.name, viewer)

    def delete(self, name: str, viewer: Viewer) -> Kept:
        """Remove a preset and return it; `restore` takes that back. Raises StudioError."""
        preset = self.get(name, viewer)
        if preset is None:
            raise StudioError(f"There is no preset “{name[:MAX_NAME]}”.")
        self._drop(name, viewer)
        with self._lock:
            self._bin[viewer.owner, name] = preset
            while len(self._bin) > MAX_BIN:
                self._bin.popitem(last=False)
        return preset

    def restore(self, name: str, viewer: Viewer) -> None:
        """Take a deletion back. Raises StudioError where it is too late."""
        with self._lock:
            preset = self._bin.pop((viewer.owner, name), None)
        if preset is None:
            raise StudioError("It is too late to take this back: the preset is gone.")
        self.save(preset, viewer)

    def version(self, owner: str) -> int:
        """A number that changes when what the owner keeps does."""
        return self._versions[owner]

    def _drop(self, name: str, viewer: Viewer) -> None:
        self._documents.drop(self._kind, viewer.owner, name)
        self._tell(viewer.owner)

    def _tell(self, owner: str) -> None:
        self._versions[owner] += 1
        for changed in self._listeners:
            changed(owner)

    def _readable(self, data: Mapping[str, Any]) -> Kept | None:
        """What is stored, or None where another version wrote it: it is to hide no other."""
        try:
            return self._read(data)
        except StudioError as error:
            log.warning("A preset is left out: %s", error)
            return None
