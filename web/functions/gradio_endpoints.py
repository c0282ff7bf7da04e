"""What ``gradio_client`` is shown and sends: each viewer's presets as endpoints of their own.

An ASGI middleware within `web.access.middleware`. On the way out it adds the viewer's endpoints to
Gradio's ``/config`` and ``/gradio_api/info``; on the way in it spells a call of one of them as one
of `web.functions.calls`' function.
"""

import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from comfy.workflow.form.signature import Argument
from comfy.workflow.form.validate import FILES
from studio.access.viewer import viewer_of
from studio.errors import StudioError
from studio.studio import Studio
from studio.workflows.callable_presets import Endpoint
from web.access.gradio_routes import API, MAX_EVENT_BYTES
from web.functions.calls import RUN, STALE
from web.http.bodies import replay
from web.http.refusal import Refusal
from web.http.requests import json_object, read_body

FIRST_INDEX = 2**48
"""Numbers of our endpoints begin here, far beyond those that Gradio counts."""
_SHOWN = ("/config", f"{API}/info")
_CALL = f"{API}/call/"
_TEXT = {"type": "string"}
_INDEXED = (f"{API}/queue/join", f"{API}/cancel")


class Programs:
    """The middleware."""

    def __init__(self, app: ASGIApp, *, studio: Studio) -> None:
        self._app = app
        self._studio = studio

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        path = scope.get("path", "").rstrip("/")
        method = scope.get("method")
        if method == "GET" and path in _SHOWN:
            await self._show(path, scope, receive, send)
        elif method == "POST" and (path in _INDEXED or path.startswith(_CALL)):
            await self._call(path, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _show(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as Gradio does, with the viewer's endpoints added."""
        start, body = await self._answer(scope, receive)
        if start["status"] == 200:
            endpoints = await run_in_threadpool(self._endpoints, Request(scope))
            shown = json.loads(body)
            add = _add_to_info if path.endswith("info") else _add_to_config
            add(shown, endpoints)
            body = json.dumps(shown, ensure_ascii=False, allow_nan=True).encode()
        headers = MutableHeaders(raw=list(start["headers"]))
        del headers["content-length"]
        answer = Response(body, start["status"])
        answer.raw_headers = [*headers.raw, (b"content-length", str(len(body)).encode())]
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
        start: Message = {}
        parts: list[bytes] = []

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))

        headers = MutableHeaders(raw=list(scope["headers"]))
        del headers["accept-encoding"]  # it is read here
        await self._app({**scope, "headers": headers.raw}, receive, take)
        return start, b"".join(parts)

    async def _call(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            body = await read_body(request, MAX_EVENT_BYTES)
            # A letter may be spelled by its number in JSON.
            if b"fn_index" in body or b"\\u" in body or path.startswith(_CALL):
                scope, body = await run_in_threadpool(self._spelled, path, request, body)
        except Refusal as refusal:
            await refusal.response()(scope, receive, send)
            return
        headers = MutableHeaders(raw=list(scope["headers"]))
        headers["content-length"] = str(len(body))
        await self._app({**scope, "headers": headers.raw}, replay(body, receive), send)

    def _spelled(self, path: str, request: Request, body: bytes) -> tuple[Scope, bytes]:
        """The scope and body of a call as Gradio knows it; unchanged where it is none of ours."""
        scope = dict(request.scope)
        asked = json_object(body)
        if path.startswith(_CALL):
            version, _, name = path.removeprefix(_CALL).rpartition("/")
            found = next((one for one in self._endpoints(request) if one.name == name), None)
            if found is None:
                _named_function(name, version, request)
                return scope, body
            given = asked if version == "v2" else _named(found, asked.get("data"))
            scope["path"], scope["raw_path"] = f"{_CALL}{RUN}", f"{_CALL}{RUN}".encode()
            return scope, json.dumps({"data": [found.name, found.mark, given]}).encode()
        index = asked.get("fn_index")
        if not isinstance(index, int):
            return scope, body  # Gradio says what it is to be
        if index < FIRST_INDEX:
            _known(index, request)
            return scope, body
        asked["fn_index"] = _own_index(request)
        if path.endswith("/join"):
            found = next((one for one in self._endpoints(request) if _index(one) == index), None)
            if found is None:
                raise Refusal(409, STALE)
            asked["data"] = [found.name, found.mark, _named(found, asked.get("data"))]
        return scope, json.dumps(asked).encode()

    def _endpoints(self, request: Request) -> tuple[Endpoint, ...]:
        try:
            return self._studio.endpoints.all(viewer_of(request))
        except (StudioError, LookupError):
            return ()  # before a server has answered, none can be typed


def _named(endpoint: Endpoint, data: Any) -> dict[str, Any]:
    values = [] if data is None else data
    if not isinstance(values, list):
        raise Refusal(422, "“data” is to be the list of its arguments.")
    if len(values) > len(endpoint.arguments):
        raise Refusal(422, f"“{endpoint.name}” has {len(endpoint.arguments)} arguments.")
    return {one.name: value for one, value in zip(endpoint.arguments, values, strict=False)}


def _index(endpoint: Endpoint) -> int:
    """The number of *endpoint*, another one as soon as its arguments are others."""
    return FIRST_INDEX + int(endpoint.mark[:12], 16)


def _own_index(request: Request) -> int:
    return int(next(one["id"] for one in _functions(request) if one["api_name"] == RUN))


def _known(index: int, request: Request) -> None:
    """Refuse the number of a function that there is not, which Gradio does not expect."""
    if index not in {one["id"] for one in _functions(request)}:
        raise Refusal(404, "The page has no function of this number: load it again.")


def _named_function(name: str, version: str, request: Request) -> None:
    """Refuse the name of a function that there is not, which Gradio does not expect."""
    shown = ("public",) if version == "v2" else ("public", "undocumented")
    if not any(
        one["api_name"] == name and one["api_visibility"] in shown for one in _functions(request)
    ):
        raise Refusal(404, f"There is no function “{name[:100]}”, or it is not for programs.")


def _functions(request: Request) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = request.scope["app"].get_blocks().config["dependencies"]
    return found


def _add_to_config(config: dict[str, Any], endpoints: tuple[Endpoint, ...]) -> None:
    dependencies = config["dependencies"]
    run = next(one for one in dependencies if one.get("api_name") == RUN)
    for endpoint in endpoints:
        dependencies.append(
            {
                **run,
                "id": _index(endpoint),
                "api_name": endpoint.name,
                "api_visibility": "public",
                "inputs": [run["inputs"][0]] * len(endpoint.arguments),
            }
        )


def _add_to_info(info: dict[str, Any], endpoints: tuple[Endpoint, ...]) -> None:
    for endpoint in endpoints:
        info["named_endpoints"][f"/{endpoint.name}"] = {
            "description": endpoint.description,
            "parameters": [_parameter(one) for one in endpoint.arguments],
            "returns": [
                _returned("files", {"type": "array", "items": _TEXT}, "list[filepath]"),
                _returned("generation", {"type": "object"}, "dict[str, Any]"),
            ],
            "api_visibility": "public",
        }


def _parameter(one: Argument) -> dict[str, Any]:
    spelled = "filepath" if one.field.kind in FILES else one.type
    return {
        "label": one.field.label,
        "parameter_name": one.name,
        "parameter_has_default": not one.required,
        "parameter_default": one.default,
        "type": dict(one.schema),
        "python_type": {"type": spelled, "description": one.schema["description"]},
        "component": "Api",
        "example_input": one.default if one.default is not None else "",
    }


def _returned(label: str, schema: dict[str, Any], spelled: str) -> dict[str, Any]:
    kind = {"type": spelled, "description": ""}
    return {"label": label, "type": schema, "python_type": kind, "component": "Api"}
