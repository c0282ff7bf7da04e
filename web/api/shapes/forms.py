"""Open forms as the API spells them: what is opened and typed, and what that comes to."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from comfy.errors import Problem
from studio.workflows.forms.forms import Seen
from studio.workflows.forms.making import Outlook
from studio.workflows.forms.open_form import OpenForm
from studio.workflows.presses.many import written
from web.api.shapes.bodies import Body, Flag, Text
from web.api.shapes.workflows import (
    GridShape,
    Multiplying,
    StartedRun,
    WorkflowField,
    field_shape,
    grid_shape,
)
from web.http.fields import Wish

SeedMode = Literal["random", "fixed", "increment"]


class OpenBody(Body):
    """What to open: one of these."""

    workflow: Annotated[
        dict[str, Any] | str | None, Wish("a name of yours, or what ComfyUI saves or exports")
    ] = Field(default=None, description="The name of one that is kept, or a workflow itself.")
    preset: Text = Field("", description="The name of one that ships with Stepglass.")
    generation_id: Text = Field(
        "", description="A generation, whose workflow is opened as it was filled in."
    )


class ChangeBody(Body):
    """What is typed into a form. What is left out stays as it is."""

    values: Annotated[dict[str, Any], Wish("a JSON object of values by field")] = Field(
        {}, description="By the key of their field; null gives a field its own value back."
    )
    seeds: Annotated[dict[str, SeedMode], Wish("an object of random, fixed or increment")] = Field(
        {}, description="How a seed goes on, by the key of its field."
    )
    files: Annotated[dict[str, Any], Wish("a JSON object of files by field")] = Field(
        {},
        description="By the key of their field: base64, a data URL, or a generation's `ID` or "
        "`ID/NUMBER`; null takes a file away.",
    )
    many: Annotated[Multiplying | None, Wish("an object: count, grid, choices, everyLine")] = Field(
        default=None, description="How many a press makes."
    )


class RunForm(Body):
    """A press of Generate."""

    partial: Flag = Field(
        False, description="Whether outputs that cannot be made are left out, if others can."
    )


class FormName(TypedDict):
    """One open form."""

    formId: Annotated[str, Field(description="Its id.")]
    name: Annotated[str, Field(description="The preset's name, else the workflow's.")]
    about: Annotated[str, Field(description="Its prompt, cut short.")]


class FormNames(TypedDict):
    """One's own open forms."""

    forms: Annotated[list[FormName], Field(description="The one touched last first.")]


class FormProblem(TypedDict):
    """What keeps a form from running, or was refused of it."""

    field: Annotated[str, Field(description="The key of the field; empty for the whole form.")]
    error: Annotated[str, Field(description="A sentence.")]
    nearest: NotRequired[Annotated[str, Field(description="A choice that may be meant.")]]


class FormShape(FormName):
    """An open form, and what a press would make of it."""

    fields: Annotated[list[WorkflowField], Field(description="Its fields, as the graph has them.")]
    values: Annotated[dict[str, Any], Field(description="What is typed, by the key of its field.")]
    files: Annotated[dict[str, str], Field(description="Names of kept files by field.")]
    seeds: Annotated[dict[str, str], Field(description="How seeds go on, by field.")]
    otherSeeds: Annotated[str, Field(description="How all other seeds go on.")]
    notes: Annotated[list[str], Field(description="What could not be taken over as it was.")]
    problems: Annotated[list[FormProblem], Field(description="What keeps it from running.")]
    refused: Annotated[list[FormProblem], Field(description="What a server said of it last.")]
    without: Annotated[
        list[str], Field(description="Outputs that `partial` would leave out, if it can run so.")
    ]
    count: Annotated[int, Field(description="How many generations a press makes.")]
    how: Annotated[str, Field(description="How that comes about.")]
    countError: Annotated[str, Field(description="What is wrong with the numbers.")]
    forecastSeconds: Annotated[
        float | None, Field(description="How long each takes; null without a basis.")
    ]
    generationId: Annotated[str, Field(description="The latest that was made with it.")]
    grid: NotRequired[Annotated[GridShape, Field(description="The grid that was made last.")]]


class ClosedForm(TypedDict):
    """A form that is closed."""

    closed: Annotated[str, Field(description="Its id: it can be reopened for a while.")]


class PressedForm(StartedRun):
    """What a press queued."""

    seeds: Annotated[dict[str, str], Field(description="What the form's seeds hold now, by field.")]


def name_shape(form: OpenForm) -> FormName:
    """*form* as it is listed."""
    return {"formId": form.id, "name": form.title, "about": form.about}


def form_shape(seen: Seen, refused: Sequence[Problem], outlook: Outlook) -> FormShape:
    """A form as it stands."""
    form, prepared, forecast = seen.form, seen.prepared, outlook.forecast
    shape: FormShape = {
        "formId": form.id,
        "name": form.title,
        "about": form.about,
        "fields": [field_shape(field) for field in prepared.form.fields],
        "values": dict(form.edits),
        "files": dict(form.uploads),
        "seeds": dict(form.modes),
        "otherSeeds": form.seeds,
        "notes": list(form.notes),
        "problems": [_problem_shape(problem) for problem in prepared.problems],
        "refused": [_problem_shape(problem) for problem in refused],
        "without": list(prepared.spoiled or ()),
        "count": outlook.count,
        "how": outlook.how,
        "countError": outlook.error,
        "forecastSeconds": round(forecast.seconds, 2) if forecast else None,
        "generationId": form.job,
    }
    if form.grid and form.grid.ids:
        shape["grid"] = grid_shape(form.grid)
    return shape


def many_as_kept(body: Multiplying) -> dict[str, Any]:
    """*body* as an open form keeps it."""
    return written(body.many)


def _problem_shape(problem: Problem) -> FormProblem:
    shape: FormProblem = {"field": problem.key, "error": problem.message}
    if problem.nearest:
        shape["nearest"] = problem.nearest
    return shape
