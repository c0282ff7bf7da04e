"""What a file remembers of how it was made. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from comfy.workflow.files.containers.header import Header
from comfy.workflow.files.programs.settings import Settings


@dataclass(frozen=True, slots=True)
class Found:
    """What was read: an API `graph`, a saved `workflow`, others' `settings`, a `preset` of ours.

    `notes` are sentences about what was there too and could not be read.
    """

    graph: Mapping[str, Any] | None = None
    workflow: Mapping[str, Any] | None = None
    settings: Settings | None = None
    preset: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.graph, self.workflow, self.settings, self.preset))


@dataclass(frozen=True, slots=True)
class Remembered:
    """A file of images, films or sounds: its `header`, and what is `found` in its texts."""

    header: Header
    found: Found = field(default_factory=Found)
