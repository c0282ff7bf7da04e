"""Presets that people save of workflows: a graph, and how its form is to look. One JSON each.

The same JSON is what is shared as a file, so a preset moves between people and installations.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from comfy.errors import WorkflowError
from comfy.workflow.limits import check_size
from storage.store import Store
from studio.errors import StudioError
from studio.named_documents import NamedDocuments, checked_name
from studio.workflows.looks import Look, stored_looks

FORMAT = "stepglass-preset/1"
PRESET_MARK = b'"stepglass-preset/'
"""What is in the text of every shared preset."""
KIND = "preset"
MAX_BYTES = 16 * 2**20


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


class Presets(NamedDocuments[Preset]):
    """Everybody's own presets of workflows, and those deleted lately."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, KIND, read_preset, MAX_BYTES)
