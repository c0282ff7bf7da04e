"""How routes say no: one sentence, as JSON or as a page."""

import math
from collections.abc import Mapping

from starlette.responses import JSONResponse

from studio.errors import Absent, ReadOnly, StudioError, TooMany

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


def refusal_of(error: StudioError) -> Refusal:
    """The answer that says *error*: 404, 403, 429 with Retry-After, else 409."""
    if isinstance(error, TooMany):
        seconds = str(max(1, math.ceil(error.retry_after)))
        return Refusal(429, str(error), headers={"Retry-After": seconds})
    if isinstance(error, Absent):
        return Refusal(404, str(error))
    return Refusal(403 if isinstance(error, ReadOnly) else 409, str(error))
