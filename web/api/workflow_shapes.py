"""Workflows as the API spells them: what is asked for, and a form's fields as JSON."""

from typing import Annotated, Any, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from comfy.workflow.form.form import Field as FormField
from comfy.workflow.form.form import Form, Kind
from studio.workflows.presets import Preset
from web.api.bodies import Body, Flag, Text
from web.http.fields import Whole, Wish

MAX_COUNT = 100
"""Generations that one run makes at the most."""


class StoreWorkflow(Body):
    """A workflow to keep."""

    name: Text = Field("", description="What to keep it under; a shared preset has its own.")
    workflow: Annotated[
        dict[str, Any], Wish("a JSON object: what ComfyUI saves or exports, or a shared preset")
    ] = Field(description="What ComfyUI saves, its API export, or a shared preset.")


class RunWorkflow(Body):
    """A run of a workflow that is kept."""

    values: Annotated[dict[str, Any], Wish("a JSON object of values by field")] = Field(
        {}, description="Values by the key of their field; all others are as kept."
    )
    count: Annotated[int, Whole(1, MAX_COUNT)] = Field(1, description="How many to make.")
    random_seeds: Flag = Field(
        True, description="Whether seeds that are not given are drawn anew for each."
    )


class WorkflowNames(TypedDict):
    """One's own workflows."""

    workflows: Annotated[list[str], Field(description="Their names, the latest first.")]


class WorkflowField(TypedDict):
    """One field of a workflow's form."""

    key: Annotated[str, Field(description="Its name in `values`: `NODE.input`.")]
    label: Annotated[str, Field(description="What people read.")]
    kind: Annotated[Kind, Field(description="What it takes.")]
    value: Annotated[Any, Field(description="What it holds; a seed as text.")]
    group: NotRequired[Annotated[str, Field(description="The node that it belongs to.")]]
    choices: NotRequired[Annotated[list[Any], Field(description="All that it takes.")]]
    least: NotRequired[Annotated[float | int, Field(description="The least of a number.")]]
    most: NotRequired[Annotated[float | int, Field(description="The most of a number.")]]
    help: NotRequired[Annotated[str, Field(description="What the node's author says of it.")]]


class Workflow(TypedDict):
    """A workflow that is kept, with its form."""

    name: Annotated[str, Field(description="What it is kept under.")]
    description: Annotated[str, Field(description="What its author says of it.")]
    fields: Annotated[list[WorkflowField], Field(description="Its form.")]
    unfit: Annotated[list[str], Field(description="Sentences about what has no field.")]


class StoredWorkflow(Workflow):
    """A workflow just kept."""

    warnings: Annotated[
        list[str], Field(description="What could not be taken over as it was, in sentences.")
    ]


class DeletedWorkflow(TypedDict):
    """A workflow that is no more."""

    deleted: Annotated[dict[str, Any], Field(description="It, as it can be stored again.")]


def workflow_shape(preset: Preset, form: Form) -> Workflow:
    """*preset* with its *form*."""
    return {
        "name": preset.name,
        "description": preset.description,
        "fields": [_field_shape(field) for field in form.fields],
        "unfit": list(form.unfit),
    }


def _field_shape(field: FormField) -> WorkflowField:
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
