"""``/openapi.json`` and ``/docs``: the API's description, made of its routes when asked for."""

import json
from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Any, NotRequired

from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route
from typing_extensions import TypedDict

from studio.version import VERSION
from web.api.description.page import POLICY, reference
from web.http.endpoint import answering
from web.http.fields import says
from web.http.router import Described

DESCRIPTION = (
    "JSON over HTTP, beside the page and under the same rules: whoever may not see a generation in "
    "the page may not through the API. Who you are is shown by a cookie, by a login, or by "
    "`Authorization: Bearer sg_…`, the token of the Workflows tab."
)


class Problem(TypedDict):
    """What every answer but a success is."""

    error: Annotated[str, says("One sentence: what is wrong, where, and what to do.")]
    fields: NotRequired[Annotated[dict[str, str], says("A sentence for each wrong field.")]]


STATUSES = {
    400: "The body is not JSON.",
    401: "Not logged in, or the token does not hold.",
    403: "Asked by another site's page, or only a private link opens it.",
    404: "Not here, or not yours.",
    409: "Not possible now.",
    413: "The body is too large.",
    421: "Stepglass is not served under this host name.",
    422: "Wrong fields.",
    429: "Too many; `Retry-After` says in how many seconds to ask again.",
    500: "It failed inside Stepglass; its log says why.",
    503: "The records cannot be read.",
    507: "No room left on the disk.",
}
_ALWAYS, _SENDING, _BODY = (401, 403, 421, 500), (429, 507), (400, 413, 422)
_OF_FASTAPI = ("HTTPValidationError", "ValidationError")
"""Shapes of refusals that ours stands for."""


class Schema:
    """The two routes over all *routes* of the API. The description is made once."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = [route for route in routes if isinstance(route, Described)]

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/openapi.json", answering(self.show_schema), methods=["GET"]),
            Route("/docs", answering(self.show_page), methods=["GET"]),
        ]

    async def show_schema(self, _request: Request) -> Response:
        """The description for programs."""
        schema = await run_in_threadpool(lambda: self.schema)
        return Response(json.dumps(schema, ensure_ascii=False), media_type="application/json")

    async def show_page(self, _request: Request) -> Response:
        """The description for people."""
        page = await run_in_threadpool(lambda: reference(self.schema))
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The description, by OpenAPI 3.1."""
        described = [route.described for route in self._routes]
        made = get_openapi(
            title="Stepglass", version=VERSION, description=DESCRIPTION, routes=described
        )
        for route in self._routes:
            (method,) = route.described.methods or {"GET"}
            _add_problems(route, made["paths"][route.path_format][method.lower()])
        schemas = made["components"]["schemas"]
        for name in _OF_FASTAPI:
            schemas.pop(name, None)
        schemas["Problem"] = TypeAdapter(Problem).json_schema()
        return made


def _add_problems(route: Described, operation: dict[str, Any]) -> None:
    """Say how *route* refuses, in our shape."""
    (method,) = route.described.methods or {"GET"}
    asks = any(one["in"] == "query" for one in operation.get("parameters", ()))
    operation["responses"].pop("422", None)
    statuses = {
        *_ALWAYS,
        *(() if method == "GET" else _SENDING),
        *((404,) if "{" in route.path else ()),
        *(_BODY if "requestBody" in operation else (422,) if asks else ()),
        *route.says_no,
    }
    for status in sorted(statuses):
        shape = {"schema": {"$ref": "#/components/schemas/Problem"}}
        operation["responses"][str(status)] = {
            "description": STATUSES[status],
            "content": {"application/json": shape},
        }
