"""What is taken out of the library: archives, contact sheets, tables."""

import itertools
import json
import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Any
from urllib.parse import parse_qs

from pydantic import Field
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from storage.records import Generation, Image, Target, numbers_by_generation
from storage.search.query import Search
from studio.access.viewer import Viewer
from studio.errors import Absent
from studio.library.library import MAX_PAGE
from studio.library.sheets import MAX_COLUMNS, Label
from studio.library.table import lines
from studio.studio import Studio
from web.api.library import MAX_BODY, LibrarySearch, Some
from web.api.shapes.bodies import Flag
from web.api.zip_stream import Packed, bare_zip, zipped
from web.http.fields import Whole
from web.http.refusal import Refusal
from web.http.requests import json_object
from web.http.router import Caller, Router

MAX_ARCHIVED = 10_000
"""Images, or generations as a whole, in one archive."""
_ARCHIVE: dict[int, Any] = {
    200: {"description": "The archive.", "content": {"application/zip": {}}}
}
_TABLE: dict[int, Any] = {200: {"description": "The table.", "content": {"text/csv": {}}}}
_SHEET: dict[int, Any] = {200: {"description": "The sheet.", "content": {"image/png": {}}}}
_FIELDS = ("ids", "images", "bare", "search")
"""Those of a form; each holds JSON."""


class Packing(Some):
    """Which images to pack, and how."""

    bare: Flag = Field(False, description="Copies without metadata, and no settings beside them.")


class Sheet(Some):
    """Which images stand on it, and how."""

    columns: Annotated[int, Whole(1, MAX_COLUMNS)] = Field(5, description="Images in a row.")
    label: Label = Field(Label.NONE, description="What stands beneath each.")


class Table(Some):
    """Which images to list; all that `search` finds, in its order, where none are named."""

    search: LibrarySearch | None = Field(None, description="As of `/api/library/search`.")


class Exports:
    """The routes. What is not the viewer's is left out."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._library = studio.library

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        routes, base = Router("Library", max_body=MAX_BODY), "/api/library"
        zip_ = {"responses": _ARCHIVE, "response_class": Response}
        table = {"responses": _TABLE, "response_class": Response}
        routes.post(
            f"{base}/archive", self.pack_archive, read=_sent, says_no=(404,), described=zip_
        )
        routes.post(f"{base}/table", self.write_table, read=_sent, says_no=(409,), described=table)
        sheet = {"responses": _SHEET, "response_class": Response}
        routes.post(
            f"{base}/sheet", self.draw_sheet, read=_sent, says_no=(404, 409), described=sheet
        )
        return [*routes.routes]

    def pack_archive(self, asked: Packing, viewer: Caller) -> Response:
        """A ZIP of up to 10,000 files, unchanged, and one JSON of settings for each generation.

        With `bare` the files without metadata instead, and nothing else. A form's fields that hold
        JSON each will do, too.
        """
        some = asked.targets
        if len(some) > MAX_ARCHIVED:
            raise Refusal(422, f"An archive holds at most {MAX_ARCHIVED:,}: choose fewer.")
        packed = self._packed(some, viewer)
        first = next(packed, None)
        if first is None:
            raise Absent
        found = itertools.chain([first], packed)
        pieces = bare_zip(found, self._library.bare.copy) if asked.bare else zipped(found)
        return StreamingResponse(
            pieces, media_type="application/zip", headers=_named("stepglass", "zip")
        )

    def write_table(self, asked: Table, viewer: Caller) -> Response:
        """A CSV with a row for each image: all that is known of it, moments in UTC.

        A text that a spreadsheet would take for a formula has an apostrophe before it.
        """
        if asked.model_fields_set & {"ids", "images"}:
            found = self._chosen(asked.targets, viewer)
        else:
            found = self._found(asked.search or LibrarySearch(), viewer)
            first = next(found, None)  # what is wrong with the search is said before it begins
            found = itertools.chain([first] if first else [], found)
        headers = _named("stepglass", "csv")
        return StreamingResponse(lines(found), media_type="text/csv", headers=headers)

    def draw_sheet(self, asked: Sheet, viewer: Caller) -> Response:
        """A contact sheet of up to 500 images, as a PNG."""
        chosen = [
            (record, image)
            for record, images in self._chosen(asked.targets, viewer)
            for image in images
        ]
        sheet = self._library.sheets.draw(chosen, viewer, columns=asked.columns, label=asked.label)
        return Response(sheet, media_type="image/png", headers=_named("contact-sheet", "png"))

    def _found(
        self, search: Search, viewer: Viewer
    ) -> Iterator[tuple[Generation, tuple[Image, ...]]]:
        after = ""
        while page := self._library.page(viewer, search, after, MAX_PAGE):
            yield from ((record, search.found_in(record)) for record in page)
            after = page[-1].id

    def _chosen(
        self, some: Sequence[Target], viewer: Viewer
    ) -> Iterator[tuple[Generation, tuple[Image, ...]]]:
        for id_, numbers in numbers_by_generation(some).items():
            record = self._studio.generations.get(id_, viewer)
            if record is None:
                continue
            shown = record.shown_images
            images = tuple(i for i in shown if numbers is None or i.number in numbers)
            if images or numbers is None:
                yield record, images

    def _packed(self, some: Sequence[Target], viewer: Viewer) -> Iterator[Packed]:
        for id_, numbers in numbers_by_generation(some).items():
            record = self._studio.generations.get(id_, viewer)
            if record is None:
                continue
            chosen = [i for i in record.images if numbers is None or i.number in numbers]
            kept = [(i, self._library.files.find(record, i.number, viewer)) for i in chosen]
            files = [(image, file[0]) for image, file in kept if file and file[0].is_file()]
            if chosen or numbers is None:
                yield Packed(record, tuple(files))


def _named(stem: str, extension: str) -> dict[str, str]:
    name = time.strftime(f"{stem}-%Y-%m-%d-%H%M%S.{extension}", time.gmtime())
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _sent(body: bytes) -> Any:
    """What *body* says: JSON under any content type, or a form whose fields hold JSON each.

    Ids may also be one in each of several fields.
    """
    if not body.startswith(tuple(f"{name}=".encode() for name in _FIELDS)):
        return json_object(body)
    fields = parse_qs(body.decode("utf-8", "replace"))
    return {name: _read(name, fields[name]) for name in _FIELDS if name in fields}


def _read(name: str, values: list[str]) -> Any:
    if name == "ids" and (len(values) > 1 or not values[0].lstrip().startswith("[")):
        return values
    try:
        return json.loads(values[0])
    except (ValueError, RecursionError) as error:
        sentence = f"{name} is to be JSON."
        raise Refusal(422, sentence, {name: sentence}) from error
