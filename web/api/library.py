"""The library's API: search, mark and label, the bin, and archives to download."""

import itertools
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from storage.records import Status
from storage.search.query import Search, Sort
from studio.access.viewer import Viewer, viewer_of
from studio.errors import Absent
from studio.library.library import MAX_AT_ONCE
from studio.studio import Studio
from web.api.json_shapes import generation_shape
from web.api.zip_stream import Packed, zipped
from web.http.endpoint import answering
from web.http.refusal import NO_STORE, Refusal
from web.http.requests import json_object, read_body

MAX_ARCHIVED = 10_000
"""Generations in one archive."""
MAX_BODY = 3_000_000
"""Bytes of a body: the ids of as many as can be changed at once, in a form."""
MAX_LIMIT = 200
_TIMES = {"since": (int, float, type(None)), "until": (int, float, type(None))}


class LibraryApi:
    """The routes over *studio*'s library. What is not the viewer's is left alone."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._library = studio.library

    def routes(self) -> list[Route]:
        """Return the routes."""
        posts = {
            "search": self.search,
            "mark": self.mark,
            "delete": self.delete,
            "restore": self.restore,
            "archive": self.archive,
        }
        return [
            Route("/api/library/facets", answering(self.facets), methods=["GET"]),
            *(
                Route(f"/api/library/{name}", answering(post), methods=["POST"])
                for name, post in posts.items()
            ),
        ]

    async def search(self, request: Request) -> Response:
        """Find: ``{"words": "…", "tags": […], …, "after": ID, "limit": 100}``."""
        asked = json_object(await read_body(request, MAX_BODY))
        after, limit = asked.pop("after", ""), asked.pop("limit", 100)
        if not isinstance(after, str) or not _is_whole(limit, 1, MAX_LIMIT):
            raise Refusal(422, f"after is an id, limit a number from 1 to {MAX_LIMIT}.")
        wanted, viewer = _search(asked), viewer_of(request)
        found = await run_in_threadpool(self._library.page, viewer, wanted, after, limit)
        count = await run_in_threadpool(self._library.count, viewer, wanted)
        body = {
            "generations": [generation_shape(g) for g in found],
            "after": found[-1].id if len(found) == limit else None,
            "count": int(count),
            "countIsExact": count.is_exact,
        }
        return JSONResponse(body, headers=NO_STORE)

    async def facets(self, request: Request) -> Response:
        """What there is to choose from: [value, how many] of each kind."""
        found = await run_in_threadpool(self._library.facets, viewer_of(request))
        body = {field.name: getattr(found, field.name) for field in fields(found)}
        return JSONResponse(body, headers=NO_STORE)

    async def mark(self, request: Request) -> Response:
        """Change what is said of some: ``{"ids": […], "rating": 5, "addTags": […], …}``."""
        asked = json_object(await read_body(request, MAX_BODY))
        body = await run_in_threadpool(self._mark, _ids(asked), viewer_of(request), asked)
        return JSONResponse(body, headers=NO_STORE)

    async def delete(self, request: Request) -> Response:
        """Put ``{"ids": […]}`` into the bin; the answer names those that are there now."""
        asked = json_object(await read_body(request, MAX_BODY))
        ids = await run_in_threadpool(self._library.delete, _ids(asked), viewer_of(request))
        return JSONResponse({"deleted": ids}, headers=NO_STORE)

    async def restore(self, request: Request) -> Response:
        """Take ``{"ids": […]}`` out of the bin."""
        asked = json_object(await read_body(request, MAX_BODY))
        ids = await run_in_threadpool(self._library.restore, _ids(asked), viewer_of(request))
        return JSONResponse({"restored": ids}, headers=NO_STORE)

    async def archive(self, request: Request) -> Response:
        """Send a ZIP of ``{"ids": […]}``, or of a form's field ``ids`` that holds such a list."""
        body = await read_body(request, MAX_BODY)
        # Programs send JSON under any content type, or none; a form's field begins with its name.
        ids = _ids(_form(body) if body.startswith(b"ids=") else json_object(body))
        if len(ids) > MAX_ARCHIVED:
            raise Refusal(422, f"An archive holds at most {MAX_ARCHIVED:,}: choose fewer.")
        packed = self._packed(ids, viewer_of(request))
        first = await run_in_threadpool(next, packed, None)
        if first is None:
            raise Absent
        name = time.strftime("stepglass-%Y-%m-%d-%H%M%S.zip", time.gmtime())
        headers = {"Content-Disposition": f'attachment; filename="{name}"'} | NO_STORE
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

    def _mark(self, ids: list[str], viewer: Viewer, asked: Mapping[str, Any]) -> dict[str, Any]:
        changed: dict[str, Any] = {}
        if "rating" in asked:
            if not _is_whole(asked["rating"], 0, 5):
                raise _wrong("rating", "a whole number from 0 to 5")
            changed["rating"] = self._library.rate(ids, viewer, asked["rating"])
        if "favourite" in asked:
            changed["favourite"] = self._library.favour(ids, viewer, asked["favourite"] is True)
        add, remove = _texts(asked, "addTags"), _texts(asked, "removeTags")
        if add or remove:
            changed["tags"] = self._library.tag(ids, viewer, add=add, remove=remove)
        for name, on in (("collect", True), ("uncollect", False)):
            if wanted := asked.get(name):
                if not isinstance(wanted, str):
                    raise _wrong(name, "a text")
                changed[name] = self._library.collect(ids, viewer, wanted, on)
        if not changed:
            raise Refusal(422, "Say what to change: rating, favourite, addTags, … (docs/api.md).")
        return {"changed": changed}


def _search(asked: Mapping[str, Any]) -> Search:
    """Read a search. Raises Refusal naming the first wrong field."""
    plain = Search()
    given: dict[str, Any] = {}
    for name, value in asked.items():
        if name not in {field.name for field in fields(Search)}:
            raise Refusal(422, f"There is no field {name[:100]}.", {name[:100]: "is unknown"})
        if name in ("tags", "statuses"):
            given[name] = tuple(_texts(asked, name))
        elif isinstance(value, bool) != isinstance(getattr(plain, name), bool) or not isinstance(
            value, _TIMES.get(name, type(getattr(plain, name)) if name != "sort" else str)
        ):
            raise _wrong(name, "of another type; docs/api.md says which")
        else:
            given[name] = value
    try:
        if "statuses" in given:
            given["statuses"] = tuple(Status(one) for one in given["statuses"])
        if "sort" in given:
            given["sort"] = Sort(given["sort"])
    except ValueError as error:
        raise Refusal(422, f"{str(error)[:100]}: docs/api.md lists them.") from error
    return Search(**given)


def _ids(asked: Mapping[str, Any]) -> list[str]:
    ids = asked.get("ids")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise _wrong("ids", "a list of ids")
    if len(ids) > MAX_AT_ONCE:
        raise _wrong("ids", f"a list of at most {MAX_AT_ONCE:,}")
    return list(dict.fromkeys(ids))


def _texts(asked: Mapping[str, Any], name: str) -> list[str]:
    found = asked.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise _wrong(name, "a list of texts")
    return found


def _form(body: bytes) -> dict[str, Any]:
    """The field ``ids`` of a form: a JSON list, or one id in each of several fields."""
    values = parse_qs(body.decode("utf-8", "replace")).get("ids", [])
    if len(values) == 1 and values[0].lstrip().startswith("["):
        try:
            return {"ids": json.loads(values[0])}
        except (ValueError, RecursionError) as error:
            raise _wrong("ids", "a JSON list of ids") from error
    return {"ids": values}


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _wrong(name: str, what: str) -> Refusal:
    sentence = f"{name} is to be {what}."
    return Refusal(422, sentence, {name: sentence})
