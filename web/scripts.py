"""``/stepglass/…``: the page's modules and style sheet, under addresses that name their content."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.http.endpoint import answering
from web.http.refusal import Refusal

PREFIX = "/stepglass/"
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}
_MEDIA = {"js": "text/javascript", "css": "text/css"}
_WORKER = "install/worker.js"
"""The one script that stands for more than what lies beside it: the whole page."""


class Scripts:
    """The route. *files* are the files' content by their whole path."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def routes(self) -> list[Route]:
        """Return the route."""
        return [Route(f"{PREFIX}{{path:path}}", answering(self.show), methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """One file; 404 for one of another version, which nobody is to keep."""
        path = PREFIX + request.path_params["path"]
        content = self._files.get(path)
        if content is None:
            raise Refusal(404, "This page is of another version: reload it.")
        media = _MEDIA[path.rpartition(".")[2]]
        scope = {"Service-Worker-Allowed": "/"} if path.endswith(f"/{_WORKER}") else {}
        return Response(content, media_type=media, headers={**_HEADERS, **scope})


class Light:
    """Middleware: the page and its files go out compressed, the page with a Link header *ahead*.

    Nothing else is touched: streams are not to wait, and images are compressed already.
    """

    def __init__(self, app: ASGIApp, *, ahead: str) -> None:
        self._app = app
        self._zipped = GZipMiddleware(self._page, minimum_size=1000, compresslevel=6)
        self._ahead = ahead

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        path = scope.get("path", "")
        is_ours = scope["type"] == "http" and (path == "/" or path.startswith(PREFIX))
        await (self._zipped if is_ours else self._app)(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["path"] == "/" and self._ahead:
                MutableHeaders(scope=message)["Link"] = self._ahead
            await send(message)

        await self._app(scope, receive, told)
