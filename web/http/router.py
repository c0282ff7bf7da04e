"""Our routes, described by the types of what they take and answer, and served by FastAPI.

FastAPI reads all types of a route when it makes it, which for all of ours together takes longer
than most of the start. So each is made when it is first asked for, or described.
"""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Annotated, Any

from fastapi import Depends
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from studio.access.viewer import Viewer, viewer_of
from web.http.endpoint import Endpoint, answering
from web.http.fields import Wording, refusal_of_errors, wish_of
from web.http.requests import json_object, read_body

SMALL_BODY = 10_000
"""Bytes of a body that holds a few numbers or names."""
Read = Callable[[bytes], Any]


async def caller(request: Request) -> Viewer:
    """Who asks; for FastAPI to hand to a route."""
    return viewer_of(request)


Caller = Annotated[Viewer, Depends(caller)]


class Router:
    """Collects the routes of one subject. A body is read up to *max_body* bytes, before all else.

    An endpoint is a function; its types say what it takes and answers, its docstring what for. One
    that is not ``async`` runs in a thread.
    """

    def __init__(
        self, subject: str, *, max_body: int = SMALL_BODY, wording: Wording | None = None
    ) -> None:
        self.routes: list[Described] = []
        self._subject = subject
        self._max_body = max_body
        self._wording = wording or Wording()

    def get(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        """Serve GET, and HEAD. *more* is `add`'s."""
        self.add("GET", path, endpoint, **more)

    def post(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        """Serve POST. *more* is `add`'s."""
        self.add("POST", path, endpoint, **more)

    def add(
        self,
        method: str,
        path: str,
        endpoint: Callable[..., Any],
        *,
        status: int = 200,
        read: Read = json_object,
        max_body: int = 0,
        says_no: tuple[int, ...] = (),
        described: Mapping[str, Any] | None = None,
    ) -> None:
        """Serve *method* of *path* by *endpoint*, with *status* where all is well.

        *read* makes of a body what the endpoint's model is read from. *says_no* are statuses of
        refusals beside the usual ones (`web.api.description.schema`); *described* are more of
        FastAPI's keywords.
        """
        options: dict[str, Any] = {
            "status_code": status,
            "tags": [self._subject],
            "operation_id": getattr(endpoint, "__name__", ""),
            **(described or {}),
        }
        kind = _kind(read, max_body or self._max_body, self._wording)
        self.routes.append(Described(method, path, endpoint, kind, says_no, options))


class Described(Route):
    """One route, which FastAPI makes when it is first asked for."""

    def __init__(
        self,
        method: str,
        path: str,
        endpoint: Callable[..., Any],
        kind: "type[_Served]",
        says_no: tuple[int, ...],
        options: dict[str, Any],
    ) -> None:
        super().__init__(path, endpoint, methods=[method])
        self.app = self._serve
        self.says_no = says_no
        self._make = partial(
            kind, path, endpoint, methods=[method], strict_content_type=False, **options
        )

    @cached_property
    def described(self) -> APIRoute:
        """The route as FastAPI knows it."""
        return self._make()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.described.app(scope, receive, send)


class _Served(APIRoute):
    """A route whose body is read by our rules, and whose every answer has our shape."""

    read: Read
    max_body: int
    wording: Wording

    def get_route_handler(self) -> Endpoint:  # type: ignore[override] # FastAPI's says coroutine
        """Return what FastAPI's own routing calls."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if self.body_field is not None:
                body = await read_body(request, self.max_body)
                request = _Read(request, type(self).read(body))
            try:
                response = await handler(request)
            except RequestValidationError as error:
                raise refusal_of_errors(error.errors(), self._wishes, self.wording) from error
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return answering(handle)

    @cached_property
    def _wishes(self) -> dict[str, str]:
        """What each field is to be, by the API's spelling."""
        params = [*self.dependant.query_params, *self.dependant.path_params]
        if self.body_field is not None:
            params.append(self.body_field)
        wishes: dict[str, str] = {}
        for param in params:
            model = getattr(param.field_info.annotation, "model_fields", {})
            fields = {field.alias or name: field for name, field in model.items()}
            for name, field in (fields or {param.alias: param.field_info}).items():
                wishes[name] = wish_of(field)
        return wishes


def _kind(read: Read, max_body: int, wording: Wording) -> type[_Served]:
    """A kind of route with these ways: FastAPI asks for the handler while it makes the route."""
    ways = {"read": staticmethod(read), "max_body": max_body, "wording": wording}
    return type("_Served", (_Served,), ways)


class _Read(Request):
    """A request whose body has been read, whatever content type it has."""

    def __init__(self, request: Request, data: Any) -> None:
        headers = [one for one in request.scope["headers"] if one[0] != b"content-type"]
        super().__init__({**request.scope, "headers": headers})
        self._data = data

    async def body(self) -> bytes:
        """Return what is not empty: `json` has the body."""
        return b"{}"

    async def json(self) -> Any:
        """Return the body's value."""
        return self._data
