"""The engine's own record of every prompt it was ever given; outlives its forgetting.

With a journal it outlives the process too: each line is one entry as it then was, or the word
that everything before it was forgotten, or only what was not over (`FORGOT_QUEUE`).
"""

import dataclasses
import json
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

JOURNAL = "books.jsonl"
FORGOT = "forgot"
FORGOT_QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Entry:
    """One prompt id. Times in epoch seconds; `outcome` is "" until it ends.

    `received` and `runs` count: a prompt sent twice runs twice, as in ComfyUI. `outcome` is one
    of success, error, interrupted, deleted, forgotten. `completed` counts runs to a good end that
    executed anything and that the history still holds, `forgotten` those that a restart, or
    somebody, wiped out of it, `doubled` those beside which an earlier one was still there;
    `is_forgotten` says that nothing was heard of it since. `files` are what the last good run
    saved, `digests` the SHA-256 of what the last one wrote, where the books are kept in a file;
    `wiped` says that somebody has removed them since.
    """

    prompt_id: str
    client_id: str
    received: int = 0
    runs: int = 0
    received_at: float = 0.0
    started_at: float | None = None
    ended_at: float | None = None
    outcome: str = ""
    is_running: bool = False
    completed: int = 0
    forgotten: int = 0
    doubled: int = 0
    is_forgotten: bool = False
    files: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    wiped: bool = False


class Books:
    """All entries; safe to read from any thread. The lock guards `_entries` and the journal."""

    def __init__(self, journal: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._entries = {entry.prompt_id: entry for entry in read(journal)} if journal else {}
        self._journal = journal.open("ab", buffering=0) if journal else None
        if self._entries:
            self.forget()

    def close(self) -> None:
        """Close the journal."""
        with self._lock:
            if self._journal:
                self._journal.close()
                self._journal = None

    def get(self, prompt_id: str) -> Entry | None:
        """The entry of *prompt_id*."""
        with self._lock:
            return self._entries.get(prompt_id)

    def all(self) -> list[Entry]:
        """Every entry, in the order of first receipt."""
        with self._lock:
            return list(self._entries.values())

    def receive(self, prompt_id: str, client_id: str) -> None:
        """Note that a prompt was accepted."""
        entry = self.get(prompt_id) or Entry(prompt_id, client_id, received_at=time.time())
        outcome = "" if entry.outcome in ("deleted", "forgotten") else entry.outcome
        self._put(entry, received=entry.received + 1, outcome=outcome, is_forgotten=False)

    def start(self, prompt_id: str) -> None:
        """Note that a prompt began to run."""
        if entry := self.get(prompt_id):
            now = time.time()
            self._put(entry, runs=entry.runs + 1, started_at=now, outcome="", is_running=True)

    def save(self, prompt_id: str, digests: Iterable[str]) -> None:
        """Note what a good run has written, before anybody can learn that it is over."""
        if entry := self.get(prompt_id):
            self._put(entry, digests=tuple(digests), wiped=False)

    def end(
        self, prompt_id: str, outcome: str, files: Iterable[str] = (), executed: int = 1
    ) -> None:
        """Note how a run ended, what it saved and how many nodes it executed."""
        if entry := self.get(prompt_id):
            fields: dict[str, Any] = {"outcome": outcome, "is_running": False}
            if outcome == "success":
                fields["files"] = tuple(files)
                if executed or not entry.completed:
                    fields["doubled"] = entry.doubled + (entry.completed > 0)
                    fields["completed"] = entry.completed + 1
            self._put(entry, ended_at=time.time(), **fields)

    def delete(self, prompt_id: str) -> None:
        """Note that a waiting prompt was taken out; another of that id may run, or be over."""
        entry = self.get(prompt_id)
        if entry and not entry.is_running and not entry.outcome:
            self._put(entry, ended_at=time.time(), outcome="deleted")

    def forget(self, *, history: bool = True) -> None:
        """Note that the queue is lost, and the *history* with it."""
        with self._lock:
            self._write({FORGOT: True if history else FORGOT_QUEUE})
            self._entries = _after_restart(self._entries, history=history)

    def clear(self, prompt_ids: Iterable[str]) -> None:
        """Note that these were taken out of the history."""
        for prompt_id in prompt_ids:
            if entry := self.get(prompt_id):
                forgotten = entry.forgotten + entry.completed
                self._put(entry, is_forgotten=True, forgotten=forgotten, completed=0)

    def wipe(self) -> None:
        """Note that whatever was written so far is gone."""
        for entry in self.all():
            if entry.runs and not entry.wiped:
                self._put(entry, wiped=True)

    def _put(self, entry: Entry, **fields: Any) -> None:
        entry = replace(entry, **fields)
        with self._lock:
            self._entries[entry.prompt_id] = entry
            self._write(dataclasses.asdict(entry))

    def _write(self, line: dict[str, Any]) -> None:
        if self._journal:  # one unbuffered write a line, so that a kill cuts none but the last
            self._journal.write(json.dumps(line).encode() + b"\n")


def read(journal: Path) -> list[Entry]:
    """The entries that a journal tells of; none where there is no file."""
    entries: dict[str, Entry] = {}
    for line in journal.read_bytes().splitlines() if journal.exists() else ():
        try:
            fields = json.loads(line)
        except ValueError:
            continue  # cut by a kill
        if FORGOT in fields:
            entries = _after_restart(entries, history=fields[FORGOT] != FORGOT_QUEUE)
        else:
            lists = {name: tuple(fields.get(name, ())) for name in ("files", "digests")}
            entry = Entry(**{**fields, **lists})
            entries[entry.prompt_id] = entry
    return list(entries.values())


def _after_restart(entries: Mapping[str, Entry], *, history: bool) -> dict[str, Entry]:
    return {
        id_: entry if entry.outcome and not history else _forgotten(entry)
        for id_, entry in entries.items()
    }


def _forgotten(entry: Entry) -> Entry:
    return replace(
        entry,
        outcome=entry.outcome or "forgotten",
        is_running=False,
        is_forgotten=True,
        forgotten=entry.forgotten + entry.completed,
        completed=0,
    )
