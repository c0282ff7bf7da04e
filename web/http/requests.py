"""What a request tells of itself, and its body, read within a limit."""

from typing import Any

from starlette.requests import HTTPConnection, Request

from studio.access.tokens import PREFIX
from web.http.bodies import json_of
from web.http.refusal import Refusal


def client_address(request: Request) -> str:
    """Return where *request* came from, as far as the nearest proxy tells."""
    return request.client.host if request.client else ""


def bearer(request: Request) -> str:
    """Return our token in the ``Authorization`` header; "" for none, or for a proxy's."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    token = rest.strip()
    return token if scheme.lower() == "bearer" and token.startswith(PREFIX) else ""


HOST_KEY = "stepglass.host"
"""Where `web.access.middleware` leaves the host, with its port, under which we may call
ourselves."""


def is_https(request: HTTPConnection) -> bool:
    """Whether the browser speaks https, to us or to the proxy before us."""
    return "https" in (_forwarded_scheme(request), request.scope.get("scheme"))


def own_address(request: Request) -> str:
    """Return our address, without a slash at its end; only by a name that may be ours."""
    forwarded = _forwarded_scheme(request)
    scheme = forwarded if forwarded in ("http", "https") else request.url.scheme
    root = request.scope.get("root_path", "").rstrip("/")
    return f"{scheme}://{request.scope.get(HOST_KEY) or request.url.netloc}{root}"


def _forwarded_scheme(request: HTTPConnection) -> str:
    """What the proxy before us, if there is one, says that the browser speaks."""
    return request.headers.get("x-forwarded-proto", "").split(",")[0].strip().lower()


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks, rather than a program."""
    return "text/html" in request.headers.get("accept", "")


def is_form(request: Request) -> bool:
    """Whether the body is a form in parts, which may hold files."""
    return request.headers.get("content-type", "").startswith("multipart/form-data")


def refuse_two_lengths(request: Request) -> None:
    """Refuse a body whose length is said twice: a proxy may have read another one than we do."""
    if "transfer-encoding" in request.headers and "content-length" in request.headers:
        closing = {"Connection": "close"}
        raise Refusal(400, "The request says the length of its body twice.", headers=closing)


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body of *request*; refuse one of more than *limit* bytes."""
    too_large = Refusal(413, f"The request is over {limit / 1e6:.3g} MB: send less.")
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > limit:
        raise too_large
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise too_large
        parts.append(part)
    return b"".join(parts)


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in *body*."""
    asked = json_of(body)
    if not isinstance(asked, dict):
        raise Refusal(422, 'The body is to be a JSON object: {"prompt": "…", …}.')
    return asked
