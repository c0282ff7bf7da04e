"""A real HTTP server on loopback that takes webhooks, and misbehaves as it is told."""

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

PATIENCE = 60.0
"""Seconds after which something has certainly gone wrong."""


@dataclass(frozen=True)
class Call:
    """One request: its headers by their name, and its body."""

    headers: dict[str, str]
    body: bytes


class Receiver:
    """Answers with each of `statuses` in turn, the last one for ever.

    `location` goes with all of them; `raw` is written in place of an answer, byte for byte, and
    where it is None nothing is answered until the caller hangs up.
    """

    def __init__(self, port: int = 0) -> None:
        self.calls: list[Call] = []
        self.statuses = [200]
        self.location = ""
        self.raw: bytes | None = b""
        self._heard = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def __enter__(self) -> "Receiver":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, condition: Callable[[list[Call]], bool]) -> list[Call]:
        """The calls, once *condition* holds of them."""
        with self._heard:
            assert self._heard.wait_for(lambda: condition(self.calls), PATIENCE), self.calls
            return list(self.calls)

    def _take(self, call: Call) -> int:
        with self._heard:
            self.calls.append(call)
            self._heard.notify_all()
            return self.statuses[min(len(self.calls), len(self.statuses)) - 1]

    def _handler(receiver) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver._take(Call(dict(self.headers), body))
                if receiver.raw is None:
                    self.connection.recv(1)
                elif receiver.raw:
                    self._drip(receiver.raw)
                else:
                    self.send_response(status)
                    if receiver.location:
                        self.send_header("Location", receiver.location)
                    self.end_headers()
                self.close_connection = True

            def _drip(self, raw: bytes) -> None:
                try:
                    while True:
                        self.connection.sendall(raw)
                except OSError:
                    pass  # the caller has had enough

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


def closed_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
