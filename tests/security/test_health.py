"""``/healthz`` says so when requests are not answered any more."""

import asyncio
import threading

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.security.conftest import Fortress
from tests.security.person import Person

WORKERS = 64
"""More threads than an event loop has for its handlers, on any machine."""


def test_it_fails_while_every_worker_is_stuck_and_recovers_by_itself(
    fortress: Fortress, bob: Person
) -> None:
    free = threading.Event()
    stuck: list[asyncio.Task[bool]] = []

    async def stick(_request: Request) -> Response:
        stuck.extend(asyncio.create_task(asyncio.to_thread(free.wait)) for _ in range(WORKERS))
        return Response()

    fortress.demo.app.router.routes.insert(0, Route("/stick", stick))
    with fortress.stranger() as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        assert bob.client.get("/stick").status_code == 200
        try:
            answers = [client.get("/healthz") for _ in range(2)]
        finally:
            free.set()
        assert [answer.status_code for answer in answers] == [503, 503]
        assert answers[0].json()["status"] == "stuck"
        assert client.get("/healthz").json() == {"status": "ok"}
    del fortress.demo.app.router.routes[0]
