"""The WebSocket to one server and the one thread that reads it: the only user of websocket-client.

The thread connects, announces our features, hands each frame over, pings, and reconnects with
back-off. `_lock` guards `_state` and `_socket`; callbacks run on the thread, without the lock.
"""

import contextlib
import json
import logging
import random
import socket as sockets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import websocket
from websocket import ABNF

from comfy.address import Address
from comfy.cadence import USUAL, Cadence

log = logging.getLogger(__name__)

CLOSE_SECONDS = 1.0
"""How long the other side may take to say goodbye."""
MAX_FRAME_BYTES = 256 * 2**20
"""SaveImageWebsocket sends whole PNGs; anything over this is no picture."""
LOGGED_CHARACTERS = 200

FEATURES = json.dumps({"type": "feature_flags", "data": {"supports_preview_metadata": True}})


@dataclass(frozen=True, slots=True)
class SocketState:
    """The socket now: `heard_at` is its last frame or pong, `frame_at` its last data frame.

    Pongs come from the server's library even where the server itself has forgotten us. `since`
    is when `up` last changed, `attempt` counts failed connections in a row.
    """

    up: bool = False
    since: float = 0.0
    heard_at: float | None = None
    frame_at: float | None = None
    attempt: int = 0
    error: str = ""


class Connection:
    """A WebSocket kept open; `on_frame(frame, at)` gets its frames, `on_state()` its changes."""

    def __init__(
        self,
        address: Address,
        client_id: str,
        *,
        on_frame: Callable[[str | bytes, float], None],
        on_state: Callable[[], None],
        cadence: Cadence = USUAL,
    ) -> None:
        self._address = address
        self._cadence = cadence
        self._url = address.socket_url(client_id)
        self._on_frame = on_frame
        self._on_state = on_state
        self._lock = threading.Lock()
        self._state = SocketState(since=time.time())
        self._socket: websocket.WebSocket | None = None
        self._stop = threading.Event()
        self._hurry = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"socket {address.label}", daemon=True
        )

    def start(self) -> None:
        """Start the thread; returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Stop and join the thread."""
        self._stop.set()
        self._hurry.set()
        self._wake()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

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
        while not self._stop.is_set():
            heard_before = self.state.heard_at
            try:
                self._serve(self._open())
            except (websocket.WebSocketException, OSError, ValueError) as error:
                self._down(self._explain(error))
            if self.state.heard_at != heard_before:
                backoff = self._cadence.first_backoff
            # Jitter, so that many clients of a restarted server do not return at once.
            self._hurry.wait(backoff * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            self._hurry.clear()
            backoff = min(self._cadence.max_backoff, backoff * 2)

    def _open(self) -> websocket.WebSocket:
        ws = websocket.WebSocket(enable_multithread=True)
        ws.frame_buffer = _bounded(ws.frame_buffer)
        ws.connect(  # type: ignore[no-untyped-call] # websocket-client leaves **options bare
            self._url,
            header=[f"{key}: {value}" for key, value in self._address.headers],
            suppress_origin=True,  # ComfyUI refuses foreign origins
            timeout=self._cadence.connect,
            redirect_limit=0,
        )
        ws.settimeout(self._cadence.tick)
        with self._lock:
            self._socket = ws
        try:
            ws.send(FEATURES)  # only the first frame is read, on every connection anew
        except BaseException:
            self._close(ws)
            raise
        return ws

    def _serve(self, ws: websocket.WebSocket) -> None:
        """Read until the socket ends, goes silent, or we are told to stop or renew."""
        self._up()
        pinged = heard = time.monotonic()
        try:
            while not (self._stop.is_set() or self._hurry.is_set()):
                if self._read(ws):
                    heard = time.monotonic()
                now = time.monotonic()
                if pinged > heard:
                    if now - pinged > self._cadence.pong:
                        raise websocket.WebSocketTimeoutException("no answer to a ping")
                elif now - heard > self._cadence.ping:
                    ws.ping()
                    pinged = time.monotonic()
        finally:
            self._close(ws)
        self._down("")

    def _read(self, ws: websocket.WebSocket) -> bool:
        """Wait a tick for one frame and hand it over; False where none came."""
        try:
            opcode, frame = ws.recv_data_frame(control_frame=True)
        except websocket.WebSocketTimeoutException:
            return False  # a frame cut by the tick stays in websocket-client's buffer
        at, is_data = time.time(), opcode in (ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY)
        with self._lock:
            frame_at = at if is_data else self._state.frame_at
            self._state = replace(self._state, heard_at=at, frame_at=frame_at)
        if opcode == ABNF.OPCODE_CLOSE:
            raise websocket.WebSocketConnectionClosedException("closed by the server")
        if is_data:
            data: str | bytes = bytes(frame.data)
            if opcode == ABNF.OPCODE_TEXT:
                data = bytes(frame.data).decode(errors="replace")
            if log.isEnabledFor(logging.DEBUG):
                log.debug("frame from %s: %.*r", self._address.label, LOGGED_CHARACTERS, data)
            try:
                self._on_frame(data, at)
            except Exception:
                # This thread must outlive whatever a listener does: it is the only one to hear.
                log.exception("a frame from %s was not taken in", self._address.label)
        return True

    def _up(self) -> None:
        with self._lock:
            self._state = replace(self._state, up=True, since=time.time(), attempt=0, error="")
        log.info("socket to %s is open", self._address.label)
        self._on_state()

    def _down(self, error: str) -> None:
        with self._lock:
            before = self._state
            since = time.time() if before.up else before.since
            self._state = replace(
                before, up=False, since=since, attempt=before.attempt + 1, error=error
            )
        if (before.up or before.attempt == 0) and not self._stop.is_set():
            log.warning("socket to %s is down: %s", self._address.label, error or "renewing")
        self._on_state()

    def _close(self, ws: websocket.WebSocket) -> None:
        # Fully closed before the next is opened: an old handler's end can unregister a new
        # socket of the same clientId on the server.
        with self._lock:
            self._socket = None
        ws.close(timeout=CLOSE_SECONDS)

    def _wake(self) -> None:
        """Interrupt a read under way on the thread."""
        with self._lock:
            raw = self._socket.sock if self._socket else None
        if raw is not None:
            with contextlib.suppress(OSError):  # already gone is what was wanted
                raw.shutdown(sockets.SHUT_RD)

    def _explain(self, error: Exception) -> str:
        where = self._address.label
        if isinstance(error, websocket.WebSocketBadStatusException):
            status = error.status_code
            if status in (401, 403):
                return f"{where} refuses the WebSocket ({status}): check its headers or login."
            return f"{where} does not open a WebSocket ({status}): check that a proxy passes it."
        if isinstance(error, websocket.WebSocketTimeoutException):
            return f"{where} has gone silent."
        return f"The WebSocket to {where} is closed."


def _bounded(buffer: "websocket._abnf.frame_buffer") -> "websocket._abnf.frame_buffer":
    """Make *buffer* refuse giant frames as soon as their length is known."""
    read_length = buffer.recv_length

    def recv_length() -> None:
        read_length()
        if buffer.length is not None and buffer.length > MAX_FRAME_BYTES:
            raise websocket.WebSocketPayloadException(f"a frame of {buffer.length} bytes")

    buffer.recv_length = recv_length  # type: ignore[method-assign] # it has no hook for this
    return buffer
