"""A demo engine in a process of its own, that ends with ours."""

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

from comfy.client.http.address import Address
from comfy.demo import ENGINE_NAME, TOKEN_VARIABLE
from comfy.errors import Unreachable

log = logging.getLogger(__name__)

READY_SECONDS = 30.0
STOP_SECONDS = 5.0
RESTART_SECONDS = 1.0
ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds the package `comfy`."""
_INHERITED = (
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP",
    "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH",
)  # fmt: skip
"""Environment variables that an interpreter may need; the child gets no others, so no secret."""


class DemoProcess:
    """``python -m comfy.demo`` as a child. Starting it takes no time; `url` waits for it.

    The child exits when its standard input ends, so it cannot outlive us. A closed or dead one
    can be started again, on the same port; with *keep_alive* a dead one is, by itself. Every
    request must carry *token*, unless it is "". *faults* opens its switches. `_lock` guards the
    fields below it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        step_seconds: float,
        token: str = "",
        port: int = 0,
        faults: bool = False,
        keep_alive: bool = False,
    ) -> None:
        self._folder = folder
        self._faults = faults
        self._token = token
        self._step_seconds = step_seconds
        self._keep_alive = keep_alive
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._port = port
        self._url = ""
        self._ready = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self.start()

    def start(self) -> None:
        """Start the child, if none is alive; returns at once."""
        self._closing.clear()
        self._launch()

    def _launch(self) -> None:
        with self._lock:
            alive = self._process is not None and self._process.poll() is None
            if alive or self._closing.is_set():
                return
            self._ready = threading.Event()
            self._url = ""
            self._process = self._spawn()
            reader = threading.Thread(
                target=self._read,
                args=(self._process.stdout, self._ready),
                name="demo engine output",
                daemon=True,
            )
        reader.start()

    def _spawn(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "comfy.demo", "--exit-with-parent"]
        command += ["--port", str(self._port), "--output", str(self._folder.resolve())]
        command += ["--step-seconds", str(self._step_seconds)]
        command += ["--faults"] if self._faults else []
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            cwd=ROOT,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def _environment(self) -> dict[str, str]:
        """What the child gets. The token is no argument, for those show in lists of processes."""
        kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return kept | ({TOKEN_VARIABLE: self._token} if self._token else {})

    def _read(self, output: IO[str] | None, ready: threading.Event) -> None:
        """Take the URL from the child's one line, then drain."""
        for line in output or ():
            if line.startswith(ENGINE_NAME):
                with self._lock:
                    self._url = line.removeprefix(f"{ENGINE_NAME}: ").strip()
                    self._port = int(self._url.rpartition(":")[2])
                log.info("The demo engine listens on %s", self._url)
                ready.set()
        if output:
            output.close()
        ready.set()
        if self._keep_alive and not self._closing.wait(RESTART_SECONDS):
            log.warning("The demo engine has ended; starting it again")
            self._launch()

    @property
    def url(self) -> str:
        """Where it listens; waits until it does. Raises Unreachable where it does not start."""
        with self._lock:
            ready = self._ready
        ready.wait(READY_SECONDS)
        with self._lock:
            if self._url:
                return self._url
        raise Unreachable("The demo engine did not start: see the log for its own message.")

    @property
    def address(self) -> Address:
        """How to reach it, with its token; waits as `url` does. Raises Unreachable."""
        headers = (("Authorization", f"Bearer {self._token}"),) if self._token else ()
        return Address(self.url, headers, ENGINE_NAME)

    @property
    def pid(self) -> int:
        """The child's process id; 0 before it was started."""
        with self._lock:
            return self._process.pid if self._process else 0

    @property
    def is_alive(self) -> bool:
        """Whether the child runs."""
        with self._lock:
            return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End the child without a warning, as a crash does, and wait for it."""
        with self._lock:
            process = self._process
        if process is not None:
            process.kill()
            process.wait()

    def close(self) -> None:
        """End the child and wait for it."""
        with self._lock:
            self._closing.set()
            process = self._process
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
