"""The styles' API: look at the table, change it, import and export it."""

from typing import Annotated

from pydantic import Field
from starlette.responses import Response
from starlette.routing import BaseRoute
from typing_extensions import TypedDict

from comfy.errors import WorkflowError
from comfy.workflow.prompts.style_files import MAX_BYTES, read_styles, written
from comfy.workflow.prompts.styles import Style
from studio.generate.styles import Table
from studio.studio import Studio
from web.api.shapes.bodies import Body, Flag, Text
from web.http.base64_files import MORE_BYTES
from web.http.fields import says
from web.http.refusal import Refusal
from web.http.router import Caller, Router

FILE = "styles.csv"


class NewStyle(Body):
    """A style to keep."""

    name: Text = Field(description="What it is called by.")
    prompt: Text = Field(default="", description="Its words; `{prompt}` is where the prompt goes.")
    negative_prompt: Text = Field(default="", description="What comes to the negative prompt.")
    old: Text = Field(default="", description="The name of one's own that this takes the place of.")


class StyleFile(Body):
    """A file of styles."""

    text: Text = Field(description="A1111's CSV or the JSON of Fooocus, as it is.")
    filename: Text = Field(default=FILE, description="What sentences call it.")


class Hidden(Body):
    """Whether a style that ships is offered."""

    hidden: Flag = Field(default=True, description="True where it is not.")


class StyleShape(TypedDict):
    """A style."""

    name: Annotated[str, says("What it is called by.")]
    prompt: Annotated[str, says("Its words; `{prompt}` is where the prompt goes.")]
    negativePrompt: Annotated[str, says("What comes to the negative prompt.")]
    own: Annotated[bool, says("Whether it is one's own; the others ship.")]
    hidden: Annotated[bool, says("Whether it is offered no more.")]


class StyleList(TypedDict):
    """The table."""

    styles: Annotated[list[StyleShape], says("One's own in their order, then those that ship.")]


class DeletedStyle(TypedDict):
    """What was deleted, so that it can be kept again."""

    deleted: Annotated[StyleShape, says("The style.")]


class ImportedStyles(TypedDict):
    """What a file brought."""

    added: Annotated[list[str], says("Names of those that were added.")]
    known: Annotated[int, says("How many were there already.")]
    notes: Annotated[list[str], says("Sentences about rows left out, and about other names.")]


class StylesApi:
    """The routes over *studio*'s styles; everybody has their own table."""

    def __init__(self, studio: Studio) -> None:
        self._styles = studio.styles

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        routes = Router("Styles", max_body=2 * MAX_BYTES + MORE_BYTES)
        one = "/api/styles/{name}"
        routes.get("/api/styles", self.list_styles)
        routes.post("/api/styles", self.keep_style, status=201, says_no=(409,))
        routes.get("/api/styles.csv", self.export_styles)
        routes.post("/api/styles/import", self.import_styles, says_no=(409,))
        routes.add("DELETE", one, self.delete_style, says_no=(409,))
        routes.post(f"{one}/hide", self.hide_style, says_no=(409,))
        return [*routes.routes]

    def list_styles(self, viewer: Caller) -> StyleList:
        """List all styles; `styles` of `/api/generate` takes their names."""
        return _listed(self._styles.table(viewer))

    def keep_style(self, asked: NewStyle, viewer: Caller) -> StyleShape:
        """Keep a style, as a new one or in the place of `old`."""
        style = Style(asked.name, asked.prompt, asked.negative_prompt)
        return _shape(self._styles.keep(viewer, style, asked.old)[0], own=True)

    def delete_style(self, name: str, viewer: Caller) -> DeletedStyle:
        """Delete one of one's own; one that ships under that name is offered again."""
        return {"deleted": _shape(self._styles.delete(viewer, [name])[0].style, own=True)}

    def hide_style(self, name: str, asked: Hidden, viewer: Caller) -> StyleList:
        """Offer a style that ships no more, or again."""
        return _listed(self._styles.hide(viewer, name, on=asked.hidden))

    def import_styles(self, asked: StyleFile, viewer: Caller) -> ImportedStyles:
        """Add the styles of a file; nothing is replaced, one of a taken name gets a number."""
        try:
            file = read_styles(asked.text.encode("utf-8", "replace"), asked.filename)
        except WorkflowError as error:
            raise Refusal(422, str(error), {"text": str(error)}) from error
        added = self._styles.add(viewer, file)
        return {"added": [*added.names], "known": added.known, "notes": [*added.said]}

    def export_styles(self, viewer: Caller) -> Response:
        """One's own styles as the CSV that A1111 reads."""
        kept = {"Content-Disposition": f'attachment; filename="{FILE}"'}
        return Response(
            written(self._styles.table(viewer).own), media_type="text/csv", headers=kept
        )


def _listed(table: Table) -> StyleList:
    own = [_shape(one, own=True) for one in table.own]
    ships = [_shape(one, own=False, hidden=one.name in table.hidden) for one in table.shipped]
    return {"styles": [*own, *ships]}


def _shape(style: Style, *, own: bool, hidden: bool = False) -> StyleShape:
    return {
        "name": style.name,
        "prompt": style.prompt,
        "negativePrompt": style.negative,
        "own": own,
        "hidden": hidden,
    }
