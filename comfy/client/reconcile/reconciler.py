"""What the server's own records say, asked for again and again: the thread that settles prompts.

Why so: docs/protocol.md, "When the socket is gone". `_lock` guards the times and the queue. Times
are of `comfy.clock`, but for those by which the thread itself waits.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping

from comfy.client.http.api import Api
from comfy.client.reconcile.freshness import Freshness, Link
from comfy.client.reconcile.poll_interval import until_next
from comfy.client.reconcile.prompt_positions import Lookout
from comfy.client.reconcile.verdict import missing, run_of, unreadable
from comfy.client.threads import Threaded
from comfy.client.timeouts import USUAL, Cadence
from comfy.client.tracker import Tracked, Tracker
from comfy.client.websocket.connection import SocketState
from comfy.clock import now
from comfy.errors import ComfyError, Denied
from comfy.progress.advance import Phase
from comfy.protocol import events as ev
from comfy.protocol.frames import parse_history
from comfy.protocol.queue_listing import Queue

log = logging.getLogger(__name__)


class Reconciler(Threaded):
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
        cadence: Cadence = USUAL,
    ) -> None:
        super().__init__()
        self._cadence = cadence
        self._api = api
        self._tracker = tracker
        self._socket = socket
        self._renew = renew
        self._on_state = on_state
        self._lookout = Lookout(api)
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._due = self._looked_at = 0.0  # by the monotonic clock
        self._answered_at: float | None = None
        self._failed_since: float | None = None
        self._troubled_since: float | None = None
        self._renewed_at = 0.0
        self._error = ""
        self._denied = False
        self._queue = Queue()
        self._runs(f"reconcile {api.address.label}", self._run)

    def _rouse(self) -> None:
        with self._lock:
            self._wake.notify_all()

    def look_soon(self, spacing: float = 0.0) -> None:
        """Look now rather than when the cadence says, but *spacing* seconds after the last look."""
        with self._lock:
            self._due = min(self._due, self._looked_at + spacing)
            self._wake.notify_all()

    @property
    def answers(self) -> bool:
        """Whether the last look had its answer."""
        with self._lock:
            return self._failed_since is None

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
            error = self._error or socket.error
            return Freshness(link, heard, since, socket.attempt, error, denied=self._denied)

    def _link(self, socket: SocketState, tracked: Tracked | None) -> tuple[Link, float]:
        failed = self._failed_since
        # A pong says little: it comes even from a server that has forgotten us.
        if failed is not None and not (socket.up and (socket.frame_at or 0.0) > failed):
            return Link.UNREACHABLE, max(failed, socket.frame_at or 0.0)  # until then, it told
        if failed is not None:
            return Link.LIVE, socket.since  # HTTP does not answer, but the socket tells
        if not socket.up:
            polled = self._answered_at is not None and self._answered_at > socket.since
            return (Link.POLLING if polled else Link.RECONNECTING), socket.since
        if self._troubled_since is not None:
            return Link.POLLING, self._troubled_since
        if tracked and now() - tracked.changed_at > self._cadence.stalled_after:
            return Link.STALLED, tracked.changed_at
        return Link.LIVE, socket.since

    def _run(self) -> None:
        while True:
            with self._lock:
                while not self._ending.is_set() and (wait := self._due - time.monotonic()) > 0:
                    self._wake.wait(wait)
                if self._ending.is_set():
                    return
                self._looked_at = time.monotonic()
                self._due = self._looked_at + self._cadence.healthy
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
        looked_at, watch = now(), self._watch()
        live = {
            id_: tracked
            for id_, tracked in self._tracker.live().items()
            if tracked.sent_at is not None and tracked.sent_at <= looked_at
        }
        # The queue before the history: the other order loses what ends in between. A prompt
        # that is over needs the history only, and at once.
        if live and all(self._is_about_to_settle(tracked) for tracked in live.values()):
            self._settle_all(live, looked_at)
            return
        queue = self._lookout.look(live)
        self._answered(queue)  # before any news, or that would seem to come from nowhere
        for id_, tracked in live.items():
            if queue is not None and id_ in queue:
                self._is_there(id_, tracked, queue, looked_at, watch)
            elif error := self._settle(id_, tracked, looked_at, queue, live):
                # Of this prompt alone: the others must not wait for it.
                log.warning("history of %s cannot be read: %s", id_, error)
                self._feed(self._unreadable(tracked, looked_at, error))

    def _settle_all(self, live: Mapping[str, Tracked], at: float) -> None:
        """Ask the history of each, and nothing else; raise where it answered for none."""
        errors = [self._settle(id_, tracked, at, Queue(), live) for id_, tracked in live.items()]
        failures = [error for error in errors if error]
        if failures and len(failures) == len(errors):
            raise failures[0]  # it may be the server that is ill, not one history

    def _watch(self) -> int:
        """The number of the socket that is up; 0 where none is."""
        socket = self._socket()
        return socket.watch if socket.up else 0

    def _answered(self, queue: Queue | None = None) -> None:
        with self._lock:
            self._answered_at = now()
            self._failed_since, self._error, self._denied = None, "", False
            self._queue = self._queue if queue is None else queue

    def _is_about_to_settle(self, tracked: Tracked) -> bool:
        is_over = tracked.progress.phase is Phase.SETTLING
        return is_over and tracked.settle_looks < len(self._cadence.settle)

    def _is_there(
        self, prompt_id: str, tracked: Tracked, queue: Queue, at: float, watch: int
    ) -> None:
        with self._tracker.lock:
            tracked.missing_since = tracked.unreadable_since = None
            tracked.watch, tracked.seen_at = watch if watch == self._watch() else 0, at
        runs = prompt_id in queue.running
        event = (
            ev.Started(prompt_id, at) if runs else ev.Queued(prompt_id, at, queue.place(prompt_id))
        )
        self._tracker.feed(event)

    def _settle(
        self,
        prompt_id: str,
        tracked: Tracked,
        at: float,
        queue: Queue | None,
        live: Mapping[str, Tracked],
    ) -> ComfyError | None:
        """Take a prompt that is in no queue from the history, or find it missing.

        Return why the history cannot be read, where it cannot. A *queue* of None says that the
        prompt may still wait.
        """
        with self._tracker.lock:
            tracked.settle_looks += 1
        try:
            entry = self._api.history(prompt_id)
            events = () if entry is None else parse_history(prompt_id, entry, at)
            if not events and queue is not None:
                self._feed(self._missing(tracked, at, queue, live))
        except ComfyError as error:
            return error
        self._answered()
        if events:
            self._tracker.ran(prompt_id)
            self._feed(events)
        return None

    def _feed(self, events: tuple[ev.Event, ...]) -> None:
        for event in events:
            self._tracker.feed(event)

    def _unreadable(self, tracked: Tracked, at: float, error: ComfyError) -> tuple[ev.Event, ...]:
        with self._tracker.lock:
            tracked.unreadable_since = tracked.unreadable_since or at
            return unreadable(tracked, at, self._cadence, error)

    def _missing(
        self, tracked: Tracked, at: float, queue: Queue, live: Mapping[str, Tracked]
    ) -> tuple[ev.Event, ...]:
        with self._tracker.lock:
            tracked.missing_since, tracked.unreadable_since = tracked.missing_since or at, None
        earlier = [id_ for id_, t in live.items() if (t.sent_at or at) < (tracked.sent_at or at)]
        run = run_of(
            tracked,
            self._socket(),
            self._tracker.witness(tracked),
            silence=self._cadence.silent_after,
            is_behind=any(id_ in queue for id_ in earlier),
            remembers=lambda prompt_id: self._api.history(prompt_id) is not None,
            is_direct=self._api.is_direct,
        )
        with self._tracker.lock:
            return missing(tracked, at, self._cadence, run)

    def _unanswered(self, error: ComfyError) -> None:
        with self._lock:
            if self._ending.is_set():
                return  # it was we who hung up
            first = self._failed_since is None
            self._failed_since = self._failed_since or now()
            self._error, self._denied = str(error), isinstance(error, Denied)
        for tracked in self._tracker.live().values():
            with self._tracker.lock:  # patience is with a server that answers
                tracked.missing_since = tracked.unreadable_since = None
        if first:
            log.warning("%s", error)

    def _plan_next_look(self) -> None:
        """Choose when to look again; renew a socket that is silent while a prompt runs."""
        at, socket, live = now(), self._socket(), self._tracker.live().values()
        running = any(t.progress.phase is Phase.RUNNING for t in live)
        silence = at - max(socket.frame_at or 0.0, socket.since)
        silent = running and socket.up and silence > self._cadence.silent_after
        with self._lock:
            if not (silent or not socket.up or self._failed_since is not None):
                self._troubled_since = None
            elif self._troubled_since is None:
                self._troubled_since = at
            troubled = None if self._troubled_since is None else at - self._troubled_since
            wait = until_next(self._cadence, troubled, live)
            self._due = min(self._due, time.monotonic() + wait)  # or sooner, if asked meanwhile
            renew = silent and at - self._renewed_at > self._cadence.renew_every
            self._renewed_at = at if renew else self._renewed_at
        if renew:
            where = self._api.address.label
            log.warning("%s has been silent for %.0f s: renewing the socket", where, silence)
            self._renew()
