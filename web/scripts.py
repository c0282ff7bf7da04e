"""``/stepglass/…``: the page's modules, under addresses that name their content."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.http.endpoint import answering
from web.http.refusal import Refusal

PREFIX = "/stepglass/"
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}


class Scripts:
    """The route. *files* are the modules' content by their whole path."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def routes(self) -> list[Route]:
        """Return the route."""
        return [Route(f"{PREFIX}{{path:path}}", answering(self.show), methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """One module; 404 for one of another version, which nobody is to keep."""
        content = self._files.get(PREFIX + request.path_params["path"])
        if content is None:
            raise Refusal(404, "This page is of another version: reload it.")
        return Response(content, media_type="text/javascript", headers=_HEADERS)
