"""A snapshot of one prompt: what is known of it at one moment. Pure.

How it changes is the business of `comfy.progress.advance` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from comfy.graph.plan import Plan, PlannedNode
from comfy.progress.nodes import NodeProgress, counting
from comfy.progress.stretch import Outlook
from comfy.protocol.events import Failure, Fate, OutputFile

CEILING = 0.99
"""Highest fraction before history confirms the end."""
RUNNING_CEILING = 0.98
"""Highest fraction while anything runs: what is above is for a server that said it is over."""


class Phase(Enum):
    """Where a prompt is. SETTLING: the server says it is over, its history is still awaited."""

    QUEUED = auto()
    RUNNING = auto()
    SETTLING = auto()
    FINISHED = auto()
    INTERRUPTED = auto()
    FAILED = auto()
    LOST = auto()

    @property
    def is_final(self) -> bool:
        """True where nothing can change any more."""
        return self not in (Phase.QUEUED, Phase.RUNNING, Phase.SETTLING)


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture of the work so far; `number` counts up within a prompt."""

    number: int
    image: bytes
    media: str
    node: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """A snapshot of one prompt.

    `fraction` is overall progress, 0…1, never falling, as of `measured_at`; `outlook` what is
    still to come, None without a basis; `node` the id now running; `heard_at` the time of the
    last event; `place` in the server's queue, 1 is next, 0 unknown; `reports` that the
    server tells the state of each node; `accepted` that the server is known to have taken it;
    `succeeded` that the server said so, which it does before its history can be read; `fate` what
    is certain of one that is LOST. Of what is over, `heard_seconds` is how long it ran as far as
    it was heard of here, `told_seconds` what the server said it took; None where not known.
    """

    prompt_id: str
    plan: Plan = field(default_factory=Plan)
    weights: Mapping[str, float] = field(default_factory=dict)
    phase: Phase = Phase.QUEUED
    place: int = 0
    fraction: float = 0.0
    measured_at: float | None = None
    outlook: Outlook | None = None
    node: str = ""
    nodes: Mapping[str, NodeProgress] = field(default_factory=dict)
    expanded: Mapping[str, NodeProgress] = field(default_factory=dict)
    preview: Preview | None = None
    files: tuple[OutputFile, ...] = ()
    texts: tuple[str, ...] = ()
    failure: Failure | None = None
    warnings: tuple[str, ...] = ()
    reports: bool = False
    accepted: bool = False
    succeeded: bool = False
    fate: Fate = Fate.UNKNOWN
    started_at: float | None = None
    ended_at: float | None = None
    heard_seconds: float | None = None
    told_seconds: float | None = None
    heard_at: float | None = None

    @property
    def current(self) -> PlannedNode | None:
        """The planned node now running."""
        return self.plan.nodes.get(self.node)

    @property
    def step(self) -> int:
        """Step of the current node, or of the one it expanded into; 0 before its first."""
        return int(self._counter.value) if self._counter.steps else 0

    @property
    def steps(self) -> int:
        """Steps of the current node, 0 where it does not count any."""
        return self._counter.steps

    def fraction_at(self, now: float) -> float:
        """Overall progress at *now*: it moves on as expected until there is other news.

        It stays short of the end of the present step, or of a node that counts none: that is for
        the server to say.
        """
        if self.phase is not Phase.RUNNING or self.outlook is None or self.measured_at is None:
            return self.fraction
        before = self.outlook.left(self.measured_at)
        if before <= 0:
            return self.fraction
        gone = max(0.0, before - self.outlook.left(max(now, self.measured_at)))
        moved = self.fraction + (1 - self.fraction) * min(1.0, gone / before)
        return max(self.fraction, min(RUNNING_CEILING, moved))

    def is_overdue(self, now: float) -> bool:
        """Whether what runs at *now* takes longer than anybody can have expected of it."""
        if self.phase is not Phase.RUNNING or self.outlook is None:
            return False
        return self.outlook.is_overdue(now)

    @property
    def _counter(self) -> NodeProgress:
        own = self.nodes.get(self.node, NodeProgress())
        return counting(own, (c for c in self.expanded.values() if c.parent == self.node))
