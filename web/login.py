"""The login: a page that needs no other file, its form's target, and the way out."""

import html
import logging
import math
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from web.accounts import Accounts
from web.answers import Refusal
from web.cookies import Cookies, is_https
from web.incoming import client_address, read_body, wants_page

LOGIN_PATH = "/login"
MAX_LOGIN_BYTES = 10_000
_log = logging.getLogger(__name__)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"
_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Stepglass: log in</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 system-ui, sans-serif; display: grid; place-items: center;
  min-height: 100vh; margin: 0 }}
form {{ width: min(20rem, 90vw); display: grid; gap: .5rem }}
h1 {{ margin: 0 0 .5rem; font-size: 1.5rem }}
input, button {{ font: inherit; padding: .6rem .7rem; border-radius: .5rem;
  border: 1px solid #8888 }}
button {{ background: #0f766e; color: #fff; border: 0; margin-top: .5rem; cursor: pointer }}
:focus-visible {{ outline: 3px solid #14b8a6; outline-offset: 1px }}
p {{ margin: 0; color: light-dark(#b91c1c, #fca5a5) }}
</style>
<form method="post" action="{action}">
<h1>Stepglass</h1>
{problem}
<label for="username">Name</label>
<input id="username" name="username" autocomplete="username" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<input type="hidden" name="next" value="{next}">
<button>Log in</button>
</form>
"""


def login_response(following: str, problem: str = "", status: int = 200) -> HTMLResponse:
    """Return the login page; a login leads on to *following*, a path of ours."""
    said = f'<p role="alert">{html.escape(problem)}</p>' if problem else ""
    page = _PAGE.format(action=LOGIN_PATH, problem=said, next=html.escape(own_path(following)))
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(page, status, headers)


def own_path(text: str) -> str:
    r"""Return *text* where it is a path on this server, else "/": never //host or \\host."""
    bare = text.replace("\\", "/")
    parts = urlsplit(bare)
    is_ours = bare.startswith("/") and not bare.startswith("//") and not parts.netloc
    return text if is_ours and text.isprintable() and parts.path != LOGIN_PATH else "/"


class Login:
    """The routes; Gradio's own of the same paths come after these and are never reached."""

    def __init__(self, accounts: Accounts, cookies: Cookies) -> None:
        self._accounts = accounts
        self._cookies = cookies

    def routes(self) -> list[Route]:
        """Return ``/login`` and ``/logout``."""
        return [
            Route(LOGIN_PATH, self.show, methods=["GET"]),
            Route(LOGIN_PATH, self.enter, methods=["POST"]),
            Route(f"{LOGIN_PATH}/", self.enter, methods=["POST"]),
            Route("/logout", self.leave, methods=["GET", "POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form."""
        if not self._accounts:
            return RedirectResponse("/", 303)
        return login_response(request.query_params.get("next", "/"))

    async def enter(self, request: Request) -> Response:
        """Check a name and password (form fields ``username``, ``password``, ``next``)."""
        fields = parse_qs((await read_body(request, MAX_LOGIN_BYTES)).decode("utf-8", "replace"))
        name, password, following = (
            fields.get(key, [""])[0] for key in ("username", "password", "next")
        )
        name, address = name.strip(), client_address(request)
        if not self._accounts:
            return RedirectResponse("/", 303)
        if wait := self._accounts.wait(name, address):
            return _failed(request, 429, f"Too many tries: wait {_minutes(wait)}.", following, wait)
        if not self._accounts.check(name, password, address):
            _log.warning("login as %r from %s failed", name[:64], address)
            return _failed(
                request, 401, "That name and password do not belong together.", following
            )
        _log.info("login as %r from %s", name, address)
        done = (
            RedirectResponse(own_path(following or "/"), 303)
            if wants_page(request)
            else JSONResponse({"success": True})
        )
        session = self._accounts.issue(name)
        done.headers.append("Set-Cookie", self._cookies.set_login(session, https=is_https(request)))
        return done

    async def leave(self, request: Request) -> Response:
        """End the login of this browser."""
        done = RedirectResponse("/", 303)
        done.headers.append("Set-Cookie", self._cookies.set_login("", https=is_https(request)))
        return done


def _failed(
    request: Request, status: int, sentence: str, following: str, wait: float = 0
) -> Response:
    headers = {"Retry-After": str(math.ceil(wait))} if wait else {}
    if wants_page(request):
        page = login_response(following or "/", sentence, status)
        page.headers.update(headers)
        return page
    return Refusal(status, sentence, headers=headers).response()


def _minutes(seconds: float) -> str:
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minutes" if minutes > 1 else "a minute"
