"""One ComfyUI server: its HTTP calls, its socket, and what settles its prompts.

HTTP is the truth, the socket a hint: frames and answers become the same events and pass
through the same `advance`.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from comfy.client.http.address import Address
from comfy.client.http.api import Accepted, Api
from comfy.client.http.downloads import Downloads
from comfy.client.reconcile.freshness import Freshness
from comfy.client.reconcile.reconciler import Reconciler
from comfy.client.threads import JOIN_SECONDS
from comfy.client.timeouts import USUAL, Cadence
from comfy.client.tracker import Tracker
from comfy.client.websocket.connection import Connection
from comfy.clock import now
from comfy.errors import ComfyError, FrameError, is_open
from comfy.graph.plan import Plan, without_outputs
from comfy.progress.advance import Progress
from comfy.progress.sent_images import sender
from comfy.protocol import events as ev
from comfy.protocol.downloads import DownloadNews
from comfy.protocol.frames import parse
from comfy.protocol.queue_listing import Queue

log = logging.getLogger(__name__)

MAX_PREVIEW_BYTES = 8 * 2**20
"""Larger ones are not shown while a prompt runs: every page that looks would be sent them."""


class Server:
    """A server seen from outside. `on_change(prompt_id)` hears of every new snapshot.

    `on_state()` hears of changes of the link; `on_sent(prompt_id, node, image)` gets the images
    that a node sends over the socket, each before any snapshot after it; `on_download(news)` hears
    of files that the server fetches. `client_id` must be this application's own and stay the same
    over restarts, so that a running prompt's frames find it again.
    """

    def __init__(
        self,
        address: Address,
        client_id: str,
        *,
        preview_method: str = "auto",
        cadence: Cadence = USUAL,
        on_change: Callable[[str], None] = lambda _: None,
        on_state: Callable[[], None] = lambda: None,
        on_sent: Callable[[str, str, bytes], None] = lambda _id, _node, _image: None,
        on_download: Callable[[DownloadNews], None] = lambda _: None,
    ) -> None:
        self.address = address
        self.api = Api(address, cadence)
        self.downloads = Downloads(address, client_id, cadence)
        self._client_id = client_id
        self._preview_method = preview_method
        self._on_state = on_state
        self._on_sent = on_sent
        self._on_download = on_download
        self._tracker = Tracker(on_change)
        self._cadence = cadence
        self._named = ""  # of the reader thread alone; the next is set by it alone
        self._remaining: int | None = None
        self._connection = Connection(
            address,
            client_id,
            on_frame=self._receive,
            on_state=self._socket_changed,
            cadence=cadence,
        )
        self._reconciler = Reconciler(
            self.api,
            self._tracker,
            socket=lambda: self._connection.state,
            renew=self._connection.renew,
            on_state=on_state,
            cadence=cadence,
        )

    def start(self) -> None:
        """Open the socket and start reconciling; returns at once."""
        self._connection.start()
        self._reconciler.start()

    def stop(self) -> None:
        """Ask both threads to end, and hang up on every call; returns at once.

        Prompts on the server go on.
        """
        self._tracker.close()
        self._reconciler.stop()
        self._connection.stop()
        self.api.close()
        self.downloads.close()

    def close(self, seconds: float = JOIN_SECONDS) -> None:
        """Stop, and wait at most *seconds* for both threads."""
        until = time.monotonic() + seconds
        self.stop()
        self._reconciler.close(until - time.monotonic())
        self._connection.close(until - time.monotonic())

    def expect(self, prompt_id: str, graph: Mapping[str, Any], plan: Plan) -> None:
        """Begin a snapshot for *prompt_id*; call it before `submit`, for frames come first."""
        self._tracker.expect(prompt_id, graph, plan)

    def resume(
        self,
        prompt_id: str,
        graph: Mapping[str, Any],
        plan: Plan,
        *,
        accepted: bool = True,
        began: bool = False,
        reached: float = 0.0,
        witness: str = "",
    ) -> None:
        """Follow a prompt that was sent earlier, perhaps by an earlier run of the application.

        *accepted* says whether an answer told that the server took it, *began* whether it was seen
        to run, *reached* what was shown of it then; *witness* is one that the server had run before
        this was sent, "" for none.
        """
        self._tracker.expect(prompt_id, graph, plan, witness=witness, reached=reached)
        if accepted:
            self._tracker.feed(ev.Accepted(prompt_id, now()))
        if began:
            self._tracker.feed(ev.Started(prompt_id, now()))
        self._sent(prompt_id)

    def remember(self, prompt_id: str) -> None:
        """Take *prompt_id*, of an earlier run of the application, for one that the server ran."""
        self._tracker.ran(prompt_id)

    def submit(self, prompt_id: str, *, extra: Mapping[str, Any] | None = None) -> Accepted:
        """Send an expected prompt, once.

        Raises as `Api.submit` does. Where that leaves it open whether the server took it, the
        prompt is followed all the same, and its snapshot will tell.
        """
        tracked = self._tracker.get(prompt_id)
        if tracked is None:
            raise KeyError(prompt_id)
        graph, plan = tracked.graph, tracked.progress.plan
        data = {"preview_method": self._preview_method, **(extra or {})}
        socket = self._connection.state
        with self._tracker.lock:
            tracked.watch = socket.watch if socket.up else 0
            tracked.posted_at = tracked.seen_at = now()
        try:
            accepted = self.api.submit(
                graph, prompt_id=prompt_id, client_id=self._client_id, extra=data
            )
        except ComfyError as error:
            if is_open(error):
                self._sent(prompt_id)
            raise
        if accepted.dropped:
            self._tracker.replan(prompt_id, without_outputs(graph, plan, accepted.dropped))
        warnings = tuple(problem.message for problem in accepted.problems)
        self._tracker.feed(ev.Accepted(prompt_id, now(), accepted.dropped, warnings))
        self._sent(prompt_id)
        return accepted

    def cancel(self, prompt_id: str) -> None:
        """Ask for the end of *prompt_id*; its snapshot follows. Raises ComfyError."""
        if tracked := self._tracker.get(prompt_id):
            with self._tracker.lock:
                tracked.cancel_asked = True
        try:
            self.api.cancel(prompt_id)
        finally:
            self._reconciler.look_soon()

    def forget(self, prompt_id: str) -> None:
        """Drop the snapshot of *prompt_id*."""
        self._tracker.forget(prompt_id)

    def snapshot(self, prompt_id: str) -> Progress | None:
        """Return the present snapshot, None where not expected."""
        tracked = self._tracker.get(prompt_id)
        return tracked.progress if tracked else None

    def reached(self, prompt_id: str, at: float) -> float:
        """The fraction to show of *prompt_id* as of *at*, 0…1: it never falls; 0 where unknown."""
        return self._tracker.reached(prompt_id, at)

    def slept(self, prompt_id: str) -> float:
        """Seconds that this machine was suspended while it followed *prompt_id*."""
        return self._tracker.slept(prompt_id)

    def freshness(self, prompt_id: str = "") -> Freshness:
        """How news arrives now; with a *prompt_id*, also whether that prompt has stalled."""
        return self._reconciler.freshness(self._tracker.get(prompt_id))

    @property
    def answers(self) -> bool:
        """Whether the last look by HTTP had its answer."""
        return self._reconciler.answers

    @property
    def presence(self) -> float | None:
        """Since when the socket has stood without a gap; None while it is down.

        While that stays the same, the server has not restarted: it is the same run of it.
        """
        socket = self._connection.state
        return socket.since if socket.up else None

    @property
    def queue(self) -> Queue:
        """The server's queue at the last look."""
        return self._reconciler.queue

    @property
    def remaining(self) -> int:
        """How many prompts wait or run there, everybody's: what the socket said last, else HTTP."""
        told = self._remaining
        return len(self._reconciler.queue) if told is None else told

    def _sent(self, prompt_id: str) -> None:
        """Note that the server may have *prompt_id*: from now on its absence means something."""
        if tracked := self._tracker.get(prompt_id):
            with self._tracker.lock:
                tracked.sent_at = now()
        self._reconciler.look_soon()

    def _receive(self, frame: str | bytes, at: float) -> None:
        try:
            events = parse(frame, at)
        except FrameError as error:
            log.warning("frame from %s ignored: %s", self.address.label, error)
            return
        for event in events:
            if isinstance(event, ev.QueueChanged):
                self._queue_changed(event.remaining)
                continue
            if isinstance(event, DownloadNews):
                self._on_download(event)
                continue
            event = self._attributed(event)
            self._hand_over(event)
            if isinstance(event, ev.Previewed) and len(event.image) > MAX_PREVIEW_BYTES:
                continue
            self._tracker.feed(event)
            if isinstance(event, ev.Succeeded | ev.Ended):
                self._reconciler.look_soon()

    def _hand_over(self, event: ev.Event) -> None:
        """Hand on an image that is a result, and comes only here."""
        if not isinstance(event, ev.Previewed):
            return
        progress = self.snapshot(event.prompt_id)
        if progress and not progress.phase.is_final and (node := sender(progress, event)):
            self._on_sent(event.prompt_id, node, event.image)

    def _queue_changed(self, remaining: int) -> None:
        """Learn the new places of our prompts, where some still wait."""
        if remaining != self._remaining and self._tracker.waits():
            self._reconciler.look_soon(self._cadence.queue_news)
        self._remaining = remaining

    def _attributed(self, event: ev.Event) -> ev.Event:
        """Give a preview that names no prompt to the prompt last named on this socket.

        A server runs one prompt at a time and names it in the frames around each preview. An
        unnamed ``executing``, sent on reconnecting, is left alone: the next frame says more.
        """
        if event.prompt_id:
            self._named = event.prompt_id
        elif isinstance(event, ev.Previewed | ev.Said):
            return replace(event, prompt_id=self._named)
        return event

    def _socket_changed(self) -> None:
        self._named, self._remaining = "", None
        self._reconciler.look_soon()
        self._on_state()
