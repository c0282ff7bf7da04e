"""The WebSocket to one server, kept open by the one thread that reads it.

The thread connects, announces our features, hands each frame over, pings, and reconnects with
back-off. `_lock` guards `_state` and `_channel`; callbacks run on the thread, without the lock.
"""

import json
import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from comfy.client.http.address import Address
from comfy.client.http.port_check import check_listening
from comfy.client.threads import Threaded
from comfy.client.timeouts import USUAL, Cadence
from comfy.client.websocket.channel import Channel, Sign
from comfy.clock import now
from comfy.errors import ComfyError, HungUp, Refused, Unreachable

log = logging.getLogger(__name__)

GOODBYE_SECONDS = 1.0
"""How long the other side may take to say goodbye."""
CUT_AGAIN = 0.05
"""A connection that is being made cannot be cut before it stands: it is tried this often."""
MAX_FRAME_BYTES = 256 * 2**20
"""SaveImageWebsocket sends whole PNGs; anything over this is no picture."""
LOGGED_CHARACTERS = 200
DEATHS_KEPT = 8
"""Ends of the server that are remembered: more often than that nobody restarts it in a minute."""

FEATURES = json.dumps({"type": "feature_flags", "data": {"supports_preview_metadata": True}})


@dataclass(frozen=True, slots=True)
class Death:
    """The end of a server, seen by the socket numbered `watch`: at once, nobody listened there.

    What the server had not begun by then it never did, if that socket was heard from: `frame_at`
    is its last data frame, None for none, and `at` when it ended.
    """

    watch: int
    at: float
    frame_at: float | None = None


@dataclass(frozen=True, slots=True)
class SocketState:
    """The socket now: `heard_at` is its last frame or pong, `frame_at` its last data frame.

    Pongs come from the server's library even where the server itself has forgotten us. `since`
    is when `up` last changed, `attempt` counts failed connections in a row. Times are of
    `comfy.clock`.

    `watch` numbers the sockets that were up: nothing that the server told can have been missed
    while it stays the same. `deaths` are the last ends of the server that were seen.
    """

    up: bool = False
    watch: int = 0
    deaths: tuple["Death", ...] = ()
    since: float = 0.0
    heard_at: float | None = None
    frame_at: float | None = None
    attempt: int = 0
    error: str = ""


class Connection(Threaded):
    """A WebSocket kept open; `on_frame(frame, at)` gets its frames, `on_state()` its changes.

    No listener is called any more once its end was asked for.
    """

    def __init__(
        self,
        address: Address,
        client_id: str,
        *,
        on_frame: Callable[[str | bytes, float], None],
        on_state: Callable[[], None],
        cadence: Cadence = USUAL,
        max_frame: int = MAX_FRAME_BYTES,
    ) -> None:
        super().__init__()
        self._address = address
        self._max_frame = max_frame
        self._cadence = cadence
        self._url = address.socket_url(client_id)
        self._on_frame = on_frame
        self._on_state = on_state
        self._lock = threading.Lock()
        self._state = SocketState(since=now())
        self._channel: Channel | None = None
        self._hurry = threading.Event()
        self._runs(f"socket {address.label}", self._run)

    def _rouse(self) -> None:
        self._hurry.set()
        self._wake()

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        (thread,) = self._threads
        while thread.is_alive() and time.monotonic() < until - CUT_AGAIN:
            thread.join(CUT_AGAIN)
            self._wake()
        super()._wait(until - time.monotonic())

    def renew(self) -> None:
        """Drop the present socket, if any, and connect anew without waiting."""
        self._hurry.set()
        self._wake()

    @property
    def state(self) -> SocketState:
        """The socket now."""
        with self._lock:
            return self._state

    def _run(self) -> None:
        backoff = self._cadence.first_backoff
        while not self._ending.is_set():
            lived = 0.0
            try:
                lived = self._serve(self._open())
            except Exception:
                # This thread must outlive any surprise: it is the only one to hear.
                log.exception("the socket to %s broke", self._address.label)
                self._down(f"The WebSocket to {self._address.label} broke: see the log.")
            if lived > backoff:  # one that is accepted and dropped at once is no success
                backoff = self._cadence.first_backoff
            # Jitter, so that many clients of a restarted server do not return at once.
            self._hurry.wait(backoff * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            self._hurry.clear()
            backoff = min(self._cadence.max_backoff, backoff * 2)

    def _open(self) -> Channel | None:
        """A channel that knows our features; None where there is none, which `_state` explains."""
        channel = Channel(self._address.label, max_frame=self._max_frame)
        with self._lock:
            self._channel = channel
        try:
            if self._ending.is_set():
                return None
            cadence = self._cadence
            headers = self._address.headers
            channel.open(self._url, headers, seconds=cadence.connect, tick=cadence.tick)
            channel.send(FEATURES)  # only the first frame is read, on every connection anew
        except ComfyError as error:
            self._close(channel)
            self._down(str(error))
            return None
        return channel

    def _serve(self, channel: Channel | None) -> float:
        """Read until the socket ends, goes silent, or we are to stop or renew; seconds it lived."""
        if channel is None:
            return 0.0
        opened, error, hung_up = time.monotonic(), "", False
        try:
            self._up()
            self._read_on(channel)
        except HungUp as trouble:
            error, hung_up = str(trouble), True
        except ComfyError as trouble:
            error = str(trouble)
        finally:
            self._close(channel)
        self._down(error)
        if hung_up and self._is_gone():
            with self._lock:
                state = self._state
                death = Death(state.watch, state.since, state.frame_at)
                self._state = replace(state, deaths=(*state.deaths, death)[-DEATHS_KEPT:])
        return channel.moved_at - opened

    def _is_gone(self) -> bool:
        """Whether the server ended with its socket: at once, nobody listens there any more."""
        if self._ending.is_set() or self._hurry.is_set():
            return False  # it was we who hung up
        try:
            check_listening(self._address, self._cadence.connect)
        except Refused:
            return True
        except ComfyError:
            return False
        return False

    def _read_on(self, channel: Channel) -> None:
        pinged = 0.0
        while not (self._ending.is_set() or self._hurry.is_set()):
            self._take(channel.receive())
            at = time.monotonic()
            if pinged > channel.moved_at:
                if at - pinged > self._cadence.pong:
                    raise Unreachable(f"{self._address.label} has gone silent.")
            elif at - channel.moved_at > self._cadence.ping:
                channel.ping()
                pinged = time.monotonic()

    def _take(self, frame: str | bytes | Sign) -> None:
        """Note what came and hand it over."""
        if frame is Sign.NOTHING or self._ending.is_set():
            return
        at, is_data = now(), not isinstance(frame, Sign)
        with self._lock:
            frame_at = at if is_data else self._state.frame_at
            self._state = replace(self._state, heard_at=at, frame_at=frame_at)
        if isinstance(frame, Sign):
            return
        if log.isEnabledFor(logging.DEBUG):
            log.debug("frame from %s: %r", self._address.label, frame[:LOGGED_CHARACTERS])
        try:
            self._on_frame(frame, at)
        except Exception:
            # This thread must outlive whatever a listener does: it is the only one to hear.
            log.exception("a frame from %s was not taken in", self._address.label)

    def _up(self) -> None:
        with self._lock:
            watch = self._state.watch + 1
            self._state = replace(
                self._state, up=True, watch=watch, since=now(), attempt=0, error=""
            )
        log.info("socket to %s is open", self._address.label)
        self._tell()

    def _down(self, error: str) -> None:
        with self._lock:
            before = self._state
            since = now() if before.up else before.since
            self._state = replace(
                before, up=False, since=since, attempt=before.attempt + 1, error=error
            )
        if (before.up or before.attempt == 0) and not self._ending.is_set():
            log.warning("socket to %s is down: %s", self._address.label, error or "renewing")
        self._tell()

    def _tell(self) -> None:
        if self._ending.is_set():
            return
        try:
            self._on_state()
        except Exception:
            log.exception("a change of the socket to %s was not taken in", self._address.label)

    def _close(self, channel: Channel) -> None:
        # Fully closed before the next is opened: an old handler's end can unregister a new
        # socket of the same clientId on the server.
        with self._lock:
            self._channel = None
        channel.close(0 if self._ending.is_set() else GOODBYE_SECONDS)

    def _wake(self) -> None:
        """Interrupt what the thread waits for."""
        with self._lock:
            channel = self._channel
        if channel is not None:
            channel.cut()
