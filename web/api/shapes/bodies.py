"""What requests have in common, and what answers have: their spelling and their usual fields."""

from collections.abc import Sequence
from typing import Annotated, NotRequired

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.responses import Response
from typing_extensions import TypedDict

from storage.records import Generation, Status
from web.http.fields import Wish, says

MAX_PAGE = 200
"""Records in one answer."""


class Body(BaseModel):
    """The JSON object that a request sends, in camelCase. What it does not know is left alone."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


Ids = Annotated[list[str], Wish("a list of ids")]
Texts = Annotated[list[str], Wish("a list of texts")]
Text = Annotated[str, Wish("a text")]
Flag = Annotated[bool, Field(strict=True), Wish("true or false")]


class Named(TypedDict):
    """Which generation this is about."""

    generationId: Annotated[str, says("Its id.")]
    promptId: Annotated[str, says("The same.")]
    status: Annotated[Status, says("Where it is now.")]


class Started(Named):
    """What was queued; `Location` is where to look at the first."""

    generationIds: NotRequired[
        Annotated[list[str], says("All of them in order, where there are several.")]
    ]


def named(record: Generation) -> Named:
    """The answer that names *record*."""
    return {"generationId": record.id, "promptId": record.id, "status": record.status}


def started(made: Sequence[Generation], response: Response) -> Started:
    """The answer that *made* was queued, which begins with its first; sets its header."""
    id_ = made[0].id
    response.headers["Location"] = f"/api/generations/{id_}"
    answer: Started = {"generationId": id_, "promptId": id_, "status": made[0].status}
    if len(made) > 1:
        answer["generationIds"] = [record.id for record in made]
    return answer
