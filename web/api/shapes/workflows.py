"""Workflows as the API spells them: what is asked for, and a form's fields as JSON."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, NotRequired, cast

from pydantic import Field
from starlette.responses import Response
from typing_extensions import TypedDict

from comfy.workflow.form.form import Field as FormField
from comfy.workflow.form.form import Form, Kind
from comfy.workflow.prompts.limits import ExpandError
from comfy.workflow.prompts.styles import MAX_CHOSEN
from storage.records import Generation
from studio.library.grids import PressGrid
from studio.workflows.presets import Preset
from studio.workflows.presses.many import MAX_COPIES, Many, Range, typed_values
from studio.workflows.presses.press import Grid
from web.api.shapes.bodies import Body, Flag, Started, Text, started
from web.http.fields import Whole, Wish, says
from web.http.refusal import Refusal

MAX_COUNT = MAX_COPIES
"""Generations that one run makes at the most."""


class StoreWorkflow(Body):
    """A workflow to keep."""

    name: Text = Field("", description="What to keep it under; a shared preset has its own.")
    workflow: Annotated[
        dict[str, Any], Wish("a JSON object: what ComfyUI saves or exports, or a shared preset")
    ] = Field(description="What ComfyUI saves, its API export, or a shared preset.")


class Axis(Body):
    """A field that takes several values in turn."""

    field: Text = Field(description="Its key.")
    values: Annotated[str | list[Any], Wish("a list of values, or a text such as “1-5”")] = Field(
        description="The values, or as on the page: `10, 20`, `1-5`, `0.2:0.8:0.1`."
    )

    @property
    def range(self) -> Range:
        """The same as the application has it."""
        return Range(self.field, typed_values(self.values))


class GridBody(Body):
    """Every value of `x` with every value of `y`, all places of one copy with the same seeds."""

    x: Axis | None = Field(default=None, description="The columns.")
    y: Axis | None = Field(default=None, description="The rows.")


class Multiplying(Body):
    """How many of a form to make."""

    count: Annotated[int, Whole(1, MAX_COUNT)] = Field(
        1, description="How many to make, of each place of a grid and each text."
    )
    grid: Annotated[GridBody, Wish("an object with x, y or both: {field, values}")] = Field(
        GridBody(), description="Fields that take several values."
    )
    choices: Flag = Field(
        False,
        description="Whether all combinations of `{a|b}` in prompts are made, not one drawn.",
    )
    every_line: Flag = Field(
        False, description="The same, and with every line of each `__wildcard__`."
    )

    @property
    def many(self) -> Many:
        """The same as the application has it."""
        x, y = (axis.range if axis else None for axis in (self.grid.x, self.grid.y))
        return Many(self.count, x, y, self.choices, self.every_line)


class RunWorkflow(Multiplying):
    """A run of a workflow that is kept."""

    values: Annotated[dict[str, Any], Wish("a JSON object of values by field")] = Field(
        {}, description="Values by the key of their field; all others are as kept."
    )
    partial: Flag = Field(
        False, description="Whether outputs that cannot be made are left out, if others can."
    )
    styles: Annotated[list[str], Wish("a list of names")] = Field(
        default_factory=list,
        max_length=MAX_CHOSEN,
        description="Names of styles to put around its prompts, in order.",
    )
    random_seeds: Flag = Field(
        True, description="Whether seeds that are not given are drawn anew for each."
    )


class Place(TypedDict):
    """Where a generation stands in its grid, from 0."""

    generationId: Annotated[str, Field(description="Its id.")]
    column: Annotated[int, Field(description="Its place on x.")]
    row: Annotated[int, Field(description="Its place on y.")]


class GridShape(TypedDict):
    """A grid that was made: of each place its first generation, or each that is left there."""

    columns: Annotated[list[str], Field(description="Labels of the columns.")]
    rows: Annotated[list[str], Field(description="Labels of the rows.")]
    places: Annotated[list[Place], Field(description="What stands where.")]


class StartedRun(Started):
    """What a run queued."""

    grid: NotRequired[Annotated[GridShape, Field(description="Its places, where it is a grid.")]]


class WorkflowNames(TypedDict):
    """One's own workflows."""

    workflows: Annotated[list[str], says("Their names, the latest first.")]


class WorkflowField(TypedDict):
    """One field of a workflow's form."""

    key: Annotated[str, says("Its name in `values`: `NODE.input`.")]
    label: Annotated[str, says("What people read.")]
    kind: Annotated[Kind, says("What it takes.")]
    value: Annotated[Any, says("What it holds; a seed as text.")]
    group: NotRequired[Annotated[str, says("The node that it belongs to.")]]
    choices: NotRequired[Annotated[list[Any], says("All that it takes.")]]
    least: NotRequired[Annotated[float | int, says("The least of a number.")]]
    most: NotRequired[Annotated[float | int, says("The most of a number.")]]
    help: NotRequired[Annotated[str, says("What the node's author says of it.")]]


class Workflow(TypedDict):
    """A workflow that is kept, with its form."""

    name: Annotated[str, says("What it is kept under.")]
    description: Annotated[str, says("What its author says of it.")]
    fields: Annotated[list[WorkflowField], says("Its form.")]
    unfit: Annotated[list[str], says("Sentences about what has no field.")]


class StoredWorkflow(Workflow):
    """A workflow just kept."""

    warnings: Annotated[list[str], says("What could not be taken over as it was, in sentences.")]


class DeletedWorkflow(TypedDict):
    """A workflow that is no more."""

    deleted: Annotated[dict[str, Any], says("It, as it can be stored again.")]


def grid_shape(grid: Grid) -> GridShape:
    """A grid as JSON."""
    stands = zip(grid.ids, grid.places, strict=True)
    return {
        "columns": list(grid.columns),
        "rows": list(grid.rows),
        "places": [{"generationId": id_, "column": x, "row": y} for id_, (x, y) in stands],
    }


def press_grid_shape(grid: PressGrid) -> GridShape:
    """What is left of a grid as JSON."""
    return {
        "columns": list(grid.columns),
        "rows": list(grid.rows),
        "places": [
            {"generationId": record.id, "column": cell.column, "row": cell.row}
            for cell in grid.cells
            for record in cell.records
        ],
    }


def started_run(made: Sequence[Generation], grid: Grid, response: Response) -> StartedRun:
    """The answer that *made* was queued; sets its header."""
    answer = cast("StartedRun", started(made, response))
    if grid.ids:
        answer["grid"] = grid_shape(grid)
    return answer


@contextmanager
def explained() -> Iterator[None]:
    """Refuse numbers of a grid that cannot be read, with their sentence."""
    try:
        yield
    except ExpandError as error:
        raise Refusal(422, str(error), {"grid": str(error)}) from error


def workflow_shape(preset: Preset, form: Form) -> Workflow:
    """*preset* with its *form*."""
    return {
        "name": preset.name,
        "description": preset.description,
        "fields": [field_shape(field) for field in form.fields],
        "unfit": list(form.unfit),
    }


def field_shape(field: FormField) -> WorkflowField:
    """One field as JSON."""
    # Seeds reach 2^64 - 1, which JavaScript cannot hold: as text.
    value = str(field.value) if field.kind is Kind.SEED else field.value
    shape: WorkflowField = {
        "key": field.key,
        "label": field.label,
        "kind": field.kind,
        "value": value,
    }
    if field.group:
        shape["group"] = field.group
    if field.least is not None:
        shape["least"] = field.least
    if field.most is not None:
        shape["most"] = field.most
    if field.help:
        shape["help"] = field.help
    if field.choices:
        shape["choices"] = list(field.choices)
    return shape
