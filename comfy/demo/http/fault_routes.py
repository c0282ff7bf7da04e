"""``/demo/faults`` and ``/demo/books``: the switches and the record, over HTTP.

``POST /demo/faults`` takes any of: ``clear`` (true); the lasting switches by name;
``routes`` [{path, method, status, html, delay, lost, keep, after, seconds, count}];
``nodes`` {class: {message, exception_type, count} or "memory"}; ``at`` {stage: doing};
``do`` a doing, with its ``arguments``.
"""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from comfy.demo.engine.engine import Engine
from comfy.demo.engine.faults import Faults, NodeFault
from comfy.demo.http.routes import read_object

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SWITCHES = ("half_open", "mute", "dead_worker", "garbage_steps", "history_delay")


class FaultRoutes:
    """The handlers; only where the engine was started with them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def table(self) -> list[tuple[str, str, Handler]]:
        """(method, path, handler)."""
        return [
            ("GET", "/demo/books", self._books),
            ("GET", "/demo/faults", self._counts),
            ("POST", "/demo/faults", self._set),
        ]

    async def _books(self, _request: web.Request) -> web.Response:
        return web.json_response([dataclasses.asdict(e) for e in self._engine.books.all()])

    async def _counts(self, _request: web.Request) -> web.Response:
        return web.json_response(dict(self._engine.faults.injected))

    async def _set(self, request: web.Request) -> web.Response:
        try:
            body = await read_object(request)
            # A doing waits for the event loop, so it is asked for from beside it.
            await asyncio.to_thread(apply, self._engine.faults, body)
        except (ValueError, TypeError, AttributeError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({})


def apply(faults: Faults, body: Json) -> None:
    """Set *faults* as the module's docstring says. Raises ValueError, TypeError."""
    known = {"clear", "routes", "nodes", "at", "do", "arguments", *SWITCHES}
    if unknown := set(body) - known:
        raise ValueError(f"Unknown: {', '.join(sorted(unknown))}.")
    if body.get("clear"):
        faults.clear()
    for name in SWITCHES:
        if name in body:
            setattr(faults, name, body[name])
    for route in body.get("routes", ()):
        faults.route(**route)
    for node_class, what in body.get("nodes", {}).items():
        if what == "memory":
            faults.out_of_memory(node_class)
        else:
            faults.fail(node_class, NodeFault(**what))
    for stage, doing in body.get("at", {}).items():
        faults.at(stage, doing)
    if "do" in body:
        faults.do(body["do"], **body.get("arguments", {}))
