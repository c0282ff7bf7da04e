"""The queue's API: look at it, arrange one's own, retry what is over."""

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from storage.records import Generation
from studio.access.viewer import Viewer, viewer_of
from studio.jobs.limits import MAX_WAITING_TOTAL
from studio.jobs.order import HIGH, LOW
from studio.studio import Studio
from web.api.json_shapes import entry_shape
from web.http.endpoint import answering
from web.http.refusal import NO_STORE, Refusal
from web.http.requests import json_object, query_number, read_body

MAX_BODY = 10_000
"""Bytes of a body that holds one number."""
MAX_IDS_BODY = 1_000_000
"""Bytes of a body that holds the ids of all that may wait."""
MAX_LIMIT = 200
"""Places in one answer."""
MAX_MOVE = MAX_WAITING_TOTAL
"""Places that one move may go; as many as may wait."""

Act = Callable[[str, Viewer], Any]


class QueueApi:
    """The routes over *studio*'s queue. What is somebody else's is only counted."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._queue = studio.queue

    def routes(self) -> list[Route]:
        """Return the routes."""
        one = "/api/generations/{id}"
        posts = {
            "/api/queue/pause": self.pause,
            "/api/queue/resume": self.resume,
            "/api/queue/cancel": self.cancel,
            "/api/queue/undo": self.undo,
            f"{one}/hold": self.hold,
            f"{one}/release": self.release,
            f"{one}/move": self.move,
            f"{one}/priority": self.prioritise,
            f"{one}/retry": self.retry,
            f"{one}/again": self.again,
        }
        return [
            Route("/api/queue", answering(self.show), methods=["GET"]),
            *(Route(path, answering(post), methods=["POST"]) for path, post in posts.items()),
        ]

    async def show(self, request: Request) -> Response:
        """One's own places with their forecasts, and how many others there are.

        ``?limit=200&offset=0``: the answer's `next` is the offset of what follows, or null.
        """
        viewer = viewer_of(request)
        offset = query_number(request, "offset", 0, 0, MAX_WAITING_TOTAL)
        limit = query_number(request, "limit", MAX_LIMIT, 1, MAX_LIMIT)
        entries = await run_in_threadpool(self._queue.entries, viewer, offset, limit)
        others = [entry for entry in entries if not entry.is_mine]
        total = len(entries) - len(others)
        body = {
            "paused": self._queue.is_paused(viewer),
            "entries": [entry_shape(e.snapshot, e) for e in entries if e.snapshot],
            "total": total,
            "next": offset + limit if offset + limit < total else None,
            "others": {
                "onServers": sum(entry.place == 0 for entry in others),
                "waiting": sum(entry.place > 0 for entry in others),
            },
        }
        return JSONResponse(body, headers=NO_STORE)

    async def pause(self, request: Request) -> Response:
        """Hand out none of one's own; what servers have goes on."""
        await run_in_threadpool(self._queue.pause, viewer_of(request))
        return JSONResponse({"paused": True}, headers=NO_STORE)

    async def resume(self, request: Request) -> Response:
        """Go on handing out."""
        await run_in_threadpool(self._queue.resume, viewer_of(request))
        return JSONResponse({"paused": False}, headers=NO_STORE)

    async def cancel(self, request: Request) -> Response:
        """Cancel all of one's own that is not over."""
        done = await run_in_threadpool(self._studio.cancels.all, viewer_of(request))
        body = {"cancelled": done.count, "undoable": list(done.ended)}
        return JSONResponse(body, 202, headers=NO_STORE)

    async def undo(self, request: Request) -> Response:
        """Queue ``{"ids": […]}`` again, which were cancelled a moment ago while they waited."""
        ids = json_object(await read_body(request, MAX_IDS_BODY)).get("ids")
        if not isinstance(ids, list) or not all(isinstance(id_, str) for id_ in ids):
            sentence = "ids is to be a list of ids."
            raise Refusal(422, sentence, {"ids": sentence})
        queued = await run_in_threadpool(self._studio.cancels.undo, ids, viewer_of(request))
        return JSONResponse({"queued": list(queued)}, 202, headers=NO_STORE)

    async def hold(self, request: Request) -> Response:
        """Keep one from being handed out."""
        return await self._arrange(request, lambda i, v: self._queue.hold(i, v, held=True))

    async def release(self, request: Request) -> Response:
        """Let it go."""
        return await self._arrange(request, lambda i, v: self._queue.hold(i, v, held=False))

    async def move(self, request: Request) -> Response:
        """Move one by ``{"by": -1}`` places among one's own; below 0 is sooner."""
        by = await _number(request, "by", -MAX_MOVE, MAX_MOVE)
        return await self._arrange(request, lambda i, v: self._queue.move(i, v, by))

    async def prioritise(self, request: Request) -> Response:
        """Set the priority among one's own: ``{"priority": 1}``."""
        wanted = await _number(request, "priority", LOW, HIGH)
        return await self._arrange(request, lambda i, v: self._queue.prioritise(i, v, wanted))

    async def retry(self, request: Request) -> Response:
        """Queue one that is over anew, with the same seed."""
        return await self._run_again(request, same_seed=True)

    async def again(self, request: Request) -> Response:
        """Queue one that is over anew, with another seed."""
        return await self._run_again(request, same_seed=False)

    async def _arrange(self, request: Request, act: Act) -> Response:
        id_, viewer = request.path_params["id"], viewer_of(request)
        await run_in_threadpool(act, id_, viewer)
        now = await run_in_threadpool(self._studio.generations.own, id_, viewer)
        body = {**_named(now), "held": now.held, "priority": now.priority}
        return JSONResponse(body, headers=NO_STORE)

    async def _run_again(self, request: Request, *, same_seed: bool) -> Response:
        id_, viewer = request.path_params["id"], viewer_of(request)
        create = partial(self._studio.generations.create_again, same_seed=same_seed)
        (made,) = await run_in_threadpool(create, viewer, [id_])
        headers = {"Location": f"/api/generations/{made.id}"} | NO_STORE
        return JSONResponse(_named(made), 202, headers=headers)


def _named(record: Generation) -> dict[str, Any]:
    return {"generationId": record.id, "promptId": record.id, "status": record.status.value}


async def _number(request: Request, name: str, least: int, most: int) -> int:
    """The whole number *name* in the body."""
    found = json_object(await read_body(request, MAX_BODY)).get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        sentence = f"{name} is to be a whole number from {least} to {most}."
        raise Refusal(422, sentence, {name: sentence})
    return found
