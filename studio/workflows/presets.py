"""Presets that people save of workflows: a graph, and how its form is to look. One JSON each.

The same JSON is what is shared as a file, so a preset moves between people and installations.
"""

import json
import logging
import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from comfy.errors import WorkflowError
from comfy.workflow.limits import check_size
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.workflows.looks import Look, stored_looks

log = logging.getLogger(__name__)

FORMAT = "stepglass-preset/1"
PRESET_MARK = b'"stepglass-preset/'
"""What is in the text of every shared preset."""
KIND = "preset"
MAX_NAME = 80
MAX_PRESETS = 500
MAX_BYTES = 16 * 2**20
MAX_BIN = 200
"""Deleted presets that can still be taken back, over all viewers."""
_NAME = re.compile(r"[^\x00-\x1f/\\?#%]+")


@dataclass(frozen=True, slots=True)
class Preset:
    """A saved workflow. `looks` are in the order in which the fields stand."""

    name: str
    graph: dict[str, Any]
    looks: tuple[Look, ...] = ()
    description: str = field(default="")

    @property
    def defaults(self) -> dict[str, Any]:
        """What its looks say that fields hold, by field key."""
        return {look.key: look.default for look in self.looks if look.default is not None}

    def to_json(self) -> dict[str, Any]:
        """Return what is stored and shared."""
        return {
            "format": FORMAT,
            "name": self.name,
            "description": self.description,
            "graph": self.graph,
            "fields": [asdict(look) for look in self.looks],
        }


def read_preset(data: Any) -> Preset:
    """Read a shared preset. Raises StudioError with a sentence where it is none."""
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise StudioError(f"This is no preset that Stepglass saved (its format is not {FORMAT}).")
    graph = data.get("graph")
    if not isinstance(graph, dict) or not all(isinstance(n, dict) for n in graph.values()):
        raise StudioError("The preset has no graph: it may be damaged.")
    try:
        check_size(graph)
    except WorkflowError as error:
        raise StudioError(str(error)) from error
    name, description = data.get("name"), data.get("description")
    return Preset(
        checked_name(name if isinstance(name, str) else ""),
        graph,
        stored_looks(data.get("fields")),
        description[:2000] if isinstance(description, str) else "",
    )


def checked_name(name: str) -> str:
    """Return *name* trimmed; raise StudioError where it cannot be one."""
    name = name.strip()
    if not name or len(name) > MAX_NAME or not _NAME.fullmatch(name):
        raise StudioError(
            f"A preset's name has 1 to {MAX_NAME} characters, none of them / \\ ? # %."
        )
    return name


class Presets:
    """Everybody's own presets, and those deleted lately. `_lock` guards `_bin`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._bin: OrderedDict[tuple[str, str], Preset] = OrderedDict()
        self._listeners: tuple[Callable[[str], None], ...] = ()
        self._versions: Counter[str] = Counter()

    def listen(self, changed: Callable[[str], None]) -> None:
        """Call *changed* with the owner whenever one of their presets is saved or deleted."""
        self._listeners = (*self._listeners, changed)

    def names(self, viewer: Viewer) -> tuple[str, ...]:
        """The viewer's presets, the latest first."""
        return tuple(self._store.documents.by_name(KIND, viewer.owner))

    def all(self, viewer: Viewer) -> tuple[Preset, ...]:
        """The viewer's presets with all that is in them, the latest first."""
        kept = self._store.documents.by_name(KIND, viewer.owner).values()
        return tuple(filter(None, map(_readable, kept)))

    def get(self, name: str, viewer: Viewer) -> Preset | None:
        """One of the viewer's presets; None where there is none of that name."""
        data = self._store.documents.by_name(KIND, viewer.owner).get(name)
        return read_preset(data) if data else None

    def own(self, name: str, viewer: Viewer) -> Preset:
        """One of the viewer's presets. Raises StudioError where there is none of that name."""
        preset = self.get(name, viewer)
        if preset is None:
            raise StudioError(f"There is no preset “{name[:MAX_NAME]}” any more.")
        return preset

    def save(self, preset: Preset, viewer: Viewer) -> None:
        """Keep a preset in place of one of its name. Raises StudioError."""
        checked_name(preset.name)
        data = preset.to_json()
        if len(json.dumps(data)) > MAX_BYTES:
            raise StudioError(f"The preset is over {MAX_BYTES // 2**20} MB.")
        names = self.names(viewer)
        if preset.name not in names and len(names) >= MAX_PRESETS:
            raise StudioError(f"There are {MAX_PRESETS} presets already: delete one first.")
        self._store.documents.keep(KIND, viewer.owner, preset.name, data)
        self._tell(viewer.owner)

    def rename(self, name: str, to: str, viewer: Viewer) -> None:
        """Give a preset another name. Raises StudioError."""
        preset, new = self.own(name, viewer), checked_name(to)
        if new == preset.name:
            return
        if new in self.names(viewer):
            raise StudioError(f"There is a preset “{new}” already: choose another name.")
        self.save(replace(preset, name=new), viewer)
        self._drop(preset.name, viewer)

    def delete(self, name: str, viewer: Viewer) -> Preset:
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
        """A number that changes when the owner's presets do."""
        return self._versions[owner]

    def _drop(self, name: str, viewer: Viewer) -> None:
        self._store.documents.drop(KIND, viewer.owner, name)
        self._tell(viewer.owner)

    def _tell(self, owner: str) -> None:
        self._versions[owner] += 1
        for changed in self._listeners:
            changed(owner)


def _readable(data: Mapping[str, Any]) -> Preset | None:
    """The preset, or None where another version wrote it: it is to hide no other."""
    try:
        return read_preset(data)
    except StudioError as error:
        log.warning("A preset is left out: %s", error)
        return None
