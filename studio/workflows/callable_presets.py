"""Presets as functions for programs: a name, typed arguments, and a run with them.

Everybody has endpoints of their own: their saved presets, then what ships and their servers can
run. Both ways in, gradio_client's and MCP, call the same.
"""

import hashlib
import re
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from comfy.errors import Problem
from comfy.workflow.catalogue import Catalogue
from comfy.workflow.form.form import Form, make_form
from comfy.workflow.form.signature import Argument, arguments_of, arguments_wanted
from comfy.workflow.presets import PRESETS
from studio.access.viewer import Viewer
from studio.errors import Absent, NotReady, StudioError
from studio.workflows.looks import arranged
from studio.workflows.presets import Preset, Presets
from studio.workflows.presses.many import Many
from studio.workflows.runs import ONE, Run, Runs
from studio.workflows.workflows import Workflows

RUN_MANY = "run_many"
"""The function that runs any preset many times; no preset has its name."""
MAX_ENDPOINTS = 120
"""Of one's own presets the latest come first."""
MAX_OWNERS = 100
"""Owners whose endpoints are remembered."""
MAX_NAME = 56
"""Characters; clients of models refuse names over 64."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A preset as a function. `name` is of a-z, 0-9, ``_`` and ``-``, unique for its viewer."""

    name: str
    preset: Preset
    form: Form
    arguments: tuple[Argument, ...]

    @property
    def description(self) -> str:
        """What it does, for people and models."""
        said = self.preset.description or f"Runs the workflow “{self.preset.name}” on ComfyUI."
        wanted = len(arguments_wanted(self.form))
        limit = f" Of its {wanted} fields {len(self.arguments)} are arguments, the first ones."
        more = limit if wanted > len(self.arguments) else ""
        return f"{said} Returns the images, or whatever else it makes.{more}"

    @property
    def mark(self) -> str:
        """Changes when the arguments do: whoever has an older list must not guess."""
        listed = [self.name, *(f"{one.name}:{one.field.key}" for one in self.arguments)]
        return hashlib.sha256("\n".join(listed).encode()).hexdigest()

    def argument(self, name: str) -> Argument | None:
        """The argument named *name*."""
        return next((one for one in self.arguments if one.name == name), None)

    def key(self, name: str) -> str:
        """The key of the field that *name* names: an argument's, or a field's own key.

        Raises StudioError where there is none.
        """
        if argument := self.argument(name):
            return argument.field.key
        if self.form.get(name) is None:
            raise StudioError(f"“{self.name}” has no argument “{name[:80]}”.")
        return name


@dataclass(frozen=True, slots=True)
class _Made:
    """An owner's endpoints, and of which version of the shelf and which catalogue they are."""

    version: int
    catalogue: Catalogue
    endpoints: tuple[Endpoint, ...]


class Endpoints:
    """The endpoints of everybody, made anew when their presets or the servers change.

    `_lock` guards `_made`.
    """

    def __init__(self, presets: Presets, workflows: Workflows, runs: Runs) -> None:
        self._saved = presets
        self._workflows = workflows
        self._runs = runs
        self._lock = threading.Lock()
        self._made: OrderedDict[str, _Made] = OrderedDict()

    def all(self, viewer: Viewer) -> tuple[Endpoint, ...]:
        """The viewer's endpoints. Raises StudioError before any server has answered."""
        catalogue, version = self._workflows.catalogue, self._saved.version(viewer.owner)
        with self._lock:
            made = self._made.get(viewer.owner)
        if made is None or made.version != version or made.catalogue is not catalogue:
            made = _Made(version, catalogue, self._make(viewer, catalogue))
            with self._lock:
                self._made[viewer.owner] = made
                self._made.move_to_end(viewer.owner)
                while len(self._made) > MAX_OWNERS:
                    self._made.popitem(last=False)
        return made.endpoints

    def _make(self, viewer: Viewer, catalogue: Catalogue) -> tuple[Endpoint, ...]:
        found: dict[str, Endpoint] = {}
        for given, preset in self._presets(viewer):
            if len(found) == MAX_ENDPOINTS:
                break
            name = _free(given or _slug(preset.name), {RUN_MANY, *found})
            form = arranged(make_form(preset.graph, catalogue), preset.looks)
            found[name] = Endpoint(name, preset, form, arguments_of(form))
        return tuple(found.values())

    def get(self, name: str, viewer: Viewer) -> Endpoint:
        """The viewer's endpoint of that name. Raises StudioError where there is none."""
        found = next((one for one in self.all(viewer) if one.name == name), None)
        if found is None:
            raise Absent(f"preset “{name[:MAX_NAME]}”")
        return found

    def run(
        self,
        viewer: Viewer,
        endpoint: Endpoint,
        given: Mapping[str, Any],
        uploads: Mapping[str, str],
        many: Many = ONE,
        *,
        partial: bool = False,
        styles: Sequence[str] = (),
    ) -> Run:
        """Queue what *many* makes with *given* values and *uploads* (kept files), by argument.

        What is None or missing keeps its value; seeds are drawn. Raises NotReady, whose problems
        name arguments, ExpandError, StudioError.
        """
        unknown = [name for name in given if endpoint.argument(name) is None]
        if unknown:
            raise StudioError(f"“{endpoint.name}” has no argument “{unknown[0][:80]}”.")
        keys = {argument.name: argument.field.key for argument in endpoint.arguments}
        values = {keys[name]: value for name, value in given.items() if value is not None}
        files = {keys[name]: file for name, file in uploads.items()}
        preset = endpoint.preset
        try:
            return self._runs.run(
                *(viewer, preset, values),
                uploads=files,
                many=many,
                partial=partial,
                styles=styles,
            )
        except NotReady as error:
            raise NotReady([_by_argument(one, endpoint) for one in error.problems]) from error

    def _presets(self, viewer: Viewer) -> Iterator[tuple[str, Preset]]:
        """Presets, those that ship with the name they go by."""
        catalogue = self._workflows.catalogue
        for preset in self._saved.all(viewer):
            yield "", preset
        for shipped in PRESETS.values():
            if shipped.runs_on(catalogue):
                graph = shipped.graph_for(catalogue)
                yield shipped.name, Preset(shipped.title, graph, (), shipped.description)


def _by_argument(problem: Problem, endpoint: Endpoint) -> Problem:
    """*problem* with the name of the argument that it is about as its field."""
    key = f"{problem.node}.{problem.field}"
    found = next((one.name for one in endpoint.arguments if one.field.key == key), "")
    return replace(problem, field=found or problem.field)


def _slug(name: str) -> str:
    """*name* as programs spell it; of one in another script something that stays the same."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9_-]+", "-", plain).strip("-_")[:MAX_NAME].rstrip("-_")
    return slug or f"preset-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def _free(name: str, taken: Collection[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free
