"""The models' API: what servers have, of which families that is, and correcting it."""

from typing import Annotated

from pydantic import Field
from starlette.routing import BaseRoute
from typing_extensions import TypedDict

from comfy.workflow.families.family import Family
from comfy.workflow.families.known import FAMILIES
from studio.models.models import Looked
from studio.studio import Studio
from web.api.shapes.bodies import Body, Text
from web.http.fields import says
from web.http.router import Caller, Router


class Correction(Body):
    """Of which family a model is, where that was told wrongly."""

    model: Text = Field(description="The model, as the server spells it.")
    family: Text = Field(default="", description="The family's name; empty to forget it again.")


class FamilyShape(TypedDict):
    """A family of models."""

    name: Annotated[str, says("Its name, as `family` of a request takes it.")]
    title: Annotated[str, says("What people call it.")]
    makes: Annotated[str, says("`image`, `video` or `audio`.")]
    tasks: Annotated[list[str], says("What it begins with: `text`, `image`, `inpaint`, `edit`.")]
    fields: Annotated[list[str], says("The fields of a request that it reads.")]


class ModelShape(TypedDict):
    """A model that a server has."""

    name: Annotated[str, says("As the server spells it.")]
    family: Annotated[str, says("The name of its family; empty where nothing tells.")]
    told: Annotated[
        str, says("What tells: `chosen`, `metadata`, `name`, `folder`, `guess`, or empty.")
    ]
    others: Annotated[list[str], says("Families that it may be as well.")]
    needs: Annotated[list[str], says("What is missing for it, a sentence each, where asked.")]


class ModelList(TypedDict):
    """All models, and all families."""

    models: Annotated[list[ModelShape], says("Those that some server has.")]
    families: Annotated[list[FamilyShape], says("Those that are known.")]


class ModelsApi:
    """The routes over *studio*'s models; everybody corrects for themselves."""

    def __init__(self, studio: Studio) -> None:
        self._models = studio.models

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        routes = Router("Models")
        routes.get("/api/models", self.list_models)
        routes.post("/api/models", self.correct_model, says_no=(409,))
        return [*routes.routes]

    def list_models(self, viewer: Caller) -> ModelList:
        """List models with their families, as far as names tell, and what there is to choose."""
        families = [_family(one) for one in FAMILIES.values()]
        return {"models": [_shape(one) for one in self._models.all(viewer)], "families": families}

    def correct_model(self, asked: Correction, viewer: Caller) -> ModelShape:
        """Keep, for oneself, of which family a model is; answers with what it lacks then."""
        self._models.choose(viewer, asked.model, asked.family)
        return _shape(self._models.look(viewer, asked.model))


def _family(family: Family) -> FamilyShape:
    return {
        "name": family.name,
        "title": family.title,
        "makes": family.kind,
        "tasks": [*family.tasks],
        "fields": sorted(family.reads),
    }


def _shape(model: Looked) -> ModelShape:
    told = model.told
    return {
        "name": model.name,
        "family": told.family.name if told.family else "",
        "told": told.how,
        "others": [one.name for one in told.others],
        "needs": [one.sentence for one in model.needs],
    }
