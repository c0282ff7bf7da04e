"""Pairing: a link by which another device becomes the same person as this browser.

For pages without a login, where each browser is a person of its own. A link holds for minutes,
once, and is known to this process alone; opening it asks first, for previews open links, too.
"""

import secrets
import socket
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import segno
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from studio.access.viewer import BROWSER, viewer_of
from studio.settings.settings import Settings
from studio.studio import Studio
from web.access.cookies import Cookies
from web.access.pairing_page import asking_page, dead_page
from web.access.presence import is_loopback
from web.http.endpoint import answering
from web.http.refusal import NO_STORE, Refusal
from web.http.requests import is_https, own_address, read_body

PAIR_PATH = "/pair"
PAIR_SECONDS = 600
MAX_CODES = 1_000
"""Links that wait at once; the oldest ends first."""
MAX_FORM_BYTES = 10_000
_CONTAINERS = ("/.dockerenv", "/run/.containerenv")
_FAR = ("192.0.2.1", 9)
"""An address of no machine: a way to it shows which address of ours others see."""


class Codes:
    """Who may become whom: one code an owner, each for once. Of the event loop alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._codes: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._used: dict[str, tuple[str, float]] = {}

    def new(self, browser: str) -> str:
        """A code for becoming *browser*; an earlier one ends."""
        for code in [code for code, (whose, _) in self._codes.items() if whose == browser]:
            del self._codes[code]
        while len(self._codes) >= MAX_CODES:
            self._codes.popitem(last=False)
        code = secrets.token_urlsafe(16)
        self._codes[code] = (browser, self._clock() + PAIR_SECONDS)
        return code

    def browser(self, code: str) -> str | None:
        """Whom *code* leads to; None where it holds no more."""
        browser, until = self._codes.get(code, ("", 0.0))
        return browser if until > self._clock() else None

    def use(self, code: str) -> str | None:
        """The same, for the only time."""
        browser = self.browser(code)
        if browser is not None:
            self._used[code] = self._codes.pop(code)
        return browser

    def done(self, code: str, *, joined: bool) -> None:
        """Say whether *code*, which was used, led to anything; else it holds as before."""
        entry = self._used.pop(code)
        if not joined and all(entry[0] != whose for whose, _ in self._codes.values()):
            self._codes[code] = entry


class Pairing:
    """The routes."""

    def __init__(self, studio: Studio, settings: Settings, cookies: Cookies) -> None:
        self._studio = studio
        self._settings = settings
        self._cookies = cookies
        self._codes = Codes()

    def routes(self) -> list[Route]:
        """Return ``/api/pair`` for the page that offers it, and ``/pair`` for the other device."""
        return [
            Route("/api/pair", answering(self.offer), methods=["POST"]),
            Route(PAIR_PATH, answering(self.ask), methods=["GET"]),
            Route(PAIR_PATH, answering(self.join), methods=["POST"]),
        ]

    async def offer(self, request: Request) -> Response:
        """Make a link, and its QR code as a data URI."""
        viewer = viewer_of(request)
        if not viewer.owner.startswith(BROWSER):
            raise Refusal(409, "Only a browser that is a person of its own can be paired.")
        if viewer.is_new:
            raise Refusal(409, "This browser keeps no cookies here, so nothing can be paired.")
        code = self._codes.new(viewer.owner.removeprefix(BROWSER))
        link = f"{self._address(request)}{PAIR_PATH}?code={code}"
        image = segno.make(link, error="m", micro=False)
        body = {
            "link": link,
            "image": image.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"),
            "minutes": PAIR_SECONDS // 60,
            "local": is_loopback(urlsplit(link).hostname or ""),
        }
        return JSONResponse(body, headers=NO_STORE)

    async def ask(self, request: Request) -> Response:
        """Ask whether this device is to become the browser that the link is of."""
        code, viewer = request.query_params.get("code", ""), viewer_of(request)
        browser = self._codes.browser(code)
        if browser is None:
            return dead_page()
        if viewer.owner == f"{BROWSER}{browser}":
            return RedirectResponse("/", 303)
        own = 0 if viewer.is_new else await run_in_threadpool(self._studio.people.count_of, viewer)
        return asking_page(code, own)

    async def join(self, request: Request) -> Response:
        """Become that browser; with ``bring`` what this device has made comes along."""
        fields = parse_qs((await read_body(request, MAX_FORM_BYTES)).decode("utf-8", "replace"))
        viewer, is_brought = viewer_of(request), fields.get("bring") == ["1"]
        if not viewer.owner.startswith(BROWSER):
            raise Refusal(409, "This page is not one where browsers are paired.")
        code = fields.get("code", [""])[0]
        # Used up first: of two devices at once, the late one keeps what it has.
        browser = self._codes.use(code)
        if browser is None:
            return dead_page()
        owner, joined = f"{BROWSER}{browser}", False
        try:
            if is_brought and viewer.owner != owner:
                await run_in_threadpool(self._studio.people.hand_over, viewer, owner)
            joined = True
        finally:
            self._codes.done(code, joined=joined)
        done: HTMLResponse | RedirectResponse = RedirectResponse("/", 303)
        done.headers.append(
            "Set-Cookie", self._cookies.set_browser(browser, https=is_https(request))
        )
        return done

    def _address(self, request: Request) -> str:
        """Our address as another device reaches it."""
        address = own_address(request)
        parts = urlsplit(address)
        if self._settings.is_loopback or not is_loopback(parts.hostname or ""):
            return address
        return f"{parts.scheme}://{network_address()}:{parts.port or 80}"


def network_address() -> str:
    """The address under which this machine's network knows it; 127.0.0.1 where nobody can say."""
    if any(Path(mark).exists() for mark in _CONTAINERS):  # whose own address nobody outside reaches
        return "127.0.0.1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_FAR)  # sends nothing
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
