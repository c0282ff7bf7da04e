"""A demo engine in a process of its own, that ends with ours."""

import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

from comfy.demo import ENGINE_NAME
from comfy.errors import Unreachable

log = logging.getLogger(__name__)

READY_SECONDS = 30.0
STOP_SECONDS = 5.0
RESTART_SECONDS = 1.0
ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds the package `comfy`."""


class DemoProcess:
    """``python -m comfy.demo`` as a child. Starting it takes no time; `url` waits for it.

    The child exits when its standard input ends, so it cannot outlive us. A closed or dead one
    can be started again, on the same port; with *keep_alive* a dead one is, by itself. *faults*
    opens its switches. `_lock` guards the fields below it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        step_seconds: float,
        port: int = 0,
        faults: bool = False,
        keep_alive: bool = False,
    ) -> None:
        self._folder = folder
        self._faults = faults
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
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

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
