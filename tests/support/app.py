"""Stepglass as a child process that may be killed at any moment and started again."""

import dataclasses
import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from comfy.client.timeouts import USUAL, Cadence
from tests.support.paths import ROOT

STOP_SECONDS = 60.0

Json = dict[str, Any]


class Died(Exception):
    """The child is gone, or went before it answered."""


class App:
    """`tests.support.headless` on *data_folder* with *servers* (URL by name); writes to *log*."""

    def __init__(
        self,
        data_folder: Path,
        servers: Mapping[str, str],
        log: Path,
        cadence: Cadence = USUAL,
    ) -> None:
        self._command = [sys.executable, "-m", "tests.support.headless", "--data", str(data_folder)]
        self._command += [f"--server={name}={url}" for name, url in servers.items()]
        self._command += ["--cadence", json.dumps(dataclasses.asdict(cadence))]
        self._log = log
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """The child's process id; 0 where there is none."""
        return self._process.pid if self._process else 0

    def start(self, clock: float = 0.0) -> Json:
        """Start the child; return its first answer, which is ``ready`` or ``error``.

        Its time of day is *clock* seconds ahead.
        """
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [*self._command, f"--clock={clock}"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        return self._answer()

    def tell(self, **order: Any) -> Json:
        """Give an order and return the answer. Raises Died."""
        if self._process is None or self._process.stdin is None:
            raise Died
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise Died from error
        return self._answer()

    def kill(self) -> None:
        """End it without a warning (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._close()

    def sleep(self, seconds: float) -> None:
        """Let it stand still so long, as a laptop that is closed."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)
            time.sleep(seconds)
            self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End it as a person would, and wait."""
        if self._process is None:
            return
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._close()

    def _answer(self) -> Json:
        line = self._process.stdout.readline() if self._process and self._process.stdout else ""
        if not line:
            raise Died
        answer: Json = json.loads(line)
        return answer

    def _close(self) -> None:
        if self._process is None:
            return
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                try:
                    stream.close()
                except OSError:
                    continue  # what was not written went with the child
        self._process = None
