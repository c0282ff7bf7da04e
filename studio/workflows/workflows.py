"""Any workflow as an app: opened, drawn as a form, checked, and made ready to be created."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from comfy.errors import Problem, WorkflowError
from comfy.protocol.refusal import class_of
from comfy.workflow.catalogue import Catalogue
from comfy.workflow.convert.convert import convert
from comfy.workflow.file_names import unnamed
from comfy.workflow.files.metadata import Found, read_any
from comfy.workflow.form.dynamic_combo import chosen, is_beneath
from comfy.workflow.form.form import Form, fill, make_form
from comfy.workflow.form.link_check import spoiled, wiring
from comfy.workflow.form.summary import summarize
from comfy.workflow.form.typed_values import read_values
from comfy.workflow.form.validate import NO_FILE, check_values, missing_files, missing_nodes
from comfy.workflow.limits import check_size
from studio.dispatch.rejections import Refusals
from studio.errors import StudioError
from studio.generations.new_records import NewGeneration, Press
from studio.generations.seeds import drawn_seeds, limits_of, with_drawn
from studio.servers.catalogues import Catalogues

MAX_NAME = 120
LACKING = frozenset({"value_not_in_list", "missing_node_type", NO_FILE})
"""Problems that end when the server gets what it lacks."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A workflow ready for people: its API graph, its form, and what is to be said of it.

    `settings` are what a picture of another program holds instead of a graph.
    """

    name: str
    graph: dict[str, Any]
    form: Form
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


class NotReady(StudioError):
    """A form cannot be run as it is; `problems` say why, field by field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(problems[0].message + more)
        self.problems = tuple(problems)


class Workflows:
    """Opens workflows, and makes their forms ready to run, against what the servers offer."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self.refusals = Refusals()

    @property
    def is_ready(self) -> bool:
        """Whether a server has said which nodes it has."""
        return any(self._catalogues.offer(name).catalogue for name in self._catalogues.names)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of the first server that answered. Raises StudioError before one did."""
        for name in self._catalogues.names:
            if found := self._catalogues.offer(name).catalogue:
                return found
        raise StudioError("No server has said yet which nodes it has: try again in a moment.")

    def open(self, data: bytes, filename: str) -> Opened:
        """Open a file: workflow, API graph, picture. Raises WorkflowError with a sentence."""
        found = read_any(data, filename)
        if found.graph is None and found.workflow is None and not found.settings:
            raise WorkflowError(f"{filename} holds no workflow.")
        return self.drawn(found, _stem(filename))

    def drawn(self, found: Found, name: str) -> Opened:
        """Return the form of what was found in a file."""
        opened = self._drawn(found, name)
        is_other = self.look_again(opened.graph, opened.problems)
        return self._drawn(found, name) if is_other else opened

    def look_again(self, graph: Mapping[str, Any], problems: Sequence[Problem]) -> bool:
        """Ask the servers anew for what *problems* of *graph* say that they lack.

        True where they have something else by now: a model that was added, a node installed.
        """
        classes = (class_of(graph, one.node) for one in problems if one.kind in LACKING)
        return self._catalogues.look_again(filter(None, classes))

    def _drawn(self, found: Found, name: str) -> Opened:
        catalogue = self.catalogue
        warnings: tuple[str, ...] = ()
        graph = unnamed(found.graph) if found.graph is not None else None
        if found.workflow is not None:
            check_size(found.workflow)
            # Of a picture the saved workflow is preferred: it has titles, and what was muted.
            converted = convert(found.workflow, catalogue)
            graph, warnings = converted.graph, converted.warnings
        graph = graph or {}
        check_size(graph)
        form = make_form(graph, catalogue)
        problems = (*missing_nodes(graph, catalogue), *check_values(form, {}))
        return Opened(name, dict(graph), form, (*warnings, *form.unfit), problems, found.settings)

    def press(
        self,
        name: str,
        graph: Mapping[str, Any],
        given: Sequence[Mapping[str, Any]],
        *,
        uploads: Mapping[str, str] | None = None,
        random_seeds: bool = True,
        partial: bool = False,
        look_again: bool = True,
    ) -> Press:
        """Validate one generation for each of *given*, values by field key: ready to be created.

        *uploads* are names of kept files by field key. With *random_seeds* every seed field is
        drawn anew, once for all of them. With *partial* outputs that cannot be made are left out,
        as long as some other can. Servers are asked anew for what they seem to lack, unless
        *look_again* is False. Hand the press to `Generations.create`. Raises NotReady,
        StudioError.
        """
        asked = (graph, given, uploads or {})
        try:
            made = self._generations(name, *asked, random_seeds=random_seeds, partial=partial)
        except NotReady as error:
            if not (look_again and self.look_again(graph, error.problems)):
                raise
            made = self._generations(name, *asked, random_seeds=random_seeds, partial=partial)
        return Press(name[:MAX_NAME], tuple(made))

    def _generations(
        self,
        name: str,
        graph: Mapping[str, Any],
        given: Sequence[Mapping[str, Any]],
        uploads: Mapping[str, str],
        *,
        random_seeds: bool,
        partial: bool,
    ) -> list[NewGeneration]:
        form = make_form(graph, self.catalogue)
        seeds = drawn_seeds(form) if random_seeds else {}
        return [
            self._generation(name, graph, form, {**seeds, **values}, uploads, partial=partial)
            for values in given
        ]

    def _generation(
        self,
        name: str,
        graph: Mapping[str, Any],
        form: Form,
        given: Mapping[str, Any],
        uploads: Mapping[str, str],
        *,
        partial: bool,
    ) -> NewGeneration:
        catalogue = self.catalogue
        if any(one.dynamic for one in form.fields):
            graph = chosen(graph, catalogue, given)
            drawn = make_form(graph, catalogue)
            # What stands beneath another option than the one chosen here is of no account.
            given = {k: v for k, v in given.items() if drawn.get(k) or not is_beneath(k, form)}
            form = drawn
        given = with_drawn(form, given)
        values, problems = read_values(form, given)
        problems += check_values(form, values)
        problems += missing_nodes(graph, catalogue)
        problems += tuple(missing_files(form, values, uploads))
        problems += wiring(graph, catalogue)
        problems = tuple(p for p in problems if f"{p.node}.{p.field}" not in uploads)
        if problems and not (partial and spoiled(graph, catalogue, problems) is not None):
            raise NotReady(problems)
        limits = limits_of(form)
        request = {
            "workflow": name,
            "values": {key: value for key, value in values.items() if key not in uploads},
            "uploads": dict(uploads),
            "seeds": list(limits),
            "seedLimits": {key: list(pair) for key, pair in limits.items()},
        }
        return NewGeneration(request, fill(graph, form, values), summarize(form, values))


def _stem(filename: str) -> str:
    stem = filename.replace("\\", "/").rpartition("/")[2]
    return (stem.rpartition(".")[0] or stem or "workflow")[:MAX_NAME]
