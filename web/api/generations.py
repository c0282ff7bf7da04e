"""The JSON API: generate, look at generations, cancel one, renew its private link."""

from typing import Annotated, cast

from fastapi import Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from typing_extensions import TypedDict

from comfy.workflow.request import GenerationRequest
from storage.search.query import Search
from studio.access.viewer import Viewer
from studio.errors import UploadError
from studio.generate.form_presets import FormPreset, filled
from studio.generations import made_with
from studio.generations.defaults import NAMED
from studio.settings.settings import Settings
from studio.studio import Studio
from web.api.shapes.answers import Generation, GenerationDetail
from web.api.shapes.bodies import MAX_PAGE, Flag, Named, Started, named, started
from web.api.shapes.generations import generation_shape, progress_shape
from web.api.shapes.workflows import GridShape, press_grid_shape
from web.http.base64_files import MORE_BYTES, decoded_image
from web.http.fields import Whole, Wording, says
from web.http.refusal import Refusal
from web.http.router import Caller, Router

RETRY = "retry_on_loss"
PRESET = "preset"
USUAL_LIMIT = 48
MAX_QUERY = 1000
"""Characters of a search."""
ONE = "/api/generations/{id}"
_WORDING = Wording(opening="Not started: ", root="width")
Limit = Annotated[int, Query(description="How many at the most."), Whole(1, MAX_PAGE, strict=False)]
Before = Annotated[str, Query(description="The id before which to go on.")]
Words = Annotated[str, Query(description='Words, `"phrases"` and `-minus` words of the prompt.')]


class Generate(GenerationRequest):
    """What is to be made. Names of fields may be `snake_case` too."""

    image: str = Field("", description="An image to start from, as base64 or a `data:` URL.")
    retry_on_loss: Flag = Field(
        False, description="Run it once more where its server loses it on the way."
    )

    preset: str = Field("", description="The name of a preset, for what is not said here.")


class Generated(Started):
    """What was queued, and with which model."""

    checkpoint: Annotated[str, says("The model that was taken.")]
    checkpointFrom: Annotated[  # noqa: N815 # the API's spelling
        str, says("Why: `named`, `lastUsed` by oneself, or the first that the `server` has.")
    ]


class Generations(TypedDict):
    """A page of generations."""

    generations: Annotated[list[Generation], says("The newest first.")]
    before: Annotated[str | None, says("Pass it on for the next page; null at the end.")]


class PrivateLink(TypedDict):
    """The private link of a generation."""

    privateLink: Annotated[str, says("`/?job=ID&key=KEY`: whoever opens it sees that generation.")]


class GenerationsApi:
    """The routes over *studio*. Whoever may not see a generation is told that there is none."""

    def __init__(self, studio: Studio, settings: Settings) -> None:
        self._studio = studio
        # Base64 makes four bytes of three.
        self._max_body = settings.max_upload_bytes * 4 // 3 + MORE_BYTES

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        making = Router("Generate", max_body=self._max_body, wording=_WORDING)
        making.post("/api/generate", self.generate, status=202, says_no=(409,))
        looking = Router("Generations")
        looking.get("/api/generations", self.list_generations)
        looking.get(ONE, self.show_generation)
        looking.get(f"{ONE}/grid", self.show_grid, says_no=(409,))
        looking.post(f"{ONE}/cancel", self.cancel_generation, status=202, says_no=(409,))
        looking.post(f"{ONE}/link", self.renew_link)
        return [*making.routes, *looking.routes]

    def generate(self, asked: Generate, viewer: Caller, response: Response) -> Generated:
        """Start what the body asks for; `{"prompt": "a red fox"}` alone works."""
        picture = decoded_image(asked.image)
        preset = self._studio.form_presets.named(asked.preset, viewer) if asked.preset else None
        wanted, why = self._wanted(asked, preset, viewer)
        if picture is not None:
            # Kept last: nothing is kept of a request that is wrong elsewhere.
            wanted = wanted.model_copy(update={"image": self._kept(picture)})
        press = self._studio.models.press(viewer, wanted, retry_on_loss=asked.retry_on_loss)
        made = self._studio.generations.create(viewer, press)
        return {
            **started(made, response),
            "checkpoint": made[0].checkpoint,
            "checkpointFrom": why,
        }

    def _wanted(
        self, asked: Generate, preset: FormPreset | None, viewer: Viewer
    ) -> tuple[GenerationRequest, str]:
        """What is asked for, by *preset* and what is usual where nothing is; and why its model."""
        said, why = asked.model_fields_set - {RETRY, PRESET}, NAMED
        plain = {name: getattr(asked, name) for name in GenerationRequest.model_fields}
        wanted = GenerationRequest.model_construct(said, **plain)
        if preset and not wanted.checkpoint:
            wanted = wanted.model_copy(update=preset.model)
        if not wanted.checkpoint:
            usual = self._studio.defaults.checkpoint(viewer.owner)
            wanted, why = wanted.model_copy(update={"checkpoint": usual.name}), usual.why
        if preset:
            wanted = filled(wanted, preset, self._studio.models.family(viewer, wanted), said)
        return self._studio.models.filled(viewer, wanted), why

    def list_generations(
        self, viewer: Caller, limit: Limit = USUAL_LIMIT, before: Before = "", q: Words = ""
    ) -> Generations:
        """List one's own generations, whatever became of them, the newest first."""
        search = Search(words=q[:MAX_QUERY], statuses=(), owner=viewer.owner)
        found = self._studio.library.page(viewer, search, before, limit)
        following = found[-1].id if len(found) == limit else None
        return {"generations": [generation_shape(g) for g in found], "before": following}

    def show_generation(self, id: str, viewer: Caller) -> GenerationDetail:  # noqa: A002 # the path's name
        """One generation, with the fields asked for, its graph, and its progress now."""
        generations = self._studio.generations
        record, snapshot = generations.seen(id, viewer), generations.snapshot(id, viewer)
        group = generations.press(id, viewer)
        more = {
            "request": made_with.seeded(record),
            "graph": record.graph,
            "errorDetail": record.error_detail,
            "progress": progress_shape(snapshot, group) if snapshot else None,
        }
        detail = cast("GenerationDetail", {**generation_shape(record), **more})
        if viewer.may_change(record.owner):
            detail["privateLink"] = f"/{self._studio.links.query(record, viewer)}"
        return detail

    def show_grid(self, id: str, viewer: Caller) -> GridShape:  # noqa: A002 # the path's name
        """The X/Y grid of its press, by any of its generations: what is left, and where."""
        return press_grid_shape(self._studio.library.grid(id, viewer))

    def cancel_generation(self, id: str, viewer: Caller) -> Named:  # noqa: A002 # the path's name
        """Ask for its end. This may be repeated, and never touches anything else."""
        self._studio.cancels.one(id, viewer)
        return named(self._studio.generations.seen(id, viewer))

    def renew_link(self, id: str, viewer: Caller) -> PrivateLink:  # noqa: A002 # the path's name
        """End the private link of one of one's own, and make a new one."""
        record = self._studio.generations.own(id, viewer)
        return {"privateLink": f"/{self._studio.links.renew(record, viewer)}"}

    def _kept(self, picture: bytes) -> str:
        try:
            return self._studio.uploads.keep(picture)
        except UploadError as error:
            raise Refusal(422, str(error), {"image": str(error)}) from error


async def nothing(request: Request) -> Response:
    """Answer what no route of the API does; to come after all of them."""
    raise Refusal(404, f"There is nothing here for {request.method}; docs/api.md says what is.")
