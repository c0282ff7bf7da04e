"""Who may ask for what, on every route alike, Gradio's included.

One ASGI middleware. It answers itself what is foreign, closed or not for strangers; to all else
it adds the viewer (`studio.access.viewer.viewer_of`) and, on the way out, headers and the cookie.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.access.links import Links
from studio.access.tokens import Tokens
from studio.access.viewer import ACCOUNT, BROWSER, GUEST, ONE, SCOPE_KEY, Viewer, viewer_of
from studio.settings.settings import Settings, on_space
from web.access.accounts import Accounts, Source, Throttled
from web.access.cookies import Cookies
from web.access.gradio_routes import is_closed
from web.access.login import login_response, too_many
from web.access.login_page import LOGIN_PATH
from web.access.origin import host_is_ours, is_foreign
from web.access.presence import is_here
from web.http.language import LANGUAGE_KEY, Language, choose
from web.http.refusal import Refusal
from web.http.requests import (
    HOST_KEY,
    bearer,
    client_address,
    is_https,
    refuse_two_lengths,
    wants_page,
)
from web.install import ICONS_PATH, MANIFEST_PATH

__all__ = ["Access", "viewer_of"]

HEALTH_PATH = "/healthz"
_STARTUP_PATH = "/gradio_api/startup-events"
_STATIC = (
    *("/assets/", "/static/", "/svelte/", "/favicon.ico", "/theme.css", MANIFEST_PATH),
    *("/stepglass/", ICONS_PATH),
)
_log = logging.getLogger(__name__)
_POLICY = "object-src 'none'; base-uri 'self'; form-action 'self'"
"""What no page of ours does, and an injected piece of one would."""
MAX_PARTS = 8
"""Parts of a path that may name a generation: each is held against the key of a link."""
_ID_NAMES = ("job", "generationId", "promptId")
"""Query parameters that name a generation."""


class Access:
    """The middleware. `links` are the private ones; `accounts` may be empty.

    A program shows one of the *tokens* in place of a cookie or login.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        links: Links,
        accounts: Accounts,
        cookies: Cookies,
        tokens: Tokens,
        languages: Mapping[str, Language],
    ) -> None:
        self._app = app
        self._settings = settings
        self._links = links
        self._accounts = accounts
        self._tokens = tokens
        self._languages = languages
        self._cookies = cookies
        self._space = on_space()
        # A Space's own name is told by its host.
        self._names = (*settings.allowed_hosts, os.environ.get("SPACE_HOST", "") or "localhost")
        self._has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})  # the page uses none
        else:
            await self._http(Request(scope, receive), send)

    async def _http(self, request: Request, send: Send) -> None:
        request.scope[LANGUAGE_KEY] = choose(request, self._languages)
        try:
            refuse_two_lengths(request)
            self._refuse_foreign(request)
            cookies = await self._identify(request)  # by every trace that a proxy has left
        except Refusal as refusal:
            answer = self._refused(request, refusal)
            await answer(request.scope, request.receive, self._dressed(send, ()))
            return
        self._name_host(request)
        await self._app(request.scope, request.receive, self._dressed(send, cookies))

    def _name_host(self, request: Request) -> None:
        """Settle by which host links to us begin: whoever asks may send any name as ours."""
        scope, names = request.scope, self._names
        named = request.headers.get("host", "")
        host, port = scope.get("server") or ("localhost", None)
        own = f"[{host}]" if ":" in host else host
        scope[HOST_KEY] = named if host_is_ours(named, names) else f"{own}:{port}" * bool(port)
        if not host_is_ours(request.headers.get("x-forwarded-host", ""), names):
            kept = [one for one in scope["headers"] if one[0] != b"x-forwarded-host"]
            scope["headers"][:] = kept

    def _refuse_foreign(self, request: Request) -> None:
        path, headers, names = request.scope["path"], request.headers, self._settings.allowed_hosts
        settings = self._settings
        guarded = (
            (settings.is_loopback or settings.is_one_person)
            and not self._accounts
            and not self._space
        )
        if guarded and not host_is_ours(headers.get("host", ""), names):
            raise Refusal(
                421,
                "This address is not served under that host name: open it as localhost, or start "
                "Stepglass with --allowed-host and the name.",
            )
        if is_foreign(request.method, path, headers, names):
            raise Refusal(
                403, "This request came from another site's page and was not carried out."
            )
        if is_closed(path):
            raise Refusal(404, "There is nothing here.")

    async def _identify(self, request: Request) -> tuple[str, ...]:
        """Put the viewer into the scope; return the Set-Cookie headers to send."""
        path = request.scope["path"]
        if token := bearer(request):
            owner = await run_in_threadpool(self._tokens.owner, token)
            if owner is None:
                raise Refusal(401, "This token does not hold (any more): copy the present one.")
            user = owner.removeprefix(ACCOUNT) if self._accounts else ""
            return self._let_in(request, Viewer(owner, user))
        if self._accounts:
            name = self._user(request)
            if name is not None:
                return self._let_in(request, Viewer(f"{ACCOUNT}{name}", name))
            if not self._is_public(request):
                raise Refusal(401, "Log in first.")
            return ()
        if path == HEALTH_PATH or path.startswith(_STATIC):
            return ()
        if self._settings.is_one_person and self._is_the_one(request):
            return self._let_in(request, Viewer(ONE))
        known = self._cookies.browser(request)
        browser = known or self._cookies.new_browser()
        kind = GUEST if self._settings.is_one_person else BROWSER
        cookies = self._let_in(request, Viewer(f"{kind}{browser}", is_new=not known))
        if known and path != "/":
            return cookies
        return (*cookies, self._cookies.set_browser(browser, https=is_https(request)))

    def _is_the_one(self, request: Request) -> bool:
        """Whether the one person of this page asks: who said so, or else who sits at the machine.

        A stranger whom some proxy lets through is a guest with a gallery of their own.
        """
        if self._settings.people == "one":
            return True
        client = request.client.host if request.client else ""
        is_own = is_here(client, request.scope["http_version"], request.headers)
        if not is_own and not self._has_warned:
            self._has_warned = True
            _log.warning(
                "Requests come through a proxy or tunnel: who sends them is not taken for you. "
                "Name its host with --allowed-host, or ask for a login with --auth."
            )
        return is_own

    def _user(self, request: Request) -> str | None:
        session = request.cookies.get(self._cookies.login_name)
        if session and (name := self._accounts.user(session)):
            return name
        authorization = request.headers.get("authorization", "")
        try:
            return self._accounts.basic(authorization, Source(client_address(request)))
        except Throttled as error:
            raise too_many(error.seconds) from error

    def _is_public(self, request: Request) -> bool:
        path = request.scope["path"].rstrip("/")
        # A browser asks for a manifest and its icons without saying who is there.
        if path in (HEALTH_PATH, LOGIN_PATH, MANIFEST_PATH) or path.startswith(ICONS_PATH):
            return True
        # Gradio calls this itself, once, before anybody can know of the page.
        return path == _STARTUP_PATH and not request.app.startup_events_triggered

    def _let_in(self, request: Request, viewer: Viewer) -> tuple[str, ...]:
        """Note who asks, and what their private links open; return the cookies for that."""
        before, path = self._cookies.opened(request, viewer.owner), request.scope["path"]
        key, now = request.query_params.get("key"), {}
        if key:
            named = [request.query_params.get(name, "") for name in _ID_NAMES]
            named += path.split("/", MAX_PARTS)[:MAX_PARTS]
            now = {id_: key for id_ in named if id_ and self._links.opens(id_, key)}
        # A link that was renewed meanwhile opens nothing any more.
        held = {id_: old for id_, old in before.items() if self._links.opens(id_, old)}
        keys = {id_: old for id_, old in held.items() if id_ not in now} | now
        request.scope[SCOPE_KEY] = replace(viewer, opened=frozenset(keys))
        if not now or path != "/":
            return ()
        return (self._cookies.set_opened(viewer.owner, keys, https=is_https(request)),)

    def _refused(self, request: Request, refusal: Refusal) -> Response:
        is_page = wants_page(request) and request.method in ("GET", "HEAD")
        if refusal.status == 401 and is_page:
            query = request.scope.get("query_string", b"").decode("latin-1")
            here = quote(request.scope["path"]) + (f"?{query}" if query else "")
            return login_response(request, here, status=401)
        return refusal.response()

    def _dressed(self, send: Send, cookies: tuple[str, ...]) -> Send:
        """Return *send* with our headers on the answer."""

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(MutableHeaders(scope=message), cookies)
            await send(message)

        return dressed

    def _dress(self, headers: MutableHeaders, cookies: tuple[str, ...]) -> None:
        headers.setdefault("X-Content-Type-Options", "nosniff")
        # A private link's key is in the address: no other site is told it.
        headers.setdefault("Referrer-Policy", "same-origin")
        if headers.get("content-type", "").startswith("text/html"):
            frames = "'self' https://huggingface.co https://*.hf.space" if self._space else "'self'"
            headers.append("Content-Security-Policy", f"{_POLICY}; frame-ancestors {frames}")
        for cookie in cookies:
            headers.append("Set-Cookie", cookie)
            headers["Cache-Control"] = "no-store"
