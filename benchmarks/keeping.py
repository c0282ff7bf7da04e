"""Memory and time that a large file takes on its way from a server into the data folder.

    python -m benchmarks.keeping [--megabytes 500] [--files 1]

A process of its own keeps files of that size from a server on loopback. Told are its peak of
memory before and after, how much of the file's size that grew by, and the seconds.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from comfy.client.http.address import parse_address
from comfy.client.server import Server
from comfy.graph.plan import Plan
from comfy.progress.advance import Phase, Progress
from comfy.protocol.events import OutputFile
from studio.dispatch.file_keeper import Keeper

ID = "0198f0a0-0000-7000-8000-000000000001"
MB = 2**20
_HEAD = b"\0\0\0\x20ftypisom"


class Giver(ThreadingHTTPServer):
    """Gives out `files` files of `size` bytes, as ComfyUI does."""

    def __init__(self, size: int, files: int) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.size, self.files = size, files


class Answer(BaseHTTPRequestHandler):
    """One answer: a history, or a video."""

    server: Giver
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Give what was asked for."""
        if self.path.startswith("/history"):
            body = json.dumps(history(self.server.files)).encode()
            self._start(len(body))
            self.wfile.write(body)
            return
        self._start(self.server.size)
        self.wfile.write(_HEAD)
        left, piece = self.server.size - len(_HEAD), bytes(MB)
        while left > 0:
            self.wfile.write(piece[:left])
            left -= MB

    def _start(self, length: int) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def history(count: int) -> dict[str, object]:
    """The history entry of a prompt that made so many videos."""
    videos = [{"filename": f.filename, "subfolder": "", "type": "output"} for f in files(count)]
    return {ID: {"outputs": {"9": {"gifs": videos}}, "status": {"status_str": "success"}}}


def files(count: int) -> tuple[OutputFile, ...]:
    """Those videos, as a snapshot has them."""
    return tuple(OutputFile("9", "gifs", f"{n}.mp4", animated=True) for n in range(count))


def keep(url: str, count: int) -> None:
    """Keep *count* files of the server at *url*; print what that took. A process of its own."""
    server = Server(parse_address(url), "benchmark")
    progress = Progress(ID, Plan(), phase=Phase.FINISHED, files=files(count))
    with tempfile.TemporaryDirectory() as folder:
        keeper = Keeper(server, Path(folder))
        before, began = _peak(), time.monotonic()
        kept = keeper.keep(progress)
        seconds = time.monotonic() - began
    server.api.close()
    size = sum(image.bytes for image in kept.images) / len(kept.images)
    print(json.dumps({"before": before, "after": _peak(), "size": size, "seconds": seconds}))


def _peak() -> int:
    """Bytes; Linux tells kilobytes, macOS bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )


def main() -> None:
    """Measure, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.url:
        keep(options.url, options.files)
        return
    with Giver(options.megabytes * MB, options.files) as giver:
        threading.Thread(target=giver.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{giver.server_address[1]}"
        command = [sys.executable, "-m", "benchmarks.keeping", "--url", url]
        command += ["--files", str(options.files)]
        seen = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        giver.shutdown()
    grown = seen["after"] - seen["before"]
    print(f"{options.files} × {options.megabytes} MB in {seen['seconds']:.2f} s")
    print(f"memory: {seen['before'] / MB:.0f} MB before, {seen['after'] / MB:.0f} MB at its peak")
    print(f"grown by {grown / seen['size']:.3f} of a file's size")


if __name__ == "__main__":
    main()
