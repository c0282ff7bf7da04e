"""The tags' API: one's own list, which prompts are completed from."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from typing_extensions import TypedDict

from studio.completion.tag_file import MAX_LIST_BYTES
from studio.completion.tag_lists import TagList
from studio.studio import Studio
from web.api.shapes.bodies import Body
from web.http.fields import says
from web.http.router import Caller, Router

PATH = "/api/tags"
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": 'The CSV file itself: lines of `name,category,count,"alias,alias"`.',
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}
_LINES: dict[int, Any] = {
    200: {"description": "The list.", "content": {"text/tab-separated-values": {}}},
    304: {"description": "What `If-None-Match` names is the present one."},
}
Name = Annotated[str, Query(description="What the list is called: its file's name.")]


class CsvFile(Body):
    """The bytes of a file."""

    data: bytes = Field(description="All of them.")


class TagListShape(TypedDict):
    """A list of tags."""

    name: Annotated[str, says("What its file is called.")]
    rows: Annotated[int, says("How many tags it has.")]


class Dropped(TypedDict):
    """That there is no list any more."""

    rows: Annotated[int, says("0.")]


class TagsApi:
    """The routes over *studio*'s lists of tags; everybody has their own."""

    def __init__(self, studio: Studio) -> None:
        self._tags = studio.tags

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        routes = Router("Tags")
        described = {"responses": _LINES, "response_class": Response}
        routes.get(PATH, self.send_tags, described=described)
        routes.post(
            PATH,
            self.keep_tags,
            read=_as_it_came,
            max_body=MAX_LIST_BYTES,
            says_no=(409,),
            described={"openapi_extra": _BODY},
        )
        routes.add("DELETE", PATH, self.drop_tags)
        return [*routes.routes]

    def send_tags(self, viewer: Caller, request: Request) -> Response:
        """Send one's list, most used first: name, category, count and aliases, between tabs.

        It is empty where there is none.
        """
        kept = self._tags.kept(viewer)
        headers = {"ETag": f'"{kept.digest if kept else ""}"', "Cache-Control": "private, no-cache"}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(
            self._tags.text(viewer), media_type="text/tab-separated-values", headers=headers
        )

    def keep_tags(self, asked: CsvFile, viewer: Caller, name: Name = "") -> TagListShape:
        """Keep a CSV file of tags in place of one's list."""
        return _shape(self._tags.keep(viewer, asked.data, name))

    def drop_tags(self, viewer: Caller) -> Dropped:
        """Remove one's list."""
        self._tags.drop(viewer)
        return {"rows": 0}


def _shape(kept: TagList) -> TagListShape:
    return {"name": kept.name, "rows": kept.rows}


def _as_it_came(body: bytes) -> dict[str, Any]:
    return {"data": body}
