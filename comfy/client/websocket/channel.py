"""One WebSocket, from greeting to goodbye: the only user of websocket-client.

One thread opens, reads, pings and closes it; `cut` may come from any other.
"""

import contextlib
import io
import socket as sockets
import threading
import time
from collections.abc import Iterable, Iterator
from enum import Enum, auto

import websocket
from websocket import ABNF

from comfy.errors import BadAnswer, ComfyError, HungUp, TooLarge, Unreachable
from comfy.protocol.http_status import read_status, unreachable

READ_BYTES = 2**16
"""Taken from the system at once, some frames together. The library would ask for each header and
each 16 kB by itself, and, where the application is busy, wait its turn after each."""

_DATA = (ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY)


class Sign(Enum):
    """What a read may bring instead of data."""

    NOTHING = auto()
    """No whole frame yet."""
    LIFE = auto()
    """A ping or a pong."""


class Channel:
    """A WebSocket to *where*, a name for messages.

    `moved_at` is when bytes last came, by the monotonic clock: also those of a frame that is not
    whole yet.
    """

    def __init__(self, where: str, *, max_frame: int) -> None:
        self.moved_at = time.monotonic()
        self._where = where
        self._max_frame = max_frame
        self._is_cut = self._is_giant = False
        # Text that is no UTF-8 is the parser's affair, and no reason to hang up.
        self._ws = websocket.WebSocket(enable_multithread=True, skip_utf8_validation=True)
        self._watch(self._ws.frame_buffer)

    def open(
        self, url: str, headers: Iterable[tuple[str, str]], *, seconds: float, tick: float
    ) -> None:
        """Connect within about *seconds*; later reads wait a *tick*. Raises ComfyError."""
        try:
            with self._limited(2 * seconds):
                self._ws.connect(  # type: ignore[no-untyped-call] # it leaves **options bare
                    url,
                    header=[f"{key}: {value}" for key, value in headers],
                    suppress_origin=True,  # ComfyUI refuses foreign origins
                    timeout=seconds,
                    redirect_limit=0,
                )
        except Exception as error:
            # Whatever it was: the library's parser stumbles over garbage in many ways.
            raise self._refusal(error) from error
        self._ws.settimeout(tick)
        self.moved_at = time.monotonic()
        if self._is_cut:
            self.close(0)
            raise self._closed()

    def send(self, text: str) -> None:
        """Send a text frame. Raises ComfyError."""
        with self._explained():
            self._ws.send(text)

    def ping(self) -> None:
        """Ask for a sign of life. Raises ComfyError."""
        with self._explained():
            self._ws.ping()

    def receive(self) -> str | bytes | Sign:
        """Wait a tick for a frame. Raises ComfyError where there will be no more."""
        with self._explained():
            try:
                opcode, frame = self._ws.recv_data_frame(control_frame=True)
            except websocket.WebSocketTimeoutException:
                return Sign.NOTHING  # a frame cut by the tick stays in the library's buffer
        if opcode == ABNF.OPCODE_CLOSE:
            raise self._closed()
        if opcode not in _DATA:
            return Sign.LIFE
        data = bytes(frame.data)
        return data.decode(errors="replace") if opcode == ABNF.OPCODE_TEXT else data

    def cut(self) -> None:
        """End a read or a greeting under way on another thread."""
        self._is_cut = True
        raw = self._ws.sock
        if raw is not None:
            with contextlib.suppress(OSError):  # already gone is what was wanted
                # Of the plain socket: a TLS socket's own method would first drop the TLS, and
                # the reader would take what is left for frames.
                sockets.socket.shutdown(raw, sockets.SHUT_RD)

    def close(self, seconds: float) -> None:
        """Say goodbye and wait at most *seconds* for the other's."""
        if self._is_giant:
            seconds = 0  # or it would be read after all, for the goodbye behind it
        with self._limited(seconds):
            self._ws.close(timeout=seconds)

    def _watch(self, buffer: "websocket._abnf.frame_buffer") -> None:
        """Note when bytes come, and refuse a giant as soon as its length is known."""
        receive, read_length = buffer.recv, buffer.recv_length
        ahead = io.BytesIO()

        def recv(size: int) -> bytes:
            nonlocal ahead
            if not (data := ahead.read(size)):
                ahead = io.BytesIO(receive(READ_BYTES))
                self.moved_at = time.monotonic()
                data = ahead.read(size)
            return data

        def recv_length() -> None:
            read_length()
            begun = self._ws.cont_frame.cont_data
            length = (buffer.length or 0) + (len(begun[1]) if begun else 0)
            if length > self._max_frame:
                self._is_giant = True
                raise websocket.WebSocketPayloadException(f"a message of {length} bytes")

        buffer.recv = recv
        buffer.recv_length = recv_length  # type: ignore[method-assign] # it has no hook for this

    @contextlib.contextmanager
    def _limited(self, seconds: float) -> Iterator[None]:
        """Cut what takes longer: the library's own time-out begins anew with every byte."""
        limit = threading.Timer(seconds, self.cut)
        limit.daemon = True
        limit.start()
        try:
            yield
        finally:
            limit.cancel()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except websocket.WebSocketTimeoutException as error:
            raise Unreachable(f"{self._where} has gone silent.") from error
        except websocket.WebSocketPayloadException as error:
            raise TooLarge(f"{self._where} sends {error}, which is no image.") from error
        except websocket.WebSocketProtocolException as error:
            raise BadAnswer(f"{self._where} sends what is no WebSocket frame.") from error
        except (websocket.WebSocketException, OSError, ValueError) as error:
            raise self._closed() from error

    def _closed(self) -> ComfyError:
        return HungUp(f"The WebSocket to {self._where} is closed.")

    def _refusal(self, error: Exception) -> ComfyError:
        """Why there is no WebSocket."""
        where, answer = self._where, self._ws.handshake_response
        status = answer.status if answer is not None else getattr(error, "status_code", None)
        telling = status in (401, 403, 429, 503) or (status or 0) // 100 == 3
        if telling and (trouble := read_status(int(status or 0), where, "/ws")):
            return trouble
        if status not in (None, 101):
            return BadAnswer(
                f"{where} does not open a WebSocket ({status}): check that a proxy passes it."
            )
        if isinstance(error, websocket.WebSocketTimeoutException):
            return Unreachable(f"{where} does not answer: check that it runs.")
        if isinstance(error, websocket.WebSocketConnectionClosedException):
            return Unreachable(
                f"{where} closes the connection instead of opening a WebSocket: check whether its "
                "address begins with http or https."
            )
        if isinstance(error, OSError | websocket.WebSocketAddressException):
            return unreachable(where, error)
        return BadAnswer(
            f"{where} does not open a WebSocket as ComfyUI does: check that its address is that "
            "of ComfyUI itself."
        )
