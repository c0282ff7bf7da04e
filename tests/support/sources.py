"""A real HTTP server on loopback that answers as it is told, path by path, and keeps what came."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

PATIENCE = 60.0


@dataclass
class Answer:
    """What one path is answered with. *held* keeps it back halfway until it is set.

    Of a body that is *cut* the last byte never comes.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    held: threading.Event | None = None
    cut: bool = False


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """Its body as JSON."""
        return json.loads(self.body)


Given = Answer | Callable[[Asked], Answer]


def as_json(value: Any, status: int = 200) -> Answer:
    """An answer that is JSON."""
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/json"})


class Source:
    """Answers each "METHOD /path" of `answers`, whatever the query; all else with 404."""

    def __init__(self, answers: Mapping[str, Given] | None = None) -> None:
        self.answers: dict[str, Given] = dict(answers or {})
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "Source":
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

    def serve(self, path: str, body: bytes = b"", **more: Any) -> str:
        """Give *body* out at *path*, for GET and HEAD; the whole address."""
        for method in ("GET", "HEAD"):
            self.answers[f"{method} {path}"] = Answer(body, **more)
        return f"{self.url}{path}"

    def _handler(source) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer()

            def do_HEAD(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                path = self.path.partition("?")[0]
                asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
                source.asked.append(asked)
                given = source.answers.get(f"{self.command} {path}", Answer(b"not here", 404))
                answer = given if isinstance(given, Answer) else given(asked)
                self.send_response(answer.status)
                for name, value in {
                    "Content-Length": str(len(answer.body)),
                    **answer.headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "HEAD":
                    return
                half = len(answer.body) // 2
                try:
                    self.wfile.write(answer.body[:half])
                    self.wfile.flush()
                    if answer.held:
                        answer.held.wait(PATIENCE)
                    if answer.cut:
                        self.close_connection = True
                        return
                    self.wfile.write(answer.body[half:])
                except OSError:
                    self.close_connection = True  # whoever asked has gone

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # its own name
                pass

        return Handler
