"""One function for programs that makes many of a preset: copies, a grid, choices in prompts."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from comfy.workflow.prompts.styles import MAX_CHOSEN
from storage.records import Generation, Status
from studio.access.links import Links
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.workflows.callable_presets import RUN_MANY, Endpoint
from studio.workflows.presses.many import MAX_COPIES, Many, Range, typed_values
from studio.workflows.runs import Run
from web.functions.outcome import outcome

DESCRIPTION = (
    "Makes many with one preset at once: several copies, every value of one or two arguments, "
    "several texts of a prompt. Waits for all of them. Returns the images, or whatever else it "
    "makes, and of each generation how it went."
)


class RangeArgument(BaseModel):
    """An argument of the preset that takes several values in turn."""

    model_config = ConfigDict(extra="forbid")

    argument: str = Field(description="Its name.")
    values: str | list[Any] = Field(description="The values, or text: `10, 20`, `1-5`, `0:1:0.1`.")

    def range(self, endpoint: Endpoint) -> Range:
        """The same of the endpoint's form."""
        return Range(endpoint.key(self.argument), typed_values(self.values))


class ManyArguments(BaseModel):
    """What `run_many` takes."""

    model_config = ConfigDict(extra="forbid")

    preset: str = Field(description="The name of the preset, as of its own function.")
    arguments: dict[str, Any] = Field({}, description="Its arguments by their names.")
    copies: int = Field(1, ge=1, le=MAX_COPIES, description="How many of each.")
    x: RangeArgument | None = Field(None, description="Columns of a grid.")
    y: RangeArgument | None = Field(None, description="Rows of a grid.")
    choices: bool = Field(
        False,
        description="Whether all combinations of {a|b} in prompts are made, not one drawn.",
    )
    every_line: bool = Field(
        False, description="The same, and with every line of each __wildcard__."
    )
    styles: list[str] = Field(
        [],
        max_length=MAX_CHOSEN,
        description="Names of styles to put around its prompts, in order.",
    )
    partial: bool = Field(
        False, description="Whether outputs that cannot be made are left out, if others can."
    )

    def many(self, endpoint: Endpoint) -> Many:
        """How many of *endpoint* to make. Raises StudioError for an argument it does not have."""
        x, y = (axis.range(endpoint) if axis else None for axis in (self.x, self.y))
        return Many(self.copies, x, y, self.choices, self.every_line)


def read_many_arguments(given: Mapping[str, Any]) -> ManyArguments:
    """What a program gives. Raises StudioError with a sentence that repeats none of it."""
    try:
        return ManyArguments.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part)[:80] for part in first["loc"]) or RUN_MANY
        raise StudioError(f"{where}: {first['msg'].removeprefix('Input ')}.") from error


def outcomes(
    run: Run, records: list[Generation], base: str, links: Links, viewer: Viewer
) -> dict[str, Any]:
    """What became of each, in order, and where it stands in the grid, where that is one."""
    places = dict(zip(run.grid.ids, run.grid.places, strict=True))
    told = []
    for record in records:
        one = outcome(record, base, links, viewer) | {"error": record.error}
        if place := places.get(record.id):
            one |= {"column": place[0], "row": place[1]}
        told.append(one)
    return {"generations": told, "columns": [*run.grid.columns], "rows": [*run.grid.rows]}


def finished(records: list[Generation]) -> list[Generation]:
    """Those that came to a good end. Raises StudioError with the first's error for none."""
    good = [record for record in records if record.status is Status.FINISHED]
    if not good:
        first = records[0]
        raise StudioError(first.error or f"Generation {first.id} is {first.status.value}.")
    return good
