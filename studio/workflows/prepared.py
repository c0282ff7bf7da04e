"""A graph with what is filled in, looked at once: form, values, problems, plan. Pure but for seeds.

Whatever shows, counts, forecasts, checks or runs a form reads this one object, so that a request
draws one form and makes one plan.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from comfy.errors import Problem
from comfy.graph.plan import Plan, make_plan
from comfy.workflow.catalogue import Catalogue
from comfy.workflow.form.dynamic_combo import chosen, is_beneath, standing
from comfy.workflow.form.form import Form, fill, make_form
from comfy.workflow.form.link_check import spoiled, wiring
from comfy.workflow.form.summary import summarize
from comfy.workflow.form.typed_values import read_values
from comfy.workflow.form.validate import check_values, missing_files, missing_nodes
from comfy.workflow.hints import spread
from comfy.workflow.replacements import replaced
from studio.errors import NotReady
from studio.generations.new_records import NewGeneration
from studio.generations.seeds import limits_of, with_drawn
from studio.workflows.looks import Look, arranged

MAX_NAME = 120
"""Characters of the name of a form and of what is made of it."""


@dataclass(frozen=True)
class Prepared:
    """A form as it stands. Mappings are by field key (``NODE.input``).

    `source` is the graph as it came, `graph` that with the options that are chosen; `base` the
    form as the graph gives it, `form` the same as it was arranged by `looks`; `given` what was
    filled in, `values` the same in the types that the graph wants; `uploads` names of kept files.
    `of_graph` is wrong with the graph itself (nodes that lack, links), `of_values` with what it
    holds; `unknown` are names that no field has, which only programs send.
    """

    name: str
    source: Mapping[str, Any]
    catalogue: Catalogue
    looks: tuple[Look, ...]
    graph: Mapping[str, Any]
    base: Form
    form: Form
    given: Mapping[str, Any]
    values: Mapping[str, Any]
    uploads: Mapping[str, str]
    of_graph: tuple[Problem, ...]
    of_values: tuple[Problem, ...]
    unknown: tuple[Problem, ...] = ()

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Whatever keeps it from running; fields with an upload of their own have none."""
        found = (*self.of_graph, *self.of_values)
        return tuple(problem for problem in found if problem.key not in self.uploads)

    @cached_property
    def filled(self) -> dict[str, Any]:
        """The graph with the values."""
        return fill(self.graph, self.form, self.values)

    @cached_property
    def plan(self) -> Plan:
        """Which nodes will run."""
        return make_plan(self.filled, output_classes=self.catalogue.output_classes)

    @cached_property
    def spoiled(self) -> tuple[str, ...] | None:
        """Titles of the outputs that cannot be made, where some other can; else None."""
        return spoiled(self.graph, self.catalogue, self.problems) if self.problems else None

    def check(self, *, partial: bool = False) -> None:
        """Raise NotReady unless it can run; *partial*: unless some of its outputs can."""
        wrong = (*self.unknown, *self.problems)
        if self.unknown or (wrong and not (partial and self.spoiled is not None)):
            raise NotReady(wrong)

    def with_values(self, given: Mapping[str, Any]) -> "Prepared":
        """The same form with other values in some fields; only those are looked at anew."""
        changed = {k: v for k, v in given.items() if k not in self.given or self.given[k] != v}
        if not changed:
            return self
        everything = {**self.given, **changed}
        if any(field.dynamic and field.key in changed for field in self.form.fields):
            return prepare(
                self.name, self.source, self.catalogue, everything, self.uploads, self.looks
            )
        fields = Form(tuple(field for field in self.form.fields if field.key in changed))
        values, wrong = _read(fields, changed, self.uploads)
        right = (problem for problem in self.of_values if problem.key not in changed)
        return replace(
            self,
            given=everything,
            values={**self.values, **values},
            of_values=(*right, *wrong),
            unknown=(*self.unknown, *_unknown(changed, self.form)),
        )

    def with_uploads(self, uploads: Mapping[str, str]) -> "Prepared":
        """The same form with other files."""
        values, wrong = _read(self.form, self.given, uploads)
        return replace(self, uploads=uploads, values=values, of_values=wrong)

    def new_generation(self) -> NewGeneration:
        """What is to be made of it; seeds that are to be random are drawn."""
        values = with_drawn(self.form, self.values)
        limits = limits_of(self.form)
        request = {
            "workflow": self.name,
            "values": {key: value for key, value in values.items() if key not in self.uploads},
            "uploads": dict(self.uploads),
            "seeds": list(limits),
            "seedLimits": {key: list(pair) for key, pair in limits.items()},
        }
        filled = self.filled if values == self.values else fill(self.graph, self.form, values)
        return NewGeneration(request, filled, summarize(self.form, values))


def prepare(
    name: str,
    graph: Mapping[str, Any],
    catalogue: Catalogue,
    given: Mapping[str, Any],
    uploads: Mapping[str, str],
    looks: tuple[Look, ...] = (),
) -> Prepared:
    """Look at *graph* with *given* values and *uploads*, once.

    What stands beneath another option than the one that is chosen is of no account.
    """
    graph = replaced(graph, catalogue.nodes, catalogue.replacements)
    shaped = chosen(graph, catalogue, spread(given, graph))
    base = standing(make_form(shaped, catalogue), graph)
    form = arranged(base, looks) if looks else base
    keys = {field.key for field in form.fields}
    known = {key: value for key, value in given.items() if key in keys}
    values, wrong = _read(form, known, uploads)
    return Prepared(
        name,
        graph,
        catalogue,
        looks,
        shaped,
        base,
        form,
        known,
        values,
        uploads,
        (*missing_nodes(shaped, catalogue), *wiring(shaped, catalogue)),
        wrong,
        _unknown(given, form),
    )


def _read(
    form: Form, given: Mapping[str, Any], uploads: Mapping[str, str]
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Typed values of *form*, and what is wrong with them; a field with an upload has no value."""
    keys = {field.key for field in form.fields} - uploads.keys()
    typed = {key: value for key, value in given.items() if key in keys}
    values, unread = read_values(form, typed)
    unreadable = {problem.key for problem in unread}
    wrong = (one for one in check_values(form, values) if one.key not in unreadable)
    return values, (*unread, *wrong, *missing_files(form, values, uploads))


def _unknown(given: Iterable[str], form: Form) -> tuple[Problem, ...]:
    """A misspelt name of a field must not pass in silence."""
    keys = {field.key for field in form.fields}
    return tuple(
        Problem("unknown_field", f"There is no field “{key[:80]}”.", field=key)
        for key in given
        if key not in keys and not is_beneath(key, form)
    )
