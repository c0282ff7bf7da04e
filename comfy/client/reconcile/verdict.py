"""What a look at queue and history means for a prompt that is not plainly there. Pure.

Each function gets what is noted of the prompt, the time of the look, and returns the events that
follow; none where it is too early to say.
"""

from collections.abc import Callable
from enum import Enum, auto

from comfy.client.timeouts import Cadence
from comfy.client.tracker import Tracked
from comfy.client.websocket.connection import Death, SocketState
from comfy.errors import ComfyError
from comfy.progress.advance import Phase
from comfy.protocol import events as ev

Events = tuple[ev.Event, ...]


class Run(Enum):
    """What became of the run of the server that a prompt was sent to, by what was seen.

    SAME: it goes on, and would remember. MAYBE: nothing speaks against that, and it may yet be
    shown. DIED: it ended while the prompt waited, before our eyes. UNKNOWN: it was out of sight.
    """

    SAME = auto()
    MAYBE = auto()
    DIED = auto()
    UNKNOWN = auto()


def run_of(
    tracked: Tracked,
    socket: SocketState,
    witness: str,
    *,
    silence: float,
    is_behind: bool,
    remembers: Callable[[str], bool],
    is_direct: Callable[[], bool],
) -> Run:
    """What became of the run of the server that an absent prompt was sent to.

    *witness* is one that ran there and was sent before it, "" for none: a server that has that
    one has forgotten nothing since. *is_behind* says that one sent before it is still in the
    queue; *silence* is after how many seconds without a frame a socket may tell nothing any more;
    *remembers* looks a prompt up in the server's history, *is_direct* tells whether nothing stands
    before the server whose end could be taken for its own; both may raise ComfyError.
    """
    if is_behind:
        return Run.SAME
    watched = tracked.watch > 0 and socket.up and socket.watch == tracked.watch
    if watched and _has_heard(tracked, socket):
        return Run.SAME
    if any(_ended_waiting(tracked, death, silence) for death in socket.deaths) and is_direct():
        return Run.DIED
    if witness and remembers(witness):
        return Run.SAME
    return Run.MAYBE if watched else Run.UNKNOWN


def _ended_waiting(tracked: Tracked, death: Death, silence: float) -> bool:
    """Whether the server ended while *tracked* waited there, on a socket that would have told."""
    frame_at = death.frame_at or 0.0
    was_heard = frame_at > tracked.posted_at and death.at - frame_at <= silence
    return death.watch == tracked.watch and was_heard


def _has_heard(tracked: Tracked, socket: SocketState) -> bool:
    """Whether the socket has told all that happened since *tracked* was there.

    Frames come in order: what was heard after the look that missed it has all before it. A server
    that has forgotten us answers pings, but tells nothing of its queue any more.
    """
    if (socket.heard_at or 0.0) <= (tracked.missing_since or 0.0):
        return False
    return not tracked.progress.accepted or (socket.frame_at or 0.0) > tracked.seen_at


def missing(tracked: Tracked, at: float, cadence: Cadence, run: Run) -> Events:
    """A server that answers does not know the prompt."""
    progress, id_ = tracked.progress, tracked.progress.prompt_id
    absent = at - (tracked.missing_since if tracked.missing_since is not None else at)
    if progress.phase is Phase.SETTLING:
        if absent < cadence.settle_patience:
            return ()
        if progress.succeeded:
            # It said so itself and has forgotten since: what it showed is what there is.
            return (ev.Finished(id_, at, progress.files, progress.texts),)
    if tracked.cancel_asked and progress.accepted:
        return (ev.Interrupted(id_, at),)
    if absent < cadence.lost_after:
        return ()
    if progress.phase is not Phase.QUEUED:
        return (ev.Lost(id_, at),)
    return _never_seen_to_run(tracked, at, absent, cadence, run)


def _never_seen_to_run(
    tracked: Tracked, at: float, absent: float, cadence: Cadence, run: Run
) -> Events:
    """Nothing but absence, and what was seen of the server, tells of a prompt that waited.

    It is sent again only where it is certain that it never ran. A server that restarted unseen,
    or one whose history somebody cleared, may have run it to its end.
    """
    accepted, id_ = tracked.progress.accepted, tracked.progress.prompt_id
    if not accepted and absent < cadence.doubt:
        return ()  # it may still be on its way into the queue
    if tracked.cancel_asked:
        return (ev.Interrupted(id_, at),)
    match run:
        case Run.SAME if accepted:
            return (ev.Interrupted(id_, at),)  # somebody took it out of the queue
        case Run.SAME:
            return (ev.Lost(id_, at, fate=ev.Fate.NEVER_ARRIVED),)
        case Run.DIED:
            return (ev.Lost(id_, at, fate=ev.Fate.NEVER_BEGAN),)
        case Run.MAYBE if absent < 2 * (cadence.ping + cadence.pong):
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
    failure = ev.Failure(f"The server could not be asked what became of this: {error}")
    return (ev.Failed(id_, at, failure),)
