"""The JSON API: generate, look at generations, cancel one."""

from typing import Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from comfy.workflow.request import GenerationRequest
from storage.records import Generation
from studio.access.viewer import Viewer, viewer_of
from studio.errors import UploadError
from studio.generations.defaults import NAMED
from studio.generations.new_records import press_of
from studio.settings.settings import Settings
from studio.studio import Studio
from web.api.json_shapes import generation_shape, progress_shape
from web.http.base64_files import MORE_BYTES, decoded_image
from web.http.endpoint import answering
from web.http.refusal import NO_STORE, Refusal
from web.http.requests import json_object, query_number, read_body

MAX_LIMIT = 200
"""Generations in one answer."""
USUAL_LIMIT = 48
MAX_QUERY = 1000
"""Characters of a search."""


class Api:
    """The routes over *studio*. Whoever may not see a generation is told that there is none."""

    def __init__(self, studio: Studio, settings: Settings) -> None:
        self._studio = studio
        # Base64 makes four bytes of three.
        self._max_body = settings.max_upload_bytes * 4 // 3 + MORE_BYTES

    def routes(self) -> list[Route]:
        """Return the routes."""
        one = "/api/generations/{id}"
        return [
            Route("/api/generate", answering(self.generate), methods=["POST"]),
            Route("/api/generations", answering(self.page), methods=["GET"]),
            Route(one, answering(self.show), methods=["GET"]),
            Route(f"{one}/cancel", answering(self.cancel), methods=["POST"]),
        ]

    async def generate(self, request: Request) -> Response:
        """Start what the body asks for; 202, or 422 naming each wrong field."""
        asked = json_object(await read_body(request, self._max_body))
        viewer = viewer_of(request)
        made, why = await run_in_threadpool(self._generate, asked, viewer)
        first = made[0]
        answer: dict[str, Any] = {
            "generationId": first.id,
            "promptId": first.id,
            "status": first.status.value,
            "checkpoint": first.checkpoint,
            "checkpointFrom": why,
        }
        if len(made) > 1:
            answer |= {"generationIds": [one.id for one in made]}
        headers = {"Location": f"/api/generations/{first.id}"} | NO_STORE
        return JSONResponse(answer, 202, headers=headers)

    def _generate(
        self, asked: dict[str, Any], viewer: Viewer
    ) -> tuple[tuple[Generation, ...], str]:
        """Start it; what was made, and why with that model."""
        picture, again = decoded_image(asked), _retry_on_loss(asked)
        try:
            # The picture is kept last: nothing is kept of a request that is wrong elsewhere.
            wanted, why = GenerationRequest.model_validate(asked), NAMED
            if not wanted.checkpoint:
                usual = self._studio.defaults.checkpoint(viewer.owner)
                wanted, why = wanted.model_copy(update={"checkpoint": usual.name}), usual.why
            if picture is not None:
                wanted = wanted.model_copy(update={"image": self._studio.uploads.keep(picture)})
        except ValidationError as error:
            raise _refusal(error) from error
        except UploadError as error:
            raise Refusal(422, str(error), {"image": str(error)}) from error
        press = press_of(wanted, retry_on_loss=again)
        return self._studio.generations.create(viewer, press), why

    async def page(self, request: Request) -> Response:
        """List generations, newest first: ``?limit=48&before=ID&q=WORDS``."""
        limit = query_number(request, "limit", USUAL_LIMIT, 1, MAX_LIMIT)
        before = request.query_params.get("before", "")
        query = request.query_params.get("q", "")[:MAX_QUERY]
        found = await run_in_threadpool(
            self._studio.generations.history, viewer_of(request), before, limit, query
        )
        following = found[-1].id if len(found) == limit else None
        body = {"generations": [generation_shape(g) for g in found], "before": following}
        return JSONResponse(body, headers=NO_STORE)

    async def show(self, request: Request) -> Response:
        """One generation, with the fields asked for, its graph, and its progress now."""
        id_, viewer = request.path_params["id"], viewer_of(request)
        record = await run_in_threadpool(self._studio.generations.seen, id_, viewer)
        snapshot = await run_in_threadpool(self._studio.generations.snapshot, id_, viewer)
        group = await run_in_threadpool(self._studio.generations.press, id_, viewer)
        body = generation_shape(record)
        body["request"] = {**record.request, "seed": str(record.seed)}
        body["graph"] = record.graph
        body["errorDetail"] = record.error_detail
        if viewer.may_change(record.owner):
            body["privateLink"] = f"/{self._studio.links.query(record, viewer)}"
        body["progress"] = progress_shape(snapshot, group) if snapshot else None
        return JSONResponse(body, headers=NO_STORE)

    async def cancel(self, request: Request) -> Response:
        """Ask for the end of a generation; once over, nothing changes any more."""
        id_, viewer = request.path_params["id"], viewer_of(request)
        await run_in_threadpool(self._studio.cancels.one, id_, viewer)
        now = await run_in_threadpool(self._studio.generations.seen, id_, viewer)
        body = {"generationId": now.id, "promptId": now.id, "status": now.status.value}
        return JSONResponse(body, 202, headers=NO_STORE)


async def nothing(request: Request) -> Response:
    """Answer what no route of the API does; to come after all of them."""
    raise Refusal(404, f"There is nothing here for {request.method}; docs/api.md says what is.")


def _retry_on_loss(asked: dict[str, Any]) -> bool:
    """Take the field out of *asked* that is about the running, not about the pictures."""
    found = [asked.pop(name) for name in ("retryOnLoss", "retry_on_loss") if name in asked]
    if not all(isinstance(one, bool) for one in found):
        sentence = "retryOnLoss is to be true or false."
        raise Refusal(422, f"Not started: {sentence}", {"retryOnLoss": sentence})
    return any(found)


def _refusal(error: ValidationError) -> Refusal:
    """Name each wrong field by the API's spelling; never repeat what was sent."""
    fields: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False):
        name = str(one["loc"][0])[:100] if one["loc"] else "width"
        said = one["msg"].removeprefix("Value error, ").removeprefix("Input ").rstrip(".")
        if one["type"] == "extra_forbidden":
            said = "there is no such field"
        fields.setdefault(name, f"{said[0].upper()}{said[1:]}.")
    first = "; ".join(f"{name}: {said[0].lower()}{said[1:-1]}" for name, said in fields.items())
    return Refusal(422, f"Not started: {first[:1000]}.", fields)
