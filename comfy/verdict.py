"""What a look at queue and history means for a prompt that is not plainly there. Pure.

Each function gets what is noted of the prompt, the time of the look, and returns the events that
follow; none where it is too early to say.
"""

from comfy import events as ev
from comfy.cadence import Cadence
from comfy.errors import ComfyError
from comfy.progress import Phase
from comfy.tracker import Tracked

Events = tuple[ev.Event, ...]


def missing(
    tracked: Tracked, at: float, cadence: Cadence, *, since: float | None, heard_at: float | None
) -> Events:
    """A server that answers does not know the prompt.

    *since* is when the present socket was opened, None where there is none; *heard_at* when it
    was last heard from.
    """
    progress, id_ = tracked.progress, tracked.progress.prompt_id
    first = tracked.missing_since if tracked.missing_since is not None else at
    if progress.phase is Phase.SETTLING:
        if at - first < cadence.settle_patience:
            return ()
        if progress.succeeded:
            # It said so itself and has forgotten since: what it showed is what there is.
            return (ev.Finished(id_, at, progress.files, progress.texts),)
    if tracked.cancel_asked:
        return (ev.Interrupted(id_, at),)
    if at - first < cadence.lost_after:
        return ()
    if progress.phase is Phase.QUEUED and _is_same_run(tracked, since):
        # The server did not restart: somebody took the prompt out of its queue. That is certain
        # once the very socket on which we saw it queued is heard from again.
        if heard_at is not None and heard_at > first:
            return (ev.Interrupted(id_, at),)
        if at - first < 2 * (cadence.ping + cadence.pong):
            return ()
    return (ev.Lost(id_, at),)


def unreadable(tracked: Tracked, at: float, cadence: Cadence, error: ComfyError) -> Events:
    """A server that answers otherwise gives no readable history of the prompt."""
    progress, id_ = tracked.progress, tracked.progress.prompt_id
    first = tracked.unreadable_since if tracked.unreadable_since is not None else at
    if at - first < cadence.unreadable_patience:
        return ()
    if progress.succeeded:
        return (ev.Finished(id_, at, progress.files, progress.texts),)
    failure = ev.Failure(f"What became of this cannot be learnt from the server: {error}")
    return (ev.Failed(id_, at, failure),)


def _is_same_run(tracked: Tracked, since: float | None) -> bool:
    """Whether the server has not restarted since it took the prompt: our socket still stands."""
    return since is not None and tracked.sent_at is not None and since < tracked.sent_at
