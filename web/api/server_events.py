"""``GET /api/generate/progress``: a generation followed as server-sent events."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Header, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from studio.generations.token_bucket import TokenBucket
from studio.snapshot import Snapshot
from studio.studio import Studio
from web.api.shapes.answers import Progress
from web.api.shapes.generations import progress_shape
from web.http.refusal import Refusal
from web.http.router import Caller, Router
from web.http.streams import Streams

KEEP_ALIVE_SECONDS = 15.0
"""A comment is sent after so much silence, for proxies that end idle connections."""
MESSAGES_PER_SECOND = 25.0
"""At most; what happens meanwhile is told by the latest snapshot."""
OVER = "over"
"""The id of the last event."""
BURST = 4.0
"""Messages at once after a quiet moment: the turning points at a generation's end come together."""
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would hold messages back
}

_ANSWERS: dict[int, Any] = {
    200: {
        "description": "Each event's `data` is a Progress.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
        "model": Progress,
    },
    204: {"description": "It is over, and was told."},
}
Named = Annotated[str, Query(description="Which generation; either name will do.")]
LastEvent = Annotated[str, Header(description="The id of the last event that came.")]


class ProgressStream:
    """The route. First the present state, then each change, then the end."""

    def __init__(self, studio: Studio, streams: Streams) -> None:
        self._studio = studio
        self._streams = streams

    def routes(self) -> list[BaseRoute]:
        """Return the route."""
        routes = Router("Generate")
        described = {"responses": _ANSWERS, "response_class": Response}
        path = "/api/generate/progress"
        routes.get(path, self.follow_progress, says_no=(404, 429), described=described)
        return [*routes.routes]

    async def follow_progress(
        self,
        viewer: Caller,
        generationId: Named = "",  # noqa: N803 # the API's spelling
        promptId: Named = "",  # noqa: N803 # the API's spelling
        last_event_id: LastEvent = "",
    ) -> Response:
        """Server-sent events: first the present state, then each change, then the end.

        Join at any time, as often as you like; a comment line comes after each 15 seconds of
        silence. The last event has the id `over`: an `EventSource` that comes back with it gets
        204 and stays away.
        """
        id_ = generationId or promptId
        if not id_:
            raise Refusal(422, "Name the generation: ?generationId=ID.")
        record = await run_in_threadpool(self._studio.generations.seen, id_, viewer)
        if record.status.is_final and last_event_id == OVER:
            return Response(status_code=204)  # which ends an EventSource for good
        group = await run_in_threadpool(self._studio.generations.press, id_, viewer)
        messages = self._messages(self._studio.generations.watch(id_, viewer), group)
        return StreamingResponse(messages, media_type="text/event-stream", headers=_HEADERS)

    async def _messages(
        self, snapshots: AsyncIterator[Snapshot], group: tuple[str, ...]
    ) -> AsyncIterator[str]:
        before: Progress | None = None
        pace = TokenBucket(MESSAGES_PER_SECOND, BURST)
        with self._streams.opened() as ending:
            async for snapshot in _until(ending, snapshots):
                if snapshot is None:
                    yield ": still here\n\n"
                    continue
                message = progress_shape(snapshot, group)
                if message != before:
                    before = message
                    # What a browser shows when it comes back by itself: then it need not again.
                    id_line = f"id: {OVER}\n" if snapshot.is_final else ""
                    yield f"{id_line}data: {json.dumps(message, ensure_ascii=False)}\n\n"
                    await asyncio.sleep(pace.wait(time.monotonic()))


async def _until(
    ending: asyncio.Event, snapshots: AsyncIterator[Snapshot]
) -> AsyncIterator[Snapshot | None]:
    """Yield *snapshots*, and None after each `KEEP_ALIVE_SECONDS` without, until *ending*."""
    end = asyncio.ensure_future(ending.wait())
    following: asyncio.Future[Snapshot] | None = None
    try:
        while not end.done():
            following = following or asyncio.ensure_future(anext(snapshots))
            both: set[asyncio.Future[Any]] = {following, end}
            await asyncio.wait(
                both,
                timeout=KEEP_ALIVE_SECONDS,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if following.done():
                try:
                    yield following.result()
                except StopAsyncIteration:
                    return
                following = None
            elif not end.done():
                yield None
    finally:
        end.cancel()
        if following is not None:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
