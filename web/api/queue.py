"""The queue's API: look at it, arrange one's own, retry what is over."""

from typing import Annotated

from fastapi import Query
from pydantic import Field
from starlette.responses import Response
from starlette.routing import BaseRoute
from typing_extensions import TypedDict

from studio.access.viewer import Viewer
from studio.jobs.limits import MAX_WAITING_TOTAL
from studio.jobs.order import HIGH, LOW
from studio.studio import Studio
from web.api.generations import ONE
from web.api.shapes.answers import QueueEntry
from web.api.shapes.bodies import MAX_PAGE, Body, Ids, Named, Started, named, started
from web.api.shapes.generations import entry_shape
from web.http.fields import Whole, says
from web.http.router import Caller, Router

MAX_IDS_BODY = 1_000_000
"""Bytes of a body that holds the ids of all that may wait."""
MAX_MOVE = MAX_WAITING_TOTAL
"""Places that one move may go; as many as may wait."""
Limit = Annotated[int, Query(description="How many at the most."), Whole(1, MAX_PAGE, strict=False)]
Offset = Annotated[
    int, Query(description="How many to leave out."), Whole(0, MAX_WAITING_TOTAL, strict=False)
]


class Move(Body):
    """How far to move a job."""

    by: Annotated[int, Whole(-MAX_MOVE, MAX_MOVE)] = Field(
        description="Places among one's own: below 0 is sooner, and far below is the front."
    )


class Prioritise(Body):
    """How soon a job is to be made."""

    priority: Annotated[int, Whole(LOW, HIGH)] = Field(description="-1 low, 0 normal, 1 high.")


class Undo(Body):
    """What was cancelled by mistake."""

    ids: Ids = Field(description="What `cancel` answered as `undoable`.")


class Others(TypedDict):
    """What others have, of which only the number is told."""

    onServers: Annotated[int, says("Jobs that servers have.")]
    waiting: Annotated[int, says("Jobs that wait.")]


class Queue(TypedDict):
    """A page of one's own places in the queue."""

    paused: Annotated[bool, says("Whether none of one's own is handed out.")]
    entries: Annotated[list[QueueEntry], says("One's own places, in order.")]
    total: Annotated[int, says("How many one has.")]
    next: Annotated[int | None, says("The offset of the next page; null at the end.")]
    others: Annotated[Others, says("What others have.")]


class Paused(TypedDict):
    """Whether one's own jobs are handed out."""

    paused: Annotated[bool, says("True where none is.")]


class Cancelled(TypedDict):
    """What was cancelled."""

    cancelled: Annotated[int, says("How many.")]
    undoable: Annotated[list[str], says("Ids that `undo` takes, for thirty seconds.")]


class Queued(TypedDict):
    """What waits again."""

    queued: Annotated[list[str], says("Its ids.")]


class Arranged(Named):
    """A job that waits, as it is arranged now."""

    held: Annotated[bool, says("Whether it is kept back.")]
    priority: Annotated[int, says("-1 low, 0 normal, 1 high.")]


class QueueApi:
    """The routes over *studio*'s queue. What is somebody else's is only counted."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._queue = studio.queue

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        routes = Router("Queue")
        routes.get("/api/queue", self.show_queue)
        routes.post("/api/queue/pause", self.pause_queue)
        routes.post("/api/queue/resume", self.resume_queue)
        routes.post("/api/queue/cancel", self.cancel_queue, status=202)
        routes.post(
            "/api/queue/undo", self.undo_cancel, status=202, max_body=MAX_IDS_BODY, says_no=(409,)
        )
        routes.post(f"{ONE}/hold", self.hold, says_no=(409,))
        routes.post(f"{ONE}/release", self.release, says_no=(409,))
        routes.post(f"{ONE}/move", self.move, says_no=(409,))
        routes.post(f"{ONE}/priority", self.prioritise, says_no=(409,))
        routes.post(f"{ONE}/retry", self.retry, status=202, says_no=(409,))
        routes.post(f"{ONE}/again", self.again, status=202, says_no=(409,))
        return [*routes.routes]

    def show_queue(self, viewer: Caller, limit: Limit = MAX_PAGE, offset: Offset = 0) -> Queue:
        """One's own places with their forecasts, and how many others there are."""
        entries = self._queue.entries(viewer, offset, limit)
        others = [entry for entry in entries if not entry.is_mine]
        total = len(entries) - len(others)
        return {
            "paused": self._queue.is_paused(viewer),
            "entries": [entry_shape(e.snapshot, e) for e in entries if e.snapshot],
            "total": total,
            "next": offset + limit if offset + limit < total else None,
            "others": {
                "onServers": sum(entry.place == 0 for entry in others),
                "waiting": sum(entry.place > 0 for entry in others),
            },
        }

    def pause_queue(self, viewer: Caller) -> Paused:
        """Hand out none of one's own; what a server has runs to its end."""
        self._queue.pause(viewer)
        return {"paused": True}

    def resume_queue(self, viewer: Caller) -> Paused:
        """Go on handing out."""
        self._queue.resume(viewer)
        return {"paused": False}

    def cancel_queue(self, viewer: Caller) -> Cancelled:
        """Cancel all of one's own that is not over."""
        done = self._studio.cancels.all(viewer)
        return {"cancelled": done.count, "undoable": list(done.ended)}

    def undo_cancel(self, asked: Undo, viewer: Caller) -> Queued:
        """Queue again, where it was, what was cancelled a moment ago while it only waited."""
        return {"queued": list(self._studio.cancels.undo(asked.ids, viewer))}

    def hold(self, id: str, viewer: Caller) -> Arranged:  # noqa: A002 # the path's name
        """Keep one from being handed out."""
        self._queue.hold(id, viewer, held=True)
        return self._arranged(id, viewer)

    def release(self, id: str, viewer: Caller) -> Arranged:  # noqa: A002 # the path's name
        """Let one that is kept back go."""
        self._queue.hold(id, viewer, held=False)
        return self._arranged(id, viewer)

    def move(self, id: str, asked: Move, viewer: Caller) -> Arranged:  # noqa: A002 # the path's name
        """Move one among one's own."""
        self._queue.move(id, viewer, asked.by)
        return self._arranged(id, viewer)

    def prioritise(self, id: str, asked: Prioritise, viewer: Caller) -> Arranged:  # noqa: A002 # the path's name
        """Set the priority of one among one's own."""
        self._queue.prioritise(id, viewer, asked.priority)
        return self._arranged(id, viewer)

    def retry(self, id: str, viewer: Caller, response: Response) -> Started:  # noqa: A002 # the path's name
        """Queue one that is over anew, with the same seed."""
        create = self._studio.generations.create_again
        return started(create(viewer, [id], same_seed=True), response)

    def again(self, id: str, viewer: Caller, response: Response) -> Started:  # noqa: A002 # the path's name
        """Queue one that is over anew, with another seed."""
        create = self._studio.generations.create_again
        return started(create(viewer, [id], same_seed=False), response)

    def _arranged(self, id_: str, viewer: Viewer) -> Arranged:
        now = self._studio.generations.own(id_, viewer)
        return {**named(now), "held": now.held, "priority": now.priority}
