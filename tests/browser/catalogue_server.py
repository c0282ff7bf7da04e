"""A server that has every node of a recorded ComfyUI, and runs nothing."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.workflow.samples import read

ANSWERS: dict[str, Any] = {
    "/system_stats": {
        "system": {"comfyui_version": "0.33.0", "os": "posix", "ram_total": 1, "ram_free": 1},
        "devices": [],
    },
    "/prompt": {"exec_info": {"queue_remaining": 0}},
    "/queue": {"queue_running": [], "queue_pending": []},
    "/history": {},
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].removeprefix("/api")
        found = read("object_info") if path == "/object_info" else ANSWERS.get(path)
        body = json.dumps(found if found is not None else {"error": "none"}).encode()
        self.send_response(200 if found is not None else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """The server's URL, while it serves."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
