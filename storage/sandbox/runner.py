"""Asks one statement in a process of its own, which is killed when it takes too long."""

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.errors import BoxRefused

MAX_SQL = 20_000
"""Characters of a statement."""
MAX_ROWS = 1000
MAX_SECONDS = 10.0
"""From the start of the process until it is killed."""
MAX_CELL = 4000
"""Characters of one text in an answer."""
MAX_BYTES = 4_000_000
"""Of all texts in an answer, about."""
MEMORY = 512 * 2**20
"""Bytes that DuckDB may take for one statement."""
ADDRESS_SPACE = 4 * 2**30
"""Bytes that the process may map at all, where the system can tell it."""
AT_ONCE = 2
"""Statements answered at the same time; others wait."""
_SCRIPT = Path(__file__).with_name("child.py")
_NOTHING = "Write a statement first: SELECT … FROM generations."
CLOSED = "Stepglass is shutting down: nothing can be asked any more."
_SENTENCES = {
    "Nothing": _NOTHING,
    "OneStatement": "Ask one statement at a time, without a second one after it.",
    "OnlyQuestions": "Only questions are answered here: begin with SELECT, FROM or WITH.",
    "OutOfMemoryException": "This takes more memory than one question may: ask for fewer rows, or "
    "group them.",
    "IOException": "This box reaches no files: ask the tables that are here.",
    "PermissionException": "This box reaches neither files nor the network nor settings: ask the "
    "tables that are here.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """Plain JSON values; `truncated` where there were more rows; `seconds` it took."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool
    seconds: float


class Box:
    """Runs the processes. `_lock` guards `_running` and `_closed`."""

    def __init__(self, seconds: float = MAX_SECONDS) -> None:
        self._seconds = seconds
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def ask(self, file: Path, sql: str) -> Answer:
        """What *sql* finds in the copy *file*. Raises BoxRefused with a sentence."""
        if len(sql) > MAX_SQL:
            raise BoxRefused(f"A statement may have {MAX_SQL:,} characters: shorten this one.")
        if not sql.strip():
            raise BoxRefused(_NOTHING)
        if not self._places.acquire(timeout=self._seconds):
            raise BoxRefused("Others are asking: try again in a moment.")
        try:
            return self._ask(file, sql)
        finally:
            self._places.release()

    def close(self) -> None:
        """Kill what runs, and refuse all else."""
        with self._lock:
            self._closed = True
            for process in self._running:
                process.kill()

    def _ask(self, file: Path, sql: str) -> Answer:
        began = time.monotonic()
        process = self._start(file.parent)
        asked = {
            "file": file.name,
            "sql": sql,
            "rows": MAX_ROWS,
            "cell": MAX_CELL,
            "bytes": MAX_BYTES,
            "seconds": self._seconds,
            "memory": MEMORY,
            "address_space": ADDRESS_SPACE,
        }
        try:
            data, _ = process.communicate(json.dumps(asked).encode(), self._seconds)
        except subprocess.TimeoutExpired as error:
            raise BoxRefused(
                f"This took longer than {self._seconds:.0f} seconds and was stopped: ask about "
                "fewer rows."
            ) from error
        finally:
            process.kill()
            process.communicate()
            with self._lock:
                self._running.discard(process)
        with self._lock:
            if self._closed:
                raise BoxRefused(CLOSED)
        return _read(data, time.monotonic() - began)

    def _start(self, folder: Path) -> subprocess.Popen[bytes]:
        """The process, in *folder*, without our environment: it may hold passwords."""
        with self._lock:
            if self._closed:
                raise BoxRefused(CLOSED)
            process = subprocess.Popen(  # noqa: S603 - our own script, no shell
                [sys.executable, "-I", str(_SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={"TZ": "UTC"},  # now() is then as the tables are
            )
            self._running.add(process)
            return process


def _read(data: bytes, seconds: float) -> Answer:
    try:
        said = json.loads(data)
    except ValueError as error:
        raise BoxRefused(_SENTENCES["OutOfMemoryException"]) from error
    if "error" in said:
        kind, _, text = str(said["error"]).partition(": ")
        raise BoxRefused(_SENTENCES.get(kind) or _explained(text))
    rows = tuple(tuple(row) for row in said["rows"])
    return Answer(tuple(said["columns"]), rows, bool(said["truncated"]), seconds)


def _explained(text: str) -> str:
    """DuckDB's own words, which say what is wrong and where."""
    return f"DuckDB cannot answer this: {text.strip()}"
