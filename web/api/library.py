"""The library's API: search, mark and label, the bin, and archives to download."""

import itertools
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qs

from pydantic import ConfigDict, Field
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute
from typing_extensions import TypedDict

from storage.search.facets import Facets
from storage.search.query import Search
from studio.access.viewer import Viewer
from studio.errors import Absent
from studio.library.library import BEST, MAX_AT_ONCE
from studio.studio import Studio
from web.api.shapes.answers import Generation
from web.api.shapes.bodies import MAX_PAGE, Body, Flag, Text, Texts
from web.api.shapes.generations import generation_shape
from web.api.zip_stream import Packed, zipped
from web.http.fields import Whole, Wish, says
from web.http.refusal import Refusal
from web.http.requests import json_object
from web.http.router import Caller, Router

MAX_ARCHIVED = 10_000
"""Generations in one archive."""
MAX_BODY = 3_000_000
"""Bytes of a body: the ids of as many as can be changed at once, in a form."""
_ARCHIVE: dict[int, Any] = {
    200: {"description": "The archive.", "content": {"application/zip": {}}}
}
Ids = Annotated[
    list[str], Field(max_length=MAX_AT_ONCE), Wish(f"a list of up to {MAX_AT_ONCE:,} ids")
]


@dataclass(frozen=True, slots=True)
class LibrarySearch(Search):
    """What to look for; all of it may be left out."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    after: Annotated[str, Field(description="The id after which to go on.")] = ""
    limit: Annotated[int, Whole(1, MAX_PAGE), Field(description="How many at the most.")] = 100


class Found(TypedDict):
    """A page of what was found."""

    generations: Annotated[list[Generation], says("In the order that was asked for.")]
    after: Annotated[str | None, says("Pass it on for the next page; null at the end.")]
    count: Annotated[int, says("How many there are; found words are counted up to 10,000.")]
    countIsExact: Annotated[
        bool, says("Whether there are no more than that.")
    ]  # the API's spelling


class Some(Body):
    """Which generations; what is another's is left alone, as if it were not there."""

    ids: Ids = Field(description=f"Ids, up to {MAX_AT_ONCE:,}.")


class Mark(Some):
    """What to say of some generations; what is left out stays."""

    rating: Annotated[int, Whole(0, BEST)] | None = Field(
        None, description="Stars; 0 takes them away."
    )
    favourite: Flag | None = Field(None, description="Whether they are favourites.")
    add_tags: Texts = Field([], description="Tags to give them.")
    remove_tags: Texts = Field([], description="Tags to take from them.")
    collect: Text = Field("", description="A collection to put them into.")
    uncollect: Text = Field("", description="A collection to take them out of.")


class Changed(TypedDict, total=False):
    """How many of the ids each change was of."""

    rating: int
    favourite: int
    tags: int
    collect: int
    uncollect: int


class Marked(TypedDict):
    """What was changed."""

    changed: Annotated[Changed, says("By the name of the change.")]


class Deleted(TypedDict):
    """What lies in the bin now, for 30 days."""

    deleted: Annotated[list[str], says("Ids.")]


class Restored(TypedDict):
    """What is out of the bin again."""

    restored: Annotated[list[str], says("Ids.")]


class LibraryApi:
    """The routes over *studio*'s library. What is not the viewer's is left alone."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._library = studio.library

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        routes, base = Router("Library", max_body=MAX_BODY), "/api/library"
        described = {"responses": _ARCHIVE, "response_class": Response}
        routes.post(f"{base}/search", self.search_library, says_no=(409,))
        routes.get(f"{base}/facets", self.show_facets)
        routes.post(f"{base}/mark", self.mark_generations, says_no=(404, 409))
        routes.post(f"{base}/delete", self.delete_generations)
        routes.post(f"{base}/restore", self.restore_generations)
        routes.post(
            f"{base}/archive", self.pack_archive, read=_ids_of, says_no=(404,), described=described
        )
        return [*routes.routes]

    def search_library(self, asked: LibrarySearch, viewer: Caller) -> Found:
        """Find what is one's own."""
        found = self._library.page(viewer, asked, asked.after, asked.limit)
        count = self._library.count(viewer, asked)
        return {
            "generations": [generation_shape(g) for g in found],
            "after": found[-1].id if len(found) == asked.limit else None,
            "count": int(count),
            "countIsExact": count.is_exact,
        }

    def show_facets(self, viewer: Caller) -> Facets:
        """What there is to choose from: `[value, how many]` of each kind, most used first."""
        return self._library.facets(viewer)

    def mark_generations(self, asked: Mark, viewer: Caller) -> Marked:
        """Rate, tag, collect, or make favourites."""
        ids, library = _each(asked.ids), self._library
        changed: Changed = {}
        if asked.rating is not None:
            changed["rating"] = library.rate(ids, viewer, asked.rating)
        if asked.favourite is not None:
            changed["favourite"] = library.favour(ids, viewer, asked.favourite)
        if asked.add_tags or asked.remove_tags:
            changed["tags"] = library.tag(ids, viewer, asked.add_tags, asked.remove_tags)
        if asked.collect:
            changed["collect"] = library.collect(ids, viewer, asked.collect, True)
        if asked.uncollect:
            changed["uncollect"] = library.collect(ids, viewer, asked.uncollect, False)
        if not changed:
            raise Refusal(422, "Say what to change: rating, favourite, addTags, … (docs/api.md).")
        return {"changed": changed}

    def delete_generations(self, asked: Some, viewer: Caller) -> Deleted:
        """Put into the bin, which lets go after 30 days."""
        return {"deleted": list(self._library.delete(_each(asked.ids), viewer))}

    def restore_generations(self, asked: Some, viewer: Caller) -> Restored:
        """Take out of the bin."""
        return {"restored": list(self._library.restore(_each(asked.ids), viewer))}

    def pack_archive(self, asked: Some, viewer: Caller) -> Response:
        """A ZIP of the files of up to 10,000, unchanged, and one JSON of settings for each.

        A form's field `ids` that holds a JSON list will do, too.
        """
        ids = _each(asked.ids)
        if len(ids) > MAX_ARCHIVED:
            raise Refusal(422, f"An archive holds at most {MAX_ARCHIVED:,}: choose fewer.")
        packed = self._packed(ids, viewer)
        first = next(packed, None)
        if first is None:
            raise Absent
        name = time.strftime("stepglass-%Y-%m-%d-%H%M%S.zip", time.gmtime())
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        pieces = zipped(itertools.chain([first], packed))
        return StreamingResponse(pieces, media_type="application/zip", headers=headers)

    def _packed(self, ids: Sequence[str], viewer: Viewer) -> Iterator[Packed]:
        for id_ in ids:
            record = self._studio.generations.get(id_, viewer)
            if record is None:
                continue
            kept = [(i, self._studio.library.file(record, i.number, viewer)) for i in record.images]
            files = [(image, file[0]) for image, file in kept if file and file[0].is_file()]
            yield Packed(record, tuple(files))


def _each(ids: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(ids))


def _ids_of(body: bytes) -> Any:
    """The ids in *body*: JSON under any content type, or the field ``ids`` of a form.

    That holds a JSON list, or one id in each of several fields.
    """
    if not body.startswith(b"ids="):
        return json_object(body)
    values = parse_qs(body.decode("utf-8", "replace")).get("ids", [])
    if len(values) == 1 and values[0].lstrip().startswith("["):
        try:
            return {"ids": json.loads(values[0])}
        except (ValueError, RecursionError) as error:
            sentence = "ids is to be a JSON list of ids."
            raise Refusal(422, sentence, {"ids": sentence}) from error
    return {"ids": values}
