"""``/stepglass/…``: the page's modules and style sheet, under addresses that name their content."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.http.endpoint import answering
from web.http.language import ENGLISH, LANGUAGE_KEY, Language
from web.http.refusal import Refusal

PREFIX = "/stepglass/"
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}
_MEDIA = {"js": "text/javascript", "css": "text/css"}
_GRADIOS = b'<script type="module" crossorigin'
"""How Gradio's own module begins in its page; ours run in the order in which they stand there."""
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

    The page's language, where it is not English, comes with a module that runs before Gradio's own.
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
        if scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        language, first = scope.get(LANGUAGE_KEY, ENGLISH), list[Message]()
        ahead = ", ".join(filter(None, (self._ahead, _module_ahead(language))))

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                if ahead:
                    MutableHeaders(scope=message)["Link"] = ahead
                first.append(message)  # its length is not known yet
                return
            if first:
                head = first.pop()
                if not message.get("more_body", False):
                    message["body"] = spoken_page(message.get("body", b""), language)
                    headers = MutableHeaders(scope=head)
                    if "content-length" in headers:
                        headers["content-length"] = str(len(message["body"]))
                await send(head)
            await send(message)

        await self._app(scope, receive, told)


def _module_ahead(language: Language) -> str:
    return f"<{language.script}>; rel=modulepreload" if language.script else ""


def spoken_page(page: bytes, language: Language) -> bytes:
    """Gradio's *page* as one of *language*, whose module comes before its own.

    Gradio chooses its own words by what a browser calls its language.
    """
    told = f'Object.defineProperty(navigator, "language", {{ value: "{language.code}" }});'
    module = f'<script type="module" src="{language.script}"></script>' if language.script else ""
    named = page.replace(b'lang="en"', f'lang="{language.code}"'.encode(), 1)
    return named.replace(_GRADIOS, f"<script>{told}</script>{module}".encode() + _GRADIOS, 1)
