"""``/healthz``: whether the process serves. Answers strangers, and tells them nothing else."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


async def healthz(_request: Request) -> Response:
    """Return 200 as soon as, and as long as, requests are answered."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})
