"""``/api/generations/{id}/link``: the private link of a generation, renewed."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from studio.access.viewer import viewer_of
from studio.studio import Studio
from web.http.endpoint import answering
from web.http.refusal import NO_STORE


class Sharing:
    """The route over *studio*."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def routes(self) -> list[Route]:
        """Return the route."""
        path = "/api/generations/{id}/link"
        return [Route(path, answering(self.renew), methods=["POST"])]

    async def renew(self, request: Request) -> Response:
        """End the private link of a generation of one's own; answer with the new one."""
        id_, viewer = request.path_params["id"], viewer_of(request)
        record = await run_in_threadpool(self._studio.generations.own, id_, viewer)
        query = await run_in_threadpool(self._studio.links.renew, record, viewer)
        return JSONResponse({"privateLink": f"/{query}"}, headers=NO_STORE)
