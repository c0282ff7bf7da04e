"""The API of the Generate form's presets: list, keep, delete; `/api/generate` takes their names."""

from typing import Annotated, Any

from pydantic import Field
from starlette.routing import BaseRoute
from typing_extensions import TypedDict

from studio.generate.form_presets import MAX_BYTES, SHIPPED, FormPreset, given_preset
from studio.studio import Studio
from web.api.shapes.bodies import Body, Text
from web.http.fields import Wish, says
from web.http.router import Caller, Router


class NewPreset(Body):
    """A preset to keep."""

    name: Text = Field(description="What it is called by.")
    values: Annotated[dict[str, Any], Wish("an object")] = Field(
        description="Fields of `/api/generate`; `quality` (`Draft`, `Standard`, `Fine`) and "
        "`shape` (`Square`, `Portrait`, `Tall`, `Landscape`, `Wide`) set steps and size "
        "as suits the model."
    )


class PresetShape(TypedDict):
    """A preset of the form."""

    name: Annotated[str, says("What it is called by.")]
    values: Annotated[dict[str, Any], says("The fields that it sets, in `snake_case`.")]
    own: Annotated[bool, says("Whether it is one's own; the others ship.")]


class PresetList(TypedDict):
    """All presets."""

    presets: Annotated[list[PresetShape], says("One's own, the latest first, then the others.")]


class DeletedPreset(TypedDict):
    """What was deleted, so that it can be kept again."""

    deleted: Annotated[PresetShape, says("The preset.")]


class FormPresetsApi:
    """The routes over *studio*'s presets of the form; everybody has their own."""

    def __init__(self, studio: Studio) -> None:
        self._presets = studio.form_presets

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        routes = Router("Presets", max_body=2 * MAX_BYTES)
        routes.get("/api/presets", self.list_presets)
        routes.post("/api/presets", self.keep_preset, status=201, says_no=(409,))
        routes.add("DELETE", "/api/presets/{name}", self.delete_preset, says_no=(409,))
        return [*routes.routes]

    def list_presets(self, viewer: Caller) -> PresetList:
        """List the presets of the form; `preset` of `/api/generate` takes their names."""
        own = self._presets.all(viewer)
        names = {one.name for one in own}
        ships = [_shape(one, own=False) for one in SHIPPED if one.name not in names]
        return {"presets": [*(_shape(one, own=True) for one in own), *ships]}

    def keep_preset(self, asked: NewPreset, viewer: Caller) -> PresetShape:
        """Keep a preset, in place of one of its name."""
        preset = given_preset(asked.name, asked.values)
        self._presets.save(preset, viewer)
        return _shape(preset, own=True)

    def delete_preset(self, name: str, viewer: Caller) -> DeletedPreset:
        """Delete one of one's own; one that ships under that name is there again."""
        return {"deleted": _shape(self._presets.delete(name, viewer), own=True)}


def _shape(preset: FormPreset, *, own: bool) -> PresetShape:
    return {"name": preset.name, "values": dict(preset.values), "own": own}
