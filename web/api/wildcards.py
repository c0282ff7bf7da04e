"""The prompts' API: what a prompt is drawn as, and the wildcard lists that it draws from."""

from typing import Annotated

from pydantic import Field
from starlette.responses import Response
from starlette.routing import BaseRoute
from typing_extensions import TypedDict

from comfy.workflow.request import MAX_PROMPT, MAX_SEED
from studio.errors import Invalid
from studio.studio import Studio
from studio.wildcards.bundle import MAX_FILE, read_bundle, zipped
from studio.wildcards.own import MAX_TEXT
from studio.wildcards.wildcards import MAX_EXAMPLES
from web.api.shapes.bodies import Body, Text
from web.http.base64_files import MORE_BYTES, unpacked
from web.http.fields import Whole, Wish, says
from web.http.router import Caller, Router

BASE = "/api/wildcards"
ONE = f"{BASE}/{{name:path}}"
_ZIP = {200: {"description": "The lists.", "content": {"application/zip": {}}}}


class DrawPrompt(Body):
    """What to draw; nothing is made of it."""

    prompt: Text = Field("", description="The prompt as it is typed.", max_length=MAX_PROMPT)
    count: Annotated[int, Whole(0, MAX_EXAMPLES)] = Field(5, description="How many to draw.")
    seed: Annotated[int | None, Wish("a whole number")] = Field(
        None, ge=0, le=MAX_SEED, description="What the first is drawn by; any without one."
    )


class Drawn(TypedDict):
    """What a prompt stands for."""

    combinations: Annotated[
        str, says("How many texts there are in all: digits, for some are many.")
    ]
    texts: Annotated[list[str], says("Some of them, as a press would draw them.")]


class KeepList(Body):
    """A wildcard list."""

    name: Text = Field(
        description="What prompts call it by, without underscores around: `animals/cats`."
    )
    text: Text = Field(description="Its entries, one a line.")
    was: Text = Field("", description="What it was called, where it is one that is there already.")


class ImportLists(Body):
    """A file of wildcards as other programs have them."""

    filename: Text = Field(description="Its name, which a text file's list is called by.")
    file: Text = Field(
        description="`.txt`, `.yaml` or a `.zip` of these, as base64 or a `data:` URL."
    )


class ListName(TypedDict):
    """One wildcard list."""

    name: Annotated[str, says("What prompts call it by.")]
    entries: Annotated[int, says("How many lines it has.")]
    own: Annotated[bool, says("Whether it is one's own, which one can change.")]


class ListNames(TypedDict):
    """All that one's prompts can draw from."""

    wildcards: Annotated[list[ListName], says("In order of name.")]


class WildcardList(TypedDict):
    """One wildcard list with its entries."""

    name: Annotated[str, says("What prompts call it by.")]
    text: Annotated[str, says("Its entries, one a line.")]
    own: Annotated[bool, says("Whether it is one's own.")]


class KeptLists(TypedDict):
    """What was kept."""

    names: Annotated[list[str], says("What prompts call them by.")]


class NamedText(TypedDict):
    """A list by its name."""

    name: Annotated[str, says("What prompts called it by.")]
    text: Annotated[str, says("Its entries, one a line.")]


class DeletedList(TypedDict):
    """A list that is no more."""

    deleted: Annotated[NamedText, says("It, as it can be kept again.")]


class WildcardsApi:
    """The routes over *studio*'s wildcards; everybody sees and changes their own."""

    def __init__(self, studio: Studio) -> None:
        self._wildcards = studio.wildcards

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        routes = Router("Prompts", max_body=4 * MAX_TEXT + MORE_BYTES)
        routes.post("/api/prompts/draw", self.draw_prompt)
        routes.get(BASE, self.list_wildcards)
        routes.post(BASE, self.keep_wildcards, says_no=(404, 409))
        zip_ = {"responses": _ZIP, "response_class": Response}
        routes.get(f"{BASE}.zip", self.export_wildcards, described=zip_)
        routes.post(
            f"{BASE}/import",
            self.import_wildcards,
            status=201,
            says_no=(409,),
            max_body=MAX_FILE * 4 // 3 + MORE_BYTES,
        )
        routes.get(ONE, self.show_wildcards)
        routes.add("DELETE", ONE, self.delete_wildcards)
        return [*routes.routes]

    def draw_prompt(self, asked: DrawPrompt, viewer: Caller) -> Drawn:
        """Say what a prompt stands for; 422 says what cannot be drawn."""
        texts = self._wildcards.examples(viewer, asked.prompt, asked.count, asked.seed)
        count = self._wildcards.count(viewer, {"prompt": asked.prompt})
        return {"combinations": str(count), "texts": texts}

    def list_wildcards(self, viewer: Caller) -> ListNames:
        """List all that one's prompts can draw from."""
        found = self._wildcards.all(viewer)
        return {
            "wildcards": [{"name": o.name, "entries": o.entries, "own": o.is_own} for o in found]
        }

    def keep_wildcards(self, asked: KeepList, viewer: Caller) -> KeptLists:
        """Keep a list of one's own, or change one."""
        return {"names": [self._wildcards.own.save(viewer, asked.name, asked.text, asked.was)]}

    def export_wildcards(self, viewer: Caller) -> Response:
        """One's own lists as a ZIP file of text files."""
        headers = {"Content-Disposition": 'attachment; filename="wildcards.zip"'}
        data = zipped(self._wildcards.own.texts(viewer.owner))
        return Response(data, media_type="application/zip", headers=headers)

    def import_wildcards(self, asked: ImportLists, viewer: Caller) -> KeptLists:
        """Keep the lists of a file beside those there are; names that are taken get a number."""
        try:
            data = unpacked(asked.file)
        except ValueError as error:
            said = "The file is to be base64 or a data URL."
            raise Invalid(said, {"file": said}) from error
        found = read_bundle(asked.filename, data)
        return {"names": self._wildcards.own.add(viewer, found)}

    def show_wildcards(self, name: str, viewer: Caller) -> WildcardList:
        """One list with its entries."""
        text, is_own = self._wildcards.text(viewer, name)
        return {"name": name, "text": text, "own": is_own}

    def delete_wildcards(self, name: str, viewer: Caller) -> DeletedList:
        """Delete a list of one's own."""
        return {"deleted": {"name": name, "text": self._wildcards.own.delete(viewer, name)}}
