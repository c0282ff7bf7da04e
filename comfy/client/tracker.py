"""The prompts being followed on one server: one lock, one snapshot each.

`lock` guards `_prompts` and every `Tracked` in it. The socket's reader and the reconciler both
feed events; listeners are called without the lock and with a prompt id only: they ask for the
snapshot, so that a late call can never bring an old one.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from comfy.clock import asleep, now
from comfy.graph.plan import Plan
from comfy.progress.advance import Phase, Progress, advance, begin, replanned
from comfy.protocol import events as ev

log = logging.getLogger(__name__)

RAN_KEPT = 16
"""Prompts that are remembered to have run: one of them was sent before whatever is missing."""


@dataclass(slots=True)
class Tracked:
    """One prompt, and what the reconciler must remember of it. Times are of `comfy.clock`.

    `posted_at` is when its sending began, `sent_at` when that was over and its absence begins to
    mean something. `watch` is the socket (see `SocketState`) that has been up since the server was
    last seen to have the prompt, at `seen_at`, or since it was sent; 0 where there was a gap.
    `witness` is a prompt that the server was known to have run before this one was sent, "" for
    none. `reached` is the highest fraction that was shown of it.
    """

    progress: Progress
    graph: Mapping[str, Any]
    posted_at: float = 0.0
    sent_at: float | None = None
    watch: int = 0
    seen_at: float = 0.0
    witness: str = ""
    cancel_asked: bool = False
    missing_since: float | None = None
    unreadable_since: float | None = None
    settling_since: float | None = None
    settle_looks: int = 0
    reached: float = 0.0
    asleep_before: float = field(default_factory=asleep)
    changed_at: float = field(default_factory=now)


class Tracker:
    """Snapshots by prompt id. `on_change(prompt_id)` hears of each new one."""

    def __init__(self, on_change: Callable[[str], None]) -> None:
        self.lock = threading.Lock()
        self._on_change = on_change
        self._prompts: dict[str, Tracked] = {}
        self._ran: deque[tuple[float, str]] = deque(maxlen=RAN_KEPT)
        self._closed = False

    def close(self) -> None:
        """Nothing changes any more."""
        with self.lock:
            self._closed = True

    def expect(
        self,
        prompt_id: str,
        graph: Mapping[str, Any],
        plan: Plan,
        *,
        witness: str = "",
        reached: float = 0.0,
    ) -> None:
        """Begin a snapshot, unless there is one.

        *witness* is one that ran before it was sent, *reached* the fraction that was shown of it.
        """
        with self.lock:
            progress = begin(prompt_id, plan, at=now())
            tracked = Tracked(progress, graph, witness=witness, reached=reached)
            self._prompts.setdefault(prompt_id, tracked)

    def ran(self, prompt_id: str) -> None:
        """Note that the server's history has *prompt_id*."""
        with self.lock:
            tracked = self._prompts.get(prompt_id)
            sent_at = tracked.sent_at if tracked else None
            self._ran.append((now() if sent_at is None else sent_at, prompt_id))

    def witness(self, tracked: Tracked) -> str:
        """The last prompt that is known to have run and was sent before *tracked* was, or ""."""
        sent_at = tracked.sent_at or 0.0
        with self.lock:
            earlier = [pair for pair in self._ran if pair[0] < sent_at]
            return max(earlier, default=(0.0, tracked.witness))[1]

    def replan(self, prompt_id: str, plan: Plan) -> None:
        """Change what is planned; the fraction still never falls."""
        with self.lock:
            if tracked := self._prompts.get(prompt_id):
                tracked.progress = replanned(tracked.progress, plan)

    def forget(self, prompt_id: str) -> None:
        """Drop a snapshot."""
        with self.lock:
            self._prompts.pop(prompt_id, None)

    def get(self, prompt_id: str) -> Tracked | None:
        """The tracked prompt, to be changed under `lock`; its `progress` is replaced as a whole."""
        with self.lock:
            return self._prompts.get(prompt_id)

    def reached(self, prompt_id: str, at: float) -> float:
        """The fraction of a prompt to show as of *at*: never below one that was shown before."""
        with self.lock:
            tracked = self._prompts.get(prompt_id)
            if tracked is None:
                return 0.0
            tracked.reached = max(tracked.reached, tracked.progress.fraction_at(at))
            return tracked.reached

    def slept(self, prompt_id: str) -> float:
        """Seconds that this machine was suspended while it followed a prompt; 0 where unknown."""
        with self.lock:
            tracked = self._prompts.get(prompt_id)
            return asleep() - tracked.asleep_before if tracked else 0.0

    def live(self) -> dict[str, Tracked]:
        """All prompts whose end is not known."""
        with self.lock:
            return {i: t for i, t in self._prompts.items() if not t.progress.phase.is_final}

    def waits(self) -> bool:
        """Whether a prompt waits in the server's queue."""
        with self.lock:
            return any(
                t.sent_at is not None and t.progress.phase is Phase.QUEUED
                for t in self._prompts.values()
            )

    def feed(self, event: ev.Event) -> None:
        """Advance the event's prompt, and tell who listens where that changed anything."""
        with self.lock:
            tracked = self._prompts.get(event.prompt_id)
            if tracked is None or self._closed:
                return
            before = tracked.progress
            tracked.progress = after = advance(before, event)
            if after is before or replace(after, heard_at=before.heard_at) == before:
                return  # two frames often say the same
            tracked.changed_at = now()
            if after.phase is Phase.SETTLING:
                tracked.settling_since = tracked.settling_since or tracked.changed_at
        if after.phase is not before.phase:
            log.info("prompt %s is %s", event.prompt_id, after.phase.name.lower())
        self._on_change(event.prompt_id)
