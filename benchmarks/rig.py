"""What all benchmarks share: the engine and the app as processes, a browser, tables."""

import contextlib
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

from comfy.demo.__main__ import READY

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 90.0
STOP_SECONDS = 15.0
OUR_NAMES = ("STEPGLASS_", "GRADIO_", "COMFYUI_", "SPACE_")
"""Variables that would change what is measured."""
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Running:
    """A program that serves at `url`."""

    process: "subprocess.Popen[str]"
    url: str


@contextlib.contextmanager
def serving(command: Sequence[str], ready: str, *, cwd: Path = ROOT) -> Iterator[Running]:
    """Run *command* until the block ends; its URL is the last word of the line with *ready*.

    Raises RuntimeError with what it said where it ends, or says nothing, before that.
    """
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    said: list[str] = []
    found = threading.Event()
    reader = threading.Thread(target=_read, args=(process.stdout, ready, said, found), daemon=True)
    reader.start()
    try:
        found.wait(START_SECONDS)
        url = next((line.split()[-1] for line in said if ready in line), "")
        if not url:
            raise RuntimeError(f"{' '.join(command)} did not start:\n{''.join(said[-20:])}")
        yield Running(process, url.rstrip("/"))
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join()


def _read(output: IO[str] | None, ready: str, said: list[str], found: threading.Event) -> None:
    for line in output or ():
        if not found.is_set():
            said.append(line)
            if ready in line:
                found.set()
    if output:
        output.close()
    found.set()


def environment() -> dict[str, str]:
    """The environment without settings of ours or of Gradio, so that defaults are measured."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(OUR_NAMES)}
    # Each client that is simulated is a person of its own.
    people = {"STEPGLASS_PEOPLE": "browsers"}
    return {**kept, **people, "GRADIO_ANALYTICS_ENABLED": "False", "PYTHONUNBUFFERED": "1"}


def app(
    folder: Path, server: str, *flags: str, before: Sequence[str] = ()
) -> contextlib.AbstractContextManager[Running]:
    """The real application on a free port, with *server* as its only one.

    *before* is a command that runs it.
    """
    command = [*before, sys.executable, str(ROOT / "app.py"), "--port", "0", "--server", server]
    command += ["--data-folder", str(folder), *flags]
    return serving(command, "Stepglass is at ", cwd=folder.parent)


def demo(folder: Path, step_seconds: float) -> contextlib.AbstractContextManager[Running]:
    """The demo engine as anybody would start it, on a free port."""
    command = [sys.executable, "-m", "comfy.demo", "--port", "0"]
    command += ["--output", str(folder / "demo"), "--step-seconds", str(step_seconds)]
    return serving(command, READY)


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder."""
    with tempfile.TemporaryDirectory(prefix="benchmark-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def chromium() -> dict[str, Any]:
    """Arguments for Playwright's ``chromium.launch``: a Chromium on the path, else its own."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    return {"executable_path": found, "args": list(CHROMIUM_FLAGS)}


def used(pid: int) -> float:
    """Processor seconds that a process has taken so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def median(values: Sequence[float]) -> float:
    """The median; NaN of nothing."""
    return statistics.median(values) if values else math.nan


def p95(values: Sequence[float]) -> float:
    """The 95th percentile, by rank; NaN of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] if ordered else math.nan


def print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print *rows* under *head*, right-aligned but for the first column."""
    texts = [[_text(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    say(f"\n{title}")
    for number, row in enumerate(texts):
        first, *rest = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        say("  ".join((first, *rest)).rstrip())
        if number == 0:
            say("  ".join("-" * width for width in widths))


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def conditions() -> str:
    """What the figures depend on besides the code: cores, and how busy they are."""
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"{os.cpu_count()} cores, Python {version}{busy}"


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return "–" if math.isnan(cell) else f"{cell:.3f}" if abs(cell) < 10 else f"{cell:.1f}"
    return str(cell)
