"""The program as people start it: in a process of its own, from the command line."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tests.support.environment import bare
from tests.support.paths import ROOT
from tests.support.waiting import until

COMMAND = (sys.executable, str(ROOT / "app.py"))
_ADDRESS = "Stepglass is at "
_ENGINE = "The demo engine listens on "


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run it to its end in *folder*."""
    command = [*COMMAND, *arguments]
    return subprocess.run(
        command, cwd=folder, env=bare(), capture_output=True, text=True, check=False
    )


@dataclass(frozen=True)
class Program:
    """A program that runs, or has ended."""

    process: "subprocess.Popen[bytes]"
    file: Path

    @property
    def log(self) -> str:
        """What it has said so far on standard error."""
        return self.file.read_text(encoding="utf-8", errors="replace")

    @property
    def url(self) -> str:
        """Where the page is, without a slash at its end; "" as long as it is not served."""
        return self._told(_ADDRESS).rstrip("/")

    @property
    def engine_url(self) -> str:
        """Where its own demo engine listens."""
        return self._told(_ENGINE)

    def end(self) -> int:
        """Ask it to end, by SIGTERM; return its exit code."""
        self.process.terminate()
        return self.process.wait()

    def _told(self, before: str) -> str:
        # A line counts once it is whole.
        lines = self.log.rpartition("\n")[0].splitlines()
        return next((line.rpartition(" ")[2] for line in lines if before in line), "")


@contextlib.contextmanager
def running(
    folder: Path, *arguments: str, environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Program]:
    """The program in *folder* on a free port, once it serves; killed if it does not end itself."""
    file = folder / "log.txt"
    with file.open("wb") as log:
        process = subprocess.Popen(
            [*COMMAND, "--port", "0", *arguments],
            cwd=folder,
            env={**bare(), **environment},
            stderr=log,
        )
    program = Program(process, file)
    try:
        until(lambda: program.url or process.poll() is not None)
        assert program.url, program.log
        yield program
    finally:
        process.kill()
        process.wait()
