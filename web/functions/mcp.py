"""``/mcp``: presets as tools for models, by the Model Context Protocol over streamable HTTP.

Who asks is settled by `web.access.middleware`, as everywhere; a session belongs to whoever opened
it.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from studio.access.viewer import SCOPE_KEY, Viewer, viewer_of
from studio.studio import Studio
from web.access.cookies import Cookies
from web.functions.calls import Calls
from web.http.bodies import json_of, replay
from web.http.refusal import Refusal
from web.http.requests import bearer, client_address, read_body

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

PATH = "/mcp"
SESSION = "mcp-session-id"
MAX_SESSIONS = 500
MAX_OF_ONE = 20
"""Sessions of one owner, or of clients without a token at one address; the oldest ends."""
IDLE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class _Session:
    """Who opened a session; `is_new` where they came with neither cookie nor token.

    Such a client keeps no cookies, so its session's id, which nobody can guess, stands for it.
    """

    viewer: Viewer
    is_new: bool
    address: str = ""

    @property
    def whose(self) -> str:
        """For whom it counts: a client without a token is somebody new each time."""
        return f"address {self.address}" if self.is_new else self.viewer.owner


class Mcp:
    """The route. All of it runs in the server's event loop; the protocol starts on first use."""

    def __init__(self, studio: Studio, calls: Calls, cookies: Cookies, max_body: int) -> None:
        self._studio = studio
        self._calls = calls
        self._cookies = cookies
        self._max_body = max_body
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        self._ready: asyncio.Future[StreamableHTTPSessionManager] | None = None
        self._holder: asyncio.Task[None] | None = None
        self._ending = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def routes(self) -> list[Route]:
        """Return the route; which methods there are is the protocol's affair."""
        return [Route(PATH, self, methods=["GET", "POST", "DELETE"])]

    def close(self) -> None:
        """End all sessions; from any thread."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ending.set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request of a client."""
        request = Request(scope, receive)
        asker = _Session(viewer_of(request), self._is_new(request), client_address(request))
        id_ = request.headers.get(SESSION)
        try:
            if id_ is not None or request.method != "POST":
                asker = self._known(id_, asker)
            if request.method == "POST":
                receive = replay(await self._checked(request), receive)
            manager = await self._running()
        except Refusal as refusal:
            await refusal.response()(scope, receive, send)
            return

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(Headers(raw=message["headers"]).get(SESSION), asker)
            await send(message)

        await manager.handle_request({**scope, SCOPE_KEY: asker.viewer}, receive, noted)
        for old in self._too_many(asker):
            await self._end(manager, scope, old)

    async def _checked(self, request: Request) -> bytes:
        """The body, once it is JSON that can be read."""
        body = await read_body(request, self._max_body)
        await asyncio.to_thread(json_of, body)
        return body

    def _is_new(self, request: Request) -> bool:
        named = viewer_of(request).name or bearer(request)
        return not named and self._cookies.browser(request) is None

    def _known(self, id_: str | None, asker: _Session) -> _Session:
        if id_ is None:
            raise Refusal(405, "This is for MCP clients: docs/workflows.md says how.")
        found = self._sessions.get(id_)
        same = found and found.viewer.owner == asker.viewer.owner
        if found is None or not (same or (found.is_new and asker.is_new)):
            raise Refusal(404, "There is no such session (any more): open a new one.")
        return found if found.is_new else asker

    def _note(self, id_: str | None, asker: _Session) -> None:
        if id_:
            self._sessions[id_] = asker
            self._sessions.move_to_end(id_)

    def _too_many(self, asker: _Session) -> list[str]:
        """The sessions that have to end, the longest unused first."""
        own = [id_ for id_, one in self._sessions.items() if one.whose == asker.whose]
        over = own[: max(0, len(own) - MAX_OF_ONE)]
        left = [id_ for id_ in self._sessions if id_ not in over]
        return over + left[: max(0, len(left) - MAX_SESSIONS + 1)]

    async def _end(self, manager: "StreamableHTTPSessionManager", scope: Scope, id_: str) -> None:
        """End a session as its own client would."""
        viewer = self._sessions.pop(id_).viewer
        headers = [(SESSION.encode(), id_.encode()), (b"accept", b"application/json")]
        ending = {**scope, "method": "DELETE", "headers": headers, SCOPE_KEY: viewer}

        async def nothing(_message: Message) -> None:
            """Nobody waits for this answer."""

        await manager.handle_request(ending, replay(b"", _ended), nothing)

    async def _running(self) -> "StreamableHTTPSessionManager":
        if self._ready is None:
            self._loop = asyncio.get_running_loop()
            self._ready = self._loop.create_future()
            self._holder = self._loop.create_task(self._hold(self._ready))
        return await asyncio.shield(self._ready)

    async def _hold(self, ready: "asyncio.Future[StreamableHTTPSessionManager]") -> None:
        """Keep the sessions in one task, as the package wants it, until the program ends."""
        try:
            await asyncio.to_thread(_load)
            manager = self._made()
        except Exception as error:
            ready.set_exception(error)
            raise
        async with manager.run():
            ready.set_result(manager)
            await self._ending.wait()

    def _made(self) -> "StreamableHTTPSessionManager":
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        from web.functions.mcp_tools import Tools

        tools = Tools(self._studio, self._calls)
        return StreamableHTTPSessionManager(
            tools.server,
            session_idle_timeout=IDLE_SECONDS,
            max_request_body_size=self._max_body,
            max_sessions=MAX_SESSIONS,
        )


async def _ended() -> Message:
    return {"type": "http.disconnect"}


def _load() -> None:
    """Import what takes a while, off the pages' loop."""
    import web.functions.mcp_tools  # noqa: F401
