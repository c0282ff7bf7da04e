"""How long a generation will take, learned from those before it. No basis, no number.

The work of a sampler grows with megapixels × steps, that of decoding and saving with
megapixels; loading and text encoding with neither. Past generations of the same checkpoint are
scaled by that to the one asked about, and the median and an 80 % range of them is the answer.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median, quantiles

from comfy.plan import Plan, PlannedNode
from comfy.workflow.presets import workflow_name
from comfy.workflow.request import GenerationRequest
from storage.records import Generation
from storage.store import Store
from storage.timings import NodeTiming
from studio.snapshot import Forecast

LOOK_BACK = 200
"""Generations of one server that are learned from."""
ENOUGH_ALIKE = 3
"""Runs of the very same size from which on others are left out."""
FRESH_SECONDS = 1.0
"""How long what was read from the records is taken for current."""

_GROWS_WITH_PIXELS = frozenset({"sampling", "decoding", "saving"})


class Estimator:
    """Asks the store and remembers shortly. `_lock` guards `_read`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._read: dict[str, tuple[float, list[NodeTiming]]] = {}

    def forecast(self, request: GenerationRequest, servers: Iterable[str]) -> Forecast | None:
        """Seconds for one generation of *request* on the server that knows it best."""
        found = [forecast(request, self._timings(name)) for name in servers]
        return max(filter(None, found), key=lambda f: f.basis, default=None)

    def learned(self, plan: Plan, record: Generation, server: str) -> Plan:
        """Return *plan* with the seconds that each node is known to take on *server*."""
        timings = self._timings(server)
        megapixels = record.width * record.height * record.batch / 1e6
        nodes = {
            id_: replace(node, seconds=node_seconds(node, record.checkpoint, megapixels, timings))
            for id_, node in plan.nodes.items()
        }
        return replace(plan, nodes=nodes)

    def seconds(self, plan: Plan, record: Generation, servers: Iterable[str]) -> float | None:
        """Seconds for *record*, node by node, on the first server that knows all its samplers."""
        for server in servers:
            nodes = self.learned(plan, record, server).nodes.values()
            if all(n.seconds is not None for n in nodes if n.activity == "sampling"):
                return sum(node.seconds or 0.0 for node in nodes) or None
        return None

    def _timings(self, server: str) -> list[NodeTiming]:
        now = time.monotonic()
        with self._lock:
            read_at, timings = self._read.get(server, (float("-inf"), []))
        if now - read_at > FRESH_SECONDS:
            timings = self._store.past_runs(server, limit=LOOK_BACK)
            with self._lock:
                self._read[server] = (now, timings)
        return timings


def node_seconds(
    node: PlannedNode, checkpoint: str, megapixels: float, timings: Sequence[NodeTiming]
) -> float | None:
    """Median seconds of *node* in past runs, scaled to *megapixels* and its steps; None if new."""
    alike = [t for t in timings if t.node_class == node.node_class and t.checkpoint == checkpoint]
    if not alike and node.activity != "sampling":
        alike = [t for t in timings if t.node_class == node.node_class]
    scaled = [_scaled(t, megapixels, node.steps) for t in _nearest(alike, megapixels)]
    return median(scaled) if scaled else None


def forecast(request: GenerationRequest, timings: Sequence[NodeTiming]) -> Forecast | None:
    """Forecast one generation from *timings*, newest generation first; None without a basis."""
    kind = workflow_name(request)
    alike = [
        t for t in timings if t.checkpoint == request.checkpoint and t.workflow == kind and t.steps
    ]
    # The nearest sizes are chosen among samplers; then whole generations are compared.
    chosen = {t.generation for t in _nearest(alike, request.megapixels)}
    runs: dict[str, list[NodeTiming]] = {}
    for timing in timings:
        if timing.generation in chosen:
            runs.setdefault(timing.generation, []).append(timing)
    warm = bool(timings) and timings[0].checkpoint == request.checkpoint
    expected = [run for run in runs.values() if run[0].cold is not warm] or list(runs.values())
    seconds = [sum(_scaled(t, request.megapixels, request.steps) for t in run) for run in expected]
    if not seconds:
        return None
    low, high = _range(seconds)
    return Forecast(median(seconds), low, high, len(seconds))


def _nearest(timings: Sequence[NodeTiming], megapixels: float) -> Sequence[NodeTiming]:
    """Those of the very same size where there are enough, else all."""
    same = [t for t in timings if abs(t.megapixels - megapixels) <= 0.01 * megapixels]
    return same if len(same) >= ENOUGH_ALIKE else timings


def _scaled(timing: NodeTiming, megapixels: float, steps: int) -> float:
    pixels = megapixels / timing.megapixels if timing.megapixels else 1.0
    if timing.activity not in _GROWS_WITH_PIXELS:
        return timing.seconds
    if timing.activity == "sampling" and timing.steps:
        pace = timing.step_seconds_median or timing.seconds / timing.steps
        first = timing.first_step_seconds if timing.first_step_seconds is not None else pace
        return pixels * (first + max(0, steps - 1) * pace)
    return timing.seconds * pixels


def _range(seconds: list[float]) -> tuple[float, float]:
    if len(seconds) < 2:
        return seconds[0], seconds[0]
    deciles = quantiles(seconds, n=10, method="inclusive")
    return deciles[0], deciles[-1]
