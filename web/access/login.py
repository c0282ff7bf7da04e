"""The login: its page, its form's target, and the way out."""

import asyncio
import logging
import math
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from storage.errors import StorageError
from web.access.accounts import Accounts, Source
from web.access.cookies import Cookies
from web.access.login_page import LOGIN_PATH, login_page
from web.http.endpoint import answering
from web.http.language import spoken
from web.http.refusal import Refusal
from web.http.requests import client_address, is_https, read_body, wants_page

LOGOUT_PATH = "/logout"
MAX_LOGIN_BYTES = 10_000
MAX_NAME = 256
"""Characters of a name that the page repeats."""
WRONG = "Wrong name or password."
_log = logging.getLogger(__name__)


def login_response(
    request: Request, following: str, problem: str = "", status: int = 200, name: str = ""
) -> HTMLResponse:
    """Return the login page; a login leads on to *following*, a path of ours."""
    return login_page(own_path(following), problem, status, name, spoken(request))


def too_many(seconds: float) -> Refusal:
    """The answer to who has to wait *seconds* until another try."""
    headers = {"Retry-After": str(math.ceil(seconds))}
    return Refusal(429, f"Too many tries: wait {_minutes(seconds)}.", headers=headers)


def own_path(text: str) -> str:
    r"""Return *text* where it is a path on this server, else "/": never //host or \\host."""
    bare = text.replace("\\", "/")
    parts = urlsplit(bare)
    is_ours = bare.startswith("/") and not bare.startswith("//") and not parts.netloc
    leads_on = parts.path not in (LOGIN_PATH, LOGOUT_PATH)
    return text if is_ours and text.isprintable() and leads_on else "/"


class Login:
    """The routes; Gradio's own of the same paths come after these and are never reached."""

    def __init__(self, accounts: Accounts, cookies: Cookies) -> None:
        self._accounts = accounts
        self._cookies = cookies

    def routes(self) -> list[Route]:
        """Return ``/login`` and ``/logout``."""
        return [
            Route(LOGIN_PATH, self.show, methods=["GET"]),
            Route(LOGIN_PATH, answering(self.enter), methods=["POST"]),
            Route(f"{LOGIN_PATH}/", answering(self.enter), methods=["POST"]),
            Route(LOGOUT_PATH, answering(self.leave), methods=["GET", "POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form."""
        if not self._accounts:
            return RedirectResponse("/", 303)
        return login_response(request, request.query_params.get("next", "/"))

    async def enter(self, request: Request) -> Response:
        """Check a name and password (form fields ``username``, ``password``, ``next``)."""
        fields = parse_qs((await read_body(request, MAX_LOGIN_BYTES)).decode("utf-8", "replace"))
        name, password, following = (
            fields.get(key, [""])[0] for key in ("username", "password", "next")
        )
        if not self._accounts:
            return RedirectResponse("/", 303)
        name, source = name.strip(), self._source(request)
        if wait := self._accounts.wait(name, source):
            return _failed(request, too_many(wait), following, name)
        if not self._accounts.check(name, password, source):
            _log.warning("login as %r from %s failed", name[:64], source.address)
            await asyncio.sleep(self._accounts.delay(name, source))
            return _failed(request, Refusal(401, WRONG), following, name)
        _log.info("login as %r from %s", name, source.address)
        done = (
            RedirectResponse(own_path(following or "/"), 303)
            if wants_page(request)
            else JSONResponse({"success": True})
        )
        https = is_https(request)
        session = self._accounts.issue(name)
        done.headers.append("Set-Cookie", self._cookies.set_login(session, https=https))
        done.headers.append("Set-Cookie", self._cookies.set_device(request, name, https=https))
        return done

    async def leave(self, request: Request) -> Response:
        """End the login of this browser, or with the field ``everywhere`` all of its account's."""
        fields = parse_qs((await read_body(request, MAX_LOGIN_BYTES)).decode("utf-8", "replace"))
        session = request.cookies.get(self._cookies.login_name, "")
        everywhere = fields.get("everywhere", [""])[0] == "1"
        try:
            await run_in_threadpool(self._accounts.end, session, everywhere=everywhere)
        except StorageError as error:  # ended until the next start; the cookie goes all the same
            _log.warning("The end of a login is not stored: %s", error)
        done = RedirectResponse("/", 303)
        done.headers.append("Set-Cookie", self._cookies.set_login("", https=is_https(request)))
        return done

    def _source(self, request: Request) -> Source:
        device, names = self._cookies.device(request)
        return Source(client_address(request), device, frozenset(names))


def _failed(request: Request, refusal: Refusal, following: str, name: str) -> Response:
    if wants_page(request):
        page = login_response(
            request, following or "/", str(refusal), refusal.status, name[:MAX_NAME]
        )
        page.headers.update(refusal.headers)
        return page
    return refusal.response()


def _minutes(seconds: float) -> str:
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minutes" if minutes > 1 else "a minute"
