"""What stands before the routes: who may ask, and the faults of HTTP."""

import asyncio
import hmac

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from comfy.demo.engine.faults import HTML, Faults, RouteFault
from comfy.demo.http.origin import is_foreign

UNTOUCHED = "/demo/"
"""The switches themselves must stay within reach."""


def check_token(token: str) -> Middleware:
    """Refuse requests without ``Authorization: Bearer`` *token*; all pass if it is ""."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "")
        if token and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        return await handler(request)

    return check


def keep_out(*, loopback: bool) -> Middleware:
    """Refuse what another site's page sends; see `comfy.demo.http.origin`."""

    @web.middleware
    async def keep(request: web.Request, handler: Handler) -> web.StreamResponse:
        if is_foreign(request.headers, loopback=loopback):
            return web.Response(status=403)
        return await handler(request)

    return keep


async def dress(_request: web.Request, response: web.StreamResponse) -> None:
    """Let no browser guess a media type, nor another site's page show ours."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")


@web.middleware
async def let_go(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Take no notice of who hangs up before the answer: aiohttp would log a traceback."""
    try:
        return await handler(request)
    except ConnectionError:
        return web.Response(status=503)  # nobody is there to read it


def inject(faults: Faults) -> Middleware:
    """Let *faults* spoil answers."""

    @web.middleware
    async def spoil(request: web.Request, handler: Handler) -> web.StreamResponse:
        fault = None
        if not request.path.startswith(UNTOUCHED):
            wants_body = any(fault.word for fault in faults.routes)
            is_json = request.content_type == "application/json"
            body = await request.text() if wants_body and is_json else ""
            fault = faults.take_route(request.method, request.path, body)
        if fault is None:
            return await handler(request)
        return await _spoiled(fault, request, handler)

    return spoil


async def _spoiled(fault: RouteFault, request: web.Request, handler: Handler) -> web.StreamResponse:
    answer = await handler(request) if fault.after else None
    if fault.delay:
        if request.content_type == "application/json":
            await request.read()  # it has arrived; a client that leaves does not take it back
        await asyncio.sleep(fault.delay)
    if fault.lost:
        return _cut(request)
    if fault.html:
        return web.Response(status=fault.status or 502, text=HTML, content_type="text/html")
    if fault.body is not None:
        return web.json_response(fault.body, status=fault.status or 200)
    if fault.status:
        return web.Response(status=fault.status, text=f"{fault.status}: injected")
    answer = answer or await handler(request)
    if fault.keep < 1 and isinstance(answer, web.Response):
        return await _shortened(answer, request, fault.keep)
    return answer


async def _shortened(answer: web.Response, request: web.Request, keep: float) -> web.StreamResponse:
    """Announce the whole body, send a part, and cut the connection."""
    body = answer.body if isinstance(answer.body, bytes) else b""
    short = web.StreamResponse(status=answer.status)
    short.content_type = answer.content_type
    short.content_length = len(body)
    await short.prepare(request)
    await short.write(body[: int(len(body) * keep)])
    await asyncio.sleep(0)
    if request.transport:
        request.transport.close()
    return short


def _cut(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()
