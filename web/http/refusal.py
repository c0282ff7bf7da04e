"""How routes say no: one sentence, as JSON or as a page."""

import math
from collections.abc import Mapping
from types import MappingProxyType

from starlette.responses import JSONResponse

from studio.errors import Absent, Invalid, ReadOnly, StudioError, TooMany

NO_STORE = {"Cache-Control": "no-store"}


class Refusal(Exception):
    """An answer other than success: *status*, a sentence, and the fields it is about."""

    def __init__(
        self,
        status: int,
        sentence: str,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})

    def response(self) -> JSONResponse:
        """Return this as ``{"error": sentence}``, with ``fields`` where it names any."""
        body: dict[str, object] = {"error": str(self)}
        if self.fields:
            body["fields"] = self.fields
        return JSONResponse(body, self.status, headers=NO_STORE | self.headers)


STATUSES: Mapping[type[StudioError], int] = MappingProxyType(
    {Invalid: 422, Absent: 404, ReadOnly: 403, TooMany: 429, StudioError: 409}
)
"""What each error of the application is answered with; one that is not named, as its base is."""


def refusal_of(error: StudioError) -> Refusal:
    """The answer that says *error*, with its fields, or when to ask again."""
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    fields = error.fields if isinstance(error, Invalid) else None
    headers = None
    if isinstance(error, TooMany):
        headers = {"Retry-After": str(max(1, math.ceil(error.retry_after)))}
    return Refusal(status, str(error), fields, headers)
