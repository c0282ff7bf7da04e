"""How all our routes answer: a refusal as JSON, the unexpected as a sentence and a log line."""

import logging
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from studio.errors import StudioError
from web.http.refusal import Refusal, refusal_of

Endpoint = Callable[[Request], Awaitable[Response]]
_log = logging.getLogger(__name__)


def answering(endpoint: Endpoint) -> Endpoint:
    """Return *endpoint* with each exception turned into ``{"error": sentence}``."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refusal as refusal:
            return refusal.response()
        except StudioError as error:
            return refusal_of(error).response()
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:  # noqa: BLE001 # whatever happens, the caller is told in one sentence
            _log.exception("%s %s failed", request.method, request.url.path)
            return Refusal(500, "This failed inside Stepglass; its log says why.").response()

    return answer
