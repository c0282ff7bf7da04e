"""``/healthz``: whether requests are answered. Answers strangers, and tells them nothing else."""

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.http.refusal import NO_STORE

PATIENCE_SECONDS = 2.0
"""How long a free worker may take; the handlers' threads are stuck where none comes."""


class Health:
    """The route. However many ask, one look at the workers is on its way at the most."""

    def __init__(self) -> None:
        self._look: asyncio.Future[tuple[None, None]] | None = None

    async def show(self, _request: Request) -> Response:
        """Return 200 where handlers can run, 503 where all their threads are taken for good."""
        look = self._look
        if look is None or look.done():
            # Pages' handlers run in the loop's own threads, routes in those of Starlette.
            look = asyncio.gather(asyncio.to_thread(_nothing), run_in_threadpool(_nothing))
            self._look = look
        done, _ = await asyncio.wait([look], timeout=PATIENCE_SECONDS)
        if done:
            return JSONResponse({"status": "ok"}, headers=NO_STORE)
        body = {"status": "stuck", "error": "Every worker is busy, so nothing is answered."}
        return JSONResponse(body, 503, headers=NO_STORE)


def _nothing() -> None:
    """What a worker that is free has done at once."""
