"""What the server's own records say, asked for again and again: the thread that settles prompts.

Cadence and verdicts: PROTOCOL, "Losing the socket". `_lock` guards the times and the queue.
"""

import logging
import random
import threading
import time
from collections.abc import Callable

from comfy import events as ev
from comfy.api import Api, Queue
from comfy.connection import SocketState
from comfy.errors import BadAnswer, ComfyError, FrameError, TooLarge
from comfy.frames import parse_history
from comfy.freshness import Freshness, Link
from comfy.progress import Phase
from comfy.tracker import Tracked, Tracker

log = logging.getLogger(__name__)

HEALTHY_SECONDS = 10.0
"""Between two looks while the socket is up and heard from."""
EAGER_SECONDS = 1.0
EAGER_FOR = 10.0
"""After trouble: this often, for this long; then somewhere between the next two."""
TROUBLED_SECONDS = (2.0, 5.0)
LOST_AFTER = 2.0
"""A prompt is lost after two looks, this far apart, that find it nowhere."""
SETTLE_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6, 2.0)
"""Between looks at the history once the server said that a prompt is over."""
SETTLE_PATIENCE = 60.0
"""How long such a prompt may be missing from the history."""
SILENT_AFTER = 30.0
RENEW_EVERY = 60.0
"""No frame for the first while a prompt runs: reconnect, at most once in the second."""
STALLED_AFTER = 600.0


class Reconciler:
    """Asks one server for every live prompt of a tracker, and feeds it the answers.

    `socket()` tells the socket's state, `renew()` reconnects it, `on_state()` hears when the
    link changes for better or worse.
    """

    def __init__(
        self,
        api: Api,
        tracker: Tracker,
        *,
        socket: Callable[[], SocketState],
        renew: Callable[[], None],
        on_state: Callable[[], None],
    ) -> None:
        self._api = api
        self._tracker = tracker
        self._socket = socket
        self._renew = renew
        self._on_state = on_state
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._stop = False
        self._due = 0.0
        self._answered_at: float | None = None
        self._failed_since: float | None = None
        self._troubled_since: float | None = None
        self._renewed_at = 0.0
        self._error = ""
        self._queue = Queue()
        self._thread = threading.Thread(
            target=self._run, name=f"reconcile {api.address.label}", daemon=True
        )

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop and join the thread."""
        with self._lock:
            self._stop = True
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def look_soon(self) -> None:
        """Look now rather than when the cadence says."""
        with self._lock:
            self._due = 0.0
            self._wake.notify_all()

    @property
    def queue(self) -> Queue:
        """The server's queue at the last look."""
        with self._lock:
            return self._queue

    def freshness(self, tracked: Tracked | None = None) -> Freshness:
        """How news arrives now; STALLED where *tracked* has not moved for long."""
        socket = self._socket()
        with self._lock:
            heard = max(filter(None, (socket.heard_at, self._answered_at)), default=None)
            link, since = self._link(socket, tracked)
            return Freshness(link, heard, since, socket.attempt, self._error or socket.error)

    def _link(self, socket: SocketState, tracked: Tracked | None) -> tuple[Link, float]:
        if self._failed_since is not None:
            return Link.UNREACHABLE, self._failed_since
        if not socket.up:
            polled = self._answered_at is not None and self._answered_at > socket.since
            return (Link.POLLING if polled else Link.RECONNECTING), socket.since
        if self._troubled_since is not None:
            return Link.POLLING, self._troubled_since
        if tracked and time.time() - tracked.changed_at > STALLED_AFTER:
            return Link.STALLED, tracked.changed_at
        return Link.LIVE, socket.since

    def _run(self) -> None:
        while True:
            with self._lock:
                while not self._stop and (wait := self._due - time.monotonic()) > 0:
                    self._wake.wait(wait)
                if self._stop:
                    return
                self._due = time.monotonic() + HEALTHY_SECONDS
            before = self.freshness().link
            try:
                self.reconcile()
            except ComfyError as error:
                self._unanswered(error)
            except Exception:
                # This thread must outlive any surprise: without it nothing would ever settle.
                log.exception("reconciling with %s failed", self._api.address.label)
            self._plan_next_look()
            if self.freshness().link is not before:
                self._on_state()

    def reconcile(self) -> None:
        """Ask for every live prompt that was sent, and feed the answers. Raises ComfyError."""
        looked_at = time.time()
        live = {
            id_: tracked
            for id_, tracked in self._tracker.live().items()
            if tracked.sent_at is not None and tracked.sent_at <= looked_at
        }
        settling = [t.progress.phase is Phase.SETTLING for t in live.values()]
        # The queue before the history: the other order loses what ends in between. A prompt
        # that is over needs the history only, and at once.
        queue = None if settling and all(settling) else self._api.queue()
        for id_, tracked in live.items():
            if queue and (id_ in queue.running or id_ in queue.pending):
                self._is_there(id_, tracked, queue, looked_at)
            else:
                self._settle(id_, tracked, looked_at)
        with self._lock:
            self._answered_at = time.time()
            self._failed_since, self._error = None, ""
            self._queue = queue or self._queue

    def _is_there(self, prompt_id: str, tracked: Tracked, queue: Queue, at: float) -> None:
        with self._tracker.lock:
            tracked.missing_since = None
        runs = prompt_id in queue.running
        event = (
            ev.Started(prompt_id, at) if runs else ev.Queued(prompt_id, at, queue.place(prompt_id))
        )
        self._tracker.feed(event)

    def _settle(self, prompt_id: str, tracked: Tracked, at: float) -> None:
        """Take a prompt that is in no queue from the history, or find it missing."""
        events: tuple[ev.Event, ...] = ()
        try:
            if (entry := self._api.history(prompt_id)) is not None:
                events = parse_history(prompt_id, entry, at)
        except (FrameError, BadAnswer, TooLarge) as error:
            # Of this prompt alone: the others must not wait for it.
            log.warning("history of %s cannot be read: %s", prompt_id, error)
            events = self._unreadable(prompt_id, tracked, at, error)
        else:
            events = events or self._missing(prompt_id, tracked, at)
        for event in events:
            self._tracker.feed(event)

    def _unreadable(
        self, prompt_id: str, tracked: Tracked, at: float, error: ComfyError
    ) -> tuple[ev.Event, ...]:
        """What it means that the server's answer about *prompt_id* makes no sense."""
        with self._tracker.lock:
            tracked.settle_looks += 1
            tracked.unreadable_since = tracked.unreadable_since or at
            progress, gone = tracked.progress, at - tracked.unreadable_since
        if gone < SETTLE_PATIENCE:
            return ()
        if progress.succeeded:
            return (ev.Finished(prompt_id, at, progress.files, progress.texts),)
        failure = ev.Failure(f"What became of this cannot be learnt from the server: {error}")
        return (ev.Failed(prompt_id, at, failure),)

    def _missing(self, prompt_id: str, tracked: Tracked, at: float) -> tuple[ev.Event, ...]:
        """What it means that the server, which answers, does not know *prompt_id*."""
        with self._tracker.lock:
            tracked.settle_looks += 1
            tracked.missing_since = tracked.missing_since or at
            progress, gone = tracked.progress, at - tracked.missing_since
        if progress.phase is Phase.SETTLING:
            if gone < SETTLE_PATIENCE:
                return ()
            if progress.succeeded:
                # It said so itself and has forgotten since: what it showed is what there is.
                return (ev.Finished(prompt_id, at, progress.files, progress.texts),)
        if tracked.cancel_asked:
            return (ev.Interrupted(prompt_id, at),)
        return (ev.Lost(prompt_id, at),) if gone >= LOST_AFTER else ()

    def _unanswered(self, error: ComfyError) -> None:
        with self._lock:
            first = self._failed_since is None
            self._failed_since = self._failed_since or time.time()
            self._error = str(error)
        if first:
            log.warning("%s", error)

    def _plan_next_look(self) -> None:
        """Choose when to look again; renew a socket that is silent while a prompt runs."""
        now, socket, live = time.time(), self._socket(), self._tracker.live().values()
        running = any(t.progress.phase is Phase.RUNNING for t in live)
        silence = now - max(socket.frame_at or 0.0, socket.since)
        silent = running and socket.up and silence > SILENT_AFTER
        with self._lock:
            if not (silent or not socket.up or self._failed_since is not None):
                self._troubled_since = None
            elif self._troubled_since is None:
                self._troubled_since = now
            wait = min([self._pace(now), *(_patience(t) for t in live)])
            self._due = min(self._due, time.monotonic() + wait)  # clocks can be set back
            renew = silent and now - self._renewed_at > RENEW_EVERY
            self._renewed_at = now if renew else self._renewed_at
        if renew:
            where = self._api.address.label
            log.warning("%s has been silent for %.0f s: renewing the socket", where, silence)
            self._renew()

    def _pace(self, now: float) -> float:
        if self._troubled_since is None:
            return HEALTHY_SECONDS
        if now - self._troubled_since < EAGER_FOR:
            return EAGER_SECONDS
        return random.uniform(*TROUBLED_SECONDS)  # noqa: S311 - spreads load, guards nothing


def _patience(tracked: Tracked) -> float:
    """Seconds until *tracked* wants the next look."""
    if tracked.settling_since is not None:
        looks = min(max(tracked.settle_looks, 1), len(SETTLE_SECONDS))
        return SETTLE_SECONDS[looks - 1]
    return LOST_AFTER if tracked.missing_since is not None else HEALTHY_SECONDS
