"""Presets that people save of workflows: a graph, and how its form is to look. One JSON each.

The same JSON is what is shared as a file, so a preset moves between people and installations.
"""

import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from comfy.errors import WorkflowError
from comfy.workflow.form.form import Field, Form
from comfy.workflow.limits import check_size
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import StudioError

log = logging.getLogger(__name__)

FORMAT = "stepglass-preset/1"
KIND = "preset"
MAX_NAME = 80
MAX_PRESETS = 500
MAX_BYTES = 16 * 2**20
_NAME = re.compile(r"[^\x00-\x1f/\\?#%]+")


@dataclass(frozen=True, slots=True)
class Look:
    """How one field is shown: its label, whether at all, a default and limits of one's own.

    None keeps what the graph and the catalogue say.
    """

    key: str
    label: str = ""
    shown: bool | None = None
    default: Any = None
    least: float | int | None = None
    most: float | int | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """A saved workflow. `looks` are in the order in which the fields stand."""

    name: str
    graph: dict[str, Any]
    looks: tuple[Look, ...] = ()
    description: str = field(default="")

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
    graph, fields = data.get("graph"), data.get("fields")
    if not isinstance(graph, dict) or not all(isinstance(n, dict) for n in graph.values()):
        raise StudioError("The preset has no graph: it may be damaged.")
    try:
        check_size(graph)
    except WorkflowError as error:
        raise StudioError(str(error)) from error
    looks = tuple(
        _look(item) for item in (fields if isinstance(fields, list) else ()) if _is_look(item)
    )
    name, description = data.get("name"), data.get("description")
    return Preset(
        checked_name(name if isinstance(name, str) else ""),
        graph,
        looks,
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


def arranged(form: Form, looks: tuple[Look, ...]) -> Form:
    """Return *form* as *looks* want it; fields they do not name follow as they were."""
    known = {one.key: one for one in form.fields}
    first = [_dressed(known[look.key], look) for look in looks if look.key in known]
    named = {look.key for look in looks}
    return replace(form, fields=(*first, *(f for f in form.fields if f.key not in named)))


class Presets:
    """Everybody's own presets."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listeners: tuple[Callable[[str], None], ...] = ()
        self._versions: Counter[str] = Counter()

    def listen(self, changed: Callable[[str], None]) -> None:
        """Call *changed* with the owner whenever one of their presets is saved or deleted."""
        self._listeners = (*self._listeners, changed)

    def names(self, viewer: Viewer) -> tuple[str, ...]:
        """The viewer's presets, the latest first."""
        return tuple(self._store.documents(KIND, viewer.owner))

    def all(self, viewer: Viewer) -> tuple[Preset, ...]:
        """The viewer's presets with all that is in them, the latest first."""
        kept = self._store.documents(KIND, viewer.owner).values()
        return tuple(filter(None, map(_readable, kept)))

    def get(self, name: str, viewer: Viewer) -> Preset | None:
        """One of the viewer's presets; None where there is none of that name."""
        data = self._store.documents(KIND, viewer.owner).get(name)
        return read_preset(data) if data else None

    def save(self, preset: Preset, viewer: Viewer) -> None:
        """Keep a preset in place of one of its name. Raises StudioError."""
        checked_name(preset.name)
        data = preset.to_json()
        if len(json.dumps(data)) > MAX_BYTES:
            raise StudioError(f"The preset is over {MAX_BYTES // 2**20} MB.")
        names = self.names(viewer)
        if preset.name not in names and len(names) >= MAX_PRESETS:
            raise StudioError(f"There are {MAX_PRESETS} presets already: delete one first.")
        self._store.keep_document(KIND, viewer.owner, preset.name, data)
        self._tell(viewer.owner)

    def delete(self, name: str, viewer: Viewer) -> Preset:
        """Remove a preset and return it, so that it can be saved again. Raises StudioError."""
        preset = self.get(name, viewer)
        if preset is None:
            raise StudioError(f"There is no preset “{name[:MAX_NAME]}”.")
        self._store.drop_document(KIND, viewer.owner, name)
        self._tell(viewer.owner)
        return preset

    def version(self, owner: str) -> int:
        """A number that changes when the owner's presets do."""
        return self._versions[owner]

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


def _dressed(one: Field, look: Look) -> Field:
    return replace(
        one,
        label=look.label or one.label,
        first=one.first if look.shown is None else look.shown,
        value=one.value if look.default is None else look.default,
        least=one.least if look.least is None else look.least,
        most=one.most if look.most is None else look.most,
    )


def _is_look(item: Any) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("key"), str)


def _look(item: Mapping[str, Any]) -> Look:
    label, shown = item.get("label"), item.get("shown")
    return Look(
        item["key"],
        label[:200] if isinstance(label, str) else "",
        shown if isinstance(shown, bool) else None,
        item.get("default"),
        _number(item.get("least")),
        _number(item.get("most")),
    )


def _number(value: Any) -> float | int | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
