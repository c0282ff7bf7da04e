"""How routes say no: one sentence, as JSON or as a page."""

from collections.abc import Mapping

from starlette.responses import JSONResponse

UNKNOWN = "There is no such generation, or it is not yours."
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
