"""A server that has every node of a recorded ComfyUI, and runs nothing: it refuses all prompts."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any

from tests.support.workflow_samples import read

ANSWERS: dict[str, Any] = {
    "/system_stats": {
        "system": {"comfyui_version": "0.33.0", "os": "posix", "ram_total": 1, "ram_free": 1},
        "devices": [],
    },
    "/prompt": {"exec_info": {"queue_remaining": 0}},
    "/queue": {"queue_running": [], "queue_pending": []},
    "/history": {},
}


class Serving(ThreadingHTTPServer):
    """What it refuses every prompt with (`refusal`), and how many prompts came (`refused`)."""

    refusal: Mapping[str, Any] = MappingProxyType({"error": {"message": "It runs nothing."}})
    refused = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Serving

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].removeprefix("/api")
        found = read("object_info") if path == "/object_info" else ANSWERS.get(path)
        if found is None:
            self._answer(404, {"error": "none"})
        else:
            self._answer(200, found)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.path.endswith("/prompt"):
            self._answer(404, {"error": "none"})
            return
        self.server.refused += 1
        self._answer(400, self.server.refusal)

    def _answer(self, status: int, found: Any) -> None:
        body = json.dumps(dict(found)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Serving]:
    """The server, while it serves."""
    server = Serving(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
