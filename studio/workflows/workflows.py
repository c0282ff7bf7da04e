"""Any workflow as an app: opened, drawn as a form, checked, and run like everything else."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from comfy.errors import Problem, WorkflowError
from comfy.graph.plan import make_plan
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
from comfy.workflow.request import Relation
from storage.records import Generation, Status
from studio.access.viewer import Viewer
from studio.dispatch.rejections import Refusals
from studio.errors import StudioError
from studio.forecast.estimator import Estimator, unseeded
from studio.generations.seeds import drawn_seeds, limits_of, with_drawn
from studio.ids import is_id, new_id
from studio.jobs.jobs import Jobs
from studio.jobs.order import NEXT_POSITION
from studio.servers.catalogues import Catalogues
from studio.snapshot import Forecast
from studio.uploads.uploads import Uploads

MAX_AT_ONCE = 1000
"""Generations that one press may make."""
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
    """Opens and runs workflows against what the servers offer."""

    def __init__(
        self, catalogues: Catalogues, uploads: Uploads, jobs: Jobs, estimator: Estimator
    ) -> None:
        self._catalogues = catalogues
        self._estimator = estimator
        self._uploads = uploads
        self._jobs = jobs
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

    def forecast(
        self,
        graph: Mapping[str, Any],
        given: Mapping[str, Any],
        uploads: Mapping[str, str],
        name: str = "",
    ) -> Forecast | None:
        """How long one generation takes; None without a basis, or where it cannot be run."""
        catalogue = self.catalogue
        form = make_form(graph, catalogue)
        try:
            record = self._record(name, graph, form, given, uploads, "")
        except StudioError:
            return None
        plan = make_plan(record.graph, output_classes=catalogue.output_classes)
        drawn = unseeded(record.graph, record.request["seeds"])
        return self._estimator.expect(plan, record, drawn, self._catalogues.names)

    def run(
        self,
        name: str,
        graph: Mapping[str, Any],
        given: Sequence[Mapping[str, Any]],
        viewer: Viewer,
        *,
        uploads: Mapping[str, str] | None = None,
        random_seeds: bool = True,
        retry_on_loss: bool = False,
        parent: str = "",
        relation: Relation = "",
        partial: bool = False,
    ) -> tuple[Generation, ...]:
        """Store one generation for each of *given* (values by field key) and return at once.

        *uploads* are names of kept files by field key. With *random_seeds* every seed field is
        drawn anew, once for all of them. *parent* is the id of the generation they are made from,
        and *relation* how. With *partial* outputs that cannot be made are left out, as long as
        some other can. Raises NotReady, StudioError, StorageError.
        """
        if not 0 < len(given) <= MAX_AT_ONCE:
            raise StudioError(f"One press makes 1 to {MAX_AT_ONCE} generations.")
        asked = (name, graph, given, uploads or {}, viewer.owner)
        try:
            records = self._records(*asked, random_seeds=random_seeds, partial=partial)
        except NotReady as error:
            if not self.look_again(graph, error.problems):
                raise
            records = self._records(*asked, random_seeds=random_seeds, partial=partial)
        ids = sorted(new_id() for _ in given)
        made = tuple(
            replace(
                record,
                id=id_,
                group=ids[0],
                position=record.created_at + number * NEXT_POSITION,
                retry_on_loss=retry_on_loss,
                parent=parent if is_id(parent) else "",
                relation=relation if is_id(parent) else "",
            )
            for number, (id_, record) in enumerate(zip(ids, records, strict=True))
        )
        self._jobs.create(made)
        return made

    def _records(
        self,
        name: str,
        graph: Mapping[str, Any],
        given: Sequence[Mapping[str, Any]],
        uploads: Mapping[str, str],
        owner: str,
        *,
        random_seeds: bool,
        partial: bool,
    ) -> list[Generation]:
        form = make_form(graph, self.catalogue)
        seeds = drawn_seeds(form) if random_seeds else {}
        return [
            self._record(name, graph, form, {**seeds, **values}, uploads, owner, partial=partial)
            for values in given
        ]

    def _record(
        self,
        name: str,
        graph: Mapping[str, Any],
        form: Form,
        given: Mapping[str, Any],
        uploads: Mapping[str, str],
        owner: str,
        *,
        partial: bool = False,
    ) -> Generation:
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
        for kept in uploads.values():
            self._uploads.path(kept)
        summary = summarize(form, values)
        limits = limits_of(form)
        return Generation(
            id="",
            group="",
            owner=owner,
            status=Status.QUEUED,
            created_at=time.time(),
            request={
                "workflow": name,
                "values": {key: value for key, value in values.items() if key not in uploads},
                "uploads": dict(uploads),
                "seeds": list(limits),
                "seedLimits": {key: list(pair) for key, pair in limits.items()},
            },
            prompt=summary.prompt,
            negative_prompt=summary.negative_prompt,
            checkpoint=summary.checkpoint,
            lora=summary.lora,
            sampler=summary.sampler,
            scheduler=summary.scheduler,
            width=summary.width,
            height=summary.height,
            steps=summary.steps,
            cfg=summary.cfg,
            seed=summary.seed,
            batch=summary.batch,
            workflow=name[:MAX_NAME],
            graph=fill(graph, form, values),
        )


def _stem(filename: str) -> str:
    stem = filename.replace("\\", "/").rpartition("/")[2]
    return (stem.rpartition(".")[0] or stem or "workflow")[:MAX_NAME]
