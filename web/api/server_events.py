"""``GET /api/generate/progress``: a generation followed as server-sent events."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from studio.access.viewer import viewer_of
from studio.generations.token_bucket import TokenBucket
from studio.snapshot import Snapshot
from studio.studio import Studio
from web.api.json_shapes import progress_shape
from web.http.endpoint import answering
from web.http.refusal import Refusal
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


class ProgressStream:
    """The route. First the present state, then each change, then the end."""

    def __init__(self, studio: Studio, streams: Streams) -> None:
        self._studio = studio
        self._streams = streams

    def routes(self) -> list[Route]:
        """Return the route."""
        return [Route("/api/generate/progress", answering(self.follow), methods=["GET"])]

    async def follow(self, request: Request) -> Response:
        """Stream the generation named by ``generationId`` or ``promptId``."""
        asked = request.query_params
        id_ = asked.get("generationId") or asked.get("promptId") or ""
        if not id_:
            raise Refusal(422, "Name the generation: ?generationId=ID.")
        viewer = viewer_of(request)
        record = await run_in_threadpool(self._studio.generations.seen, id_, viewer)
        if record.status.is_final and request.headers.get("last-event-id") == OVER:
            return Response(status_code=204)  # which ends an EventSource for good
        group = await run_in_threadpool(self._studio.generations.press, id_, viewer)
        messages = self._messages(self._studio.generations.watch(id_, viewer), group)
        return StreamingResponse(messages, media_type="text/event-stream", headers=_HEADERS)

    async def _messages(
        self, snapshots: AsyncIterator[Snapshot], group: tuple[str, ...]
    ) -> AsyncIterator[str]:
        before: dict[str, Any] = {}
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
