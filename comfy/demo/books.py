"""The engine's own record of every prompt it was ever given; outlives its forgetting."""

import threading
import time
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One prompt id. Times in epoch seconds; `outcome` is "" until it ends.

    `received` and `runs` count: a prompt sent twice runs twice, as in ComfyUI. `outcome` is one
    of success, error, interrupted, deleted, forgotten.
    """

    prompt_id: str
    client_id: str
    received: int = 0
    runs: int = 0
    received_at: float = 0.0
    started_at: float | None = None
    ended_at: float | None = None
    outcome: str = ""


class Books:
    """All entries; safe to read from any thread. The lock guards `_entries`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, Entry] = {}

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
        self._put(entry, received=entry.received + 1)

    def start(self, prompt_id: str) -> None:
        """Note that a prompt began to run."""
        if entry := self.get(prompt_id):
            self._put(entry, runs=entry.runs + 1, started_at=time.time(), outcome="")

    def end(self, prompt_id: str, outcome: str) -> None:
        """Note how a prompt ended."""
        if entry := self.get(prompt_id):
            self._put(entry, ended_at=time.time(), outcome=outcome)

    def _put(self, entry: Entry, **fields: Any) -> None:
        with self._lock:
            self._entries[entry.prompt_id] = replace(entry, **fields)
