"""What anybody may send, and how much of it: bodies, files and open answers, on every route.

An ASGI middleware within `web.access.middleware`, which has settled who asks.
"""

import contextlib
import logging
import math
from functools import partial

from gradio.route_utils import FnIndexInferError
from gradio.utils import get_upload_folder
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.access.viewer import SCOPE_KEY, Viewer, viewer_of
from studio.studio import Studio
from web.access.gradio_routes import (
    API,
    BODYLESS,
    MAX_EVENT_BYTES,
    hands_files,
    is_endless,
    named_file,
    takes_data,
    takes_files,
)
from web.guard.open_answers import Crowd
from web.guard.page_owners import Tabs, session_in_address, session_in_body
from web.http.bodies import file_paths, handing, json_of, replay
from web.http.refusal import Refusal
from web.http.requests import client_address, is_form, read_body

_log = logging.getLogger(__name__)
ODD = "This is no request that the page sends: load it again."
_UNEXPECTED = (LookupError, ValueError, TypeError, AttributeError, FnIndexInferError)
SMALL_BYTES = 100_000
"""A body that a full disk still has room for: one cancels, or empties the bin."""
NOT_SENT = "A file is to be uploaded first, by whoever names it."


class Guard:
    """The middleware. *crowd* counts what is open over all routes."""

    def __init__(self, app: ASGIApp, *, studio: Studio, crowd: Crowd) -> None:
        self._app = app
        self._studio = studio
        self._crowd = crowd
        self._tabs = Tabs()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def begin(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            with contextlib.suppress(ClientDisconnect):  # then nobody is there to be answered
                await self._serve(Request(scope, receive), begin)
        except Refusal as refusal:
            await refusal.response()(scope, receive, send)
        except (RuntimeError, *_UNEXPECTED) as error:
            is_late_no = isinstance(error.__cause__, HTTPException)
            if not scope["path"].startswith(f"{API}/") or is_late_no != begun:
                raise
            # Gradio does not expect what its own page does not send, and says no even in the
            # middle of an answer.
            _log.warning("%r could not be answered: %s", scope["path"][:80], type(error).__name__)
            _log.debug("why it could not be answered", exc_info=error)
            if begun:
                await send({"type": "http.response.body", "body": b""})
            else:
                await Refusal(400, ODD).response()(scope, receive, send)

    async def _serve(self, request: Request, send: Send) -> None:
        path = request.scope["path"]
        request = Request(request.scope, self._counted(request))
        receive = await self._checked(request)
        if hands_files(path):
            note = partial(self._studio.arrivals.add, viewer_of(request).owner)
            send = handing(send, get_upload_folder(), note, is_upload=takes_files(path))
        self._refuse_file(request)
        self._refuse_tab(request, session_in_address(path, request.query_params))
        if is_endless(request.method, path):
            with self._crowd.among(self._whose(request)):
                await self._app(request.scope, receive, send)
        else:
            await self._app(request.scope, receive, send)

    def _counted(self, request: Request) -> Receive:
        """What counts the body as it comes; refuse it where too much has come, or has no room."""
        whose, receive = self._whose(request), request.receive
        length = request.headers.get("content-length", "0")
        size = int(length) if length.isascii() and length.isdecimal() else 0
        if "transfer-encoding" in request.headers and takes_files(request.scope["path"]):
            # Nobody has said how large it is, so it may be as large as any.
            size = self._studio.settings.max_upload_bytes
        if request.method in BODYLESS:
            return receive
        if wait := self._studio.allowance.wait(whose):
            headers = {"Retry-After": str(math.ceil(wait))}
            raise Refusal(429, "You have sent too much within an hour: wait.", headers=headers)
        if size > SMALL_BYTES and not self._studio.uploads.has_room(size):
            raise Refusal(507, "There is no room left on the disk: free some, then send it again.")

        async def counted() -> Message:
            message = await receive()
            if body := message.get("body"):
                self._studio.allowance.add(whose, len(body))
            return message

        return counted

    def _refuse_file(self, request: Request) -> None:
        """Refuse a file of Gradio's that this viewer neither sent nor was handed."""
        named = named_file(request.scope["path"])
        if named is not None:
            owner = viewer_of(request).owner
            if self._studio.arrivals.path(named, owner) is None:
                raise Refusal(404, "There is no such file, or it is not yours.")

    def _refuse_tab(self, request: Request, session: str) -> None:
        """Refuse *session* where somebody else has opened that page; "" is nobody's."""
        if session:
            viewer = viewer_of(request)
            if not self._tabs.is_open_to(session, viewer.owner, is_new=viewer.is_new):
                raise Refusal(403, "Somebody else has opened this page: load it again.")

    async def _checked(self, request: Request) -> Receive:
        """Read and check a body meant for the page's handlers; return what replays it.

        Whatever component it is for: the files that it names are the viewer's own uploads.
        """
        if not takes_data(request.method, request.scope["path"]):
            return request.receive
        body = await read_body(request, MAX_EVENT_BYTES)
        if not is_form(request):  # whose files come with it
            owner = viewer_of(request).owner
            data = await run_in_threadpool(json_of, body)
            self._refuse_tab(request, session_in_body(data))
            for path in file_paths(data):
                if path and self._studio.arrivals.path(path, owner) is None:
                    raise Refusal(400, NOT_SENT)
        return replay(body, request.receive)

    def _whose(self, request: Request) -> str:
        """For whom an open answer counts: one without cookies is somebody new each time."""
        viewer: Viewer | None = request.scope.get(SCOPE_KEY)
        if viewer is None or viewer.is_new:
            return f"address {client_address(request)}"
        return viewer.owner
