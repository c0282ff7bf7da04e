"""The prompts' API: having one improved by the language model that is set up."""

from typing import Annotated

from pydantic import Field
from starlette.routing import BaseRoute
from typing_extensions import TypedDict

from comfy.workflow.families.known import FAMILIES
from studio.studio import Studio
from web.api.shapes.bodies import Body, Text
from web.http.fields import says
from web.http.router import Caller, Router


class PromptBody(Body):
    """A prompt, and what it is for."""

    prompt: Text = Field(description="The prompt.")
    checkpoint: Text = Field(default="", description="The model that it is for.")
    family: Text = Field(default="", description="The model's family, where that is known better.")


class ChangeShape(TypedDict):
    """A piece of the old or the new prompt."""

    kind: Annotated[str, says("`same`, `added` or `removed`.")]
    text: Annotated[str, says("The piece.")]


class ImprovedShape(TypedDict):
    """A better prompt."""

    prompt: Annotated[str, says("The prompt. LoRAs, wildcards and the like are as they were.")]
    changes: Annotated[list[ChangeShape], says("What is other than before, in order.")]
    notes: Annotated[list[str], says("What the answer had spoiled and was mended, in sentences.")]


class PromptsApi:
    """The route over *studio*'s improver."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        routes = Router("Prompts", max_body=50_000)
        routes.post("/api/prompts/improve", self.improve_prompt, says_no=(409, 429))
        return [*routes.routes]

    def improve_prompt(self, asked: PromptBody, viewer: Caller) -> ImprovedShape:
        """Have a prompt improved, worded as the model's family likes it; nothing is stored."""
        family = FAMILIES.get(asked.family)
        if family is None and asked.checkpoint:
            family = self._studio.models.told(viewer, asked.checkpoint).family
        found = self._studio.improver.improve(viewer, asked.prompt, family)
        return {
            "prompt": found.prompt,
            "changes": [{"kind": one.kind, "text": one.text} for one in found.changes],
            "notes": list(found.notes),
        }
