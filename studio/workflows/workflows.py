"""Any workflow as an app: opened, drawn as a form, checked, and made ready to be created."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from comfy.errors import Problem, WorkflowError
from comfy.protocol.refusal import class_of
from comfy.workflow.catalogue import Catalogue
from comfy.workflow.convert.convert import convert
from comfy.workflow.file_names import unnamed
from comfy.workflow.files.found import Found
from comfy.workflow.files.metadata import read_any
from comfy.workflow.files.outline import drawable, has_seed
from comfy.workflow.form.results import costs, results_only
from comfy.workflow.form.validate import NO_FILE
from comfy.workflow.limits import check_size
from studio.dispatch.rejections import Refusals
from studio.errors import StudioError
from studio.servers.catalogues import Catalogues
from studio.workflows.from_settings import at_home, restored
from studio.workflows.looks import Look
from studio.workflows.prepared import MAX_NAME, Prepared, prepare
from studio.workflows.presets import Preset

MAX_NOTE = 600
"""Characters of what an author wrote beside the nodes."""
MAX_SAVED = 2**20
"""Bytes of a workflow that is kept beside its form, to be written back."""
LACKING = frozenset({"value_not_in_list", "missing_node_type", NO_FILE})
"""Problems that end when the server gets what it lacks."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A workflow ready for people: its API graph, prepared, and what is to be said of it.

    `has_seed` is False where the file does not say which seed it was made with. `saved` is the
    workflow as ComfyUI saved it, if that is what it was.
    """

    name: str
    graph: Mapping[str, Any]
    prepared: Prepared
    warnings: tuple[str, ...] = ()
    has_seed: bool = True
    saved: Mapping[str, Any] = field(default_factory=dict)


class Workflows:
    """Opens workflows, and makes their forms ready to run, against what the servers offer."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self.refusals = Refusals()

    @property
    def is_ready(self) -> bool:
        """Whether a server has said which nodes it has."""
        return self._catalogues.union() is not None

    @property
    def catalogue(self) -> Catalogue:
        """What one or another server has. Raises StudioError before one has said."""
        if found := self._catalogues.union():
            return found
        raise StudioError("No server has said yet which nodes it has: try again in a moment.")

    def open(self, source: bytes | BinaryIO, filename: str) -> Opened:
        """Open a file: workflow, API graph, image, video, sound.

        Raises WorkflowError with a sentence.
        """
        found = read_any(source, filename)
        if found.graph is None and found.workflow is None and not found.settings:
            raise WorkflowError(f"{filename} holds no workflow.")
        opened = self._opened(found, _stem(filename))
        is_other = self.look_again(opened.graph, opened.prepared.problems)
        return self._opened(found, _stem(filename)) if is_other else opened

    def prepare(
        self,
        name: str,
        graph: Mapping[str, Any],
        given: Mapping[str, Any],
        uploads: Mapping[str, str],
        looks: tuple[Look, ...] = (),
    ) -> Prepared:
        """Look at *graph* with what is filled in, once, against what the servers have."""
        return prepare(name, graph, self.catalogue, given, uploads, looks)

    def look_again(self, graph: Mapping[str, Any], problems: Sequence[Problem]) -> bool:
        """Ask the servers anew for what *problems* of *graph* say that they lack.

        True where they have something else by now: a model that was added, a node installed.
        """
        classes = (class_of(graph, one.node) for one in problems if one.kind in LACKING)
        return self._catalogues.look_again(filter(None, classes))

    def _opened(self, found: Found, name: str) -> Opened:
        catalogue = self.catalogue
        graph, warnings = _graph_of(found, catalogue)
        check_size(graph)
        told = has_seed(graph)
        opened = opened_preset(Preset(name, drawable(graph)), catalogue, warnings=warnings)
        saved = found.workflow or {}
        is_small = len(json.dumps(saved)) <= MAX_SAVED
        return replace(opened, has_seed=told, saved=saved if is_small else {})


def opened_preset(
    preset: Preset,
    catalogue: Catalogue,
    uploads: Mapping[str, str] | None = None,
    warnings: tuple[str, ...] = (),
) -> Opened:
    """Open what is a graph already, *uploads* being names of kept files by field key."""
    prepared = prepare(
        preset.name, preset.graph, catalogue, preset.defaults, uploads or {}, preset.looks
    )
    warnings = (*costs(preset.graph, catalogue), *warnings, *prepared.base.unfit)
    return Opened(preset.name, preset.graph, prepared, warnings)


def _graph_of(found: Found, catalogue: Catalogue) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The graph in a file, in the server's names, and what is to be said of it."""
    if found.workflow and (found.workflow.get("nodes") or not found.graph):
        check_size(found.workflow)
        # Of a picture the saved workflow is preferred: it has titles, and what was muted.
        converted = convert(found.workflow, catalogue)
        graph, left = results_only(converted.template, catalogue)
        graph, notes = at_home(graph, catalogue)
        return graph, (*converted.warnings, *notes, *_left(left), *map(_cut, converted.notes))
    if not found.graph and found.settings:
        graph, notes = restored(found.settings, catalogue)
        return graph, tuple(notes)
    check_size(found.graph or {})
    graph, notes = at_home(unnamed(found.graph or {}), catalogue)
    return graph, tuple(notes)


def _cut(note: str) -> str:
    """What an author wrote, as much of it as is shown beside a form."""
    return note if len(note) <= MAX_NOTE else f"{note[: MAX_NOTE - 1]}…"


def _left(titles: tuple[str, ...]) -> tuple[str, ...]:
    """That the author of an app leaves some outputs out."""
    if not titles:
        return ()
    names = ", ".join(f"“{title}”" for title in dict.fromkeys(titles))
    return (f"The author of this app shows other results than {names}: those are not made.",)


def _stem(filename: str) -> str:
    name = filename.replace("\\", "/").rpartition("/")[2]
    stem = (name.rpartition(".")[0] or name).removesuffix(".app")
    return (stem or "workflow")[:MAX_NAME]
