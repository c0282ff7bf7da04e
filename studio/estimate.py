"""How long a generation will take, learned from those before it. No basis, no number.

Each past generation that is alike says how long this one would take: node by node, the work of
a sampler scaled by megapixels and steps, that of decoding and saving by megapixels, loading and
encoding as they were. Nodes that the server still has the results of are left out: that is what
makes a warm generation faster than a cold one. Their median and an 80 % range is the answer.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from comfy.plan import Plan, PlannedNode, loads_model, make_plan
from comfy.repeats import repeated
from comfy.workflow.presets import build_graph, workflow_name
from comfy.workflow.request import GenerationRequest
from storage.records import Generation
from storage.store import Store
from storage.timings import NodeTiming
from studio.past import SAME_SIZE, Asked, Past, Run, exponent, node_seconds, past_of, scaled
from studio.snapshot import Forecast
from studio.spread import middle_and_range

LOOK_BACK = 200
"""Generations of one server that are learned from."""
ENOUGH_ALIKE = 3
"""Runs of the very same size from which on others are left out."""
FRESH_SECONDS = 60.0
"""How long what was read from the records is taken for current where no generation ended."""
HALF_LIFE = 30.0
"""Generations after which one counts half: servers change."""
SHAPES_KEPT = 500
"""Kinds of waiting generations whose forecast is remembered."""
NEAR = 0.3
"""The logarithm of the ratio of two sizes at which a run counts half."""
NO_SEED = -1
"""A seed that no generation before can have had."""

SIZE_WIDENING = 0.15
"""By how much each e-fold of difference in size widens the range; the others are whole."""
SAMPLER_WIDENING, STATE_WIDENING, WORKFLOW_WIDENING, CHECKPOINT_WIDENING = 0.2, 0.2, 0.3, 0.5


class Estimator:
    """Asks the store, and anew once *ended*, how many generations have ended, is another number.

    `_lock` guards `_read` and `_known`.
    """

    def __init__(self, store: Store, ended: Callable[[], int] = lambda: 0) -> None:
        self._store = store
        self._ended = ended
        self._lock = threading.Lock()
        self._read: dict[str, tuple[float, int, Past]] = {}
        self._known: dict[Any, tuple[tuple[Past, ...], Forecast | None]] = {}

    def forecast(self, request: GenerationRequest, servers: Iterable[str]) -> Forecast | None:
        """How long one generation of *request* runs on the server that knows it best."""
        asked, graph = asked_of(request), graph_of(request)
        plan = make_plan(graph)
        return self._best(servers, lambda past: forecast_plan(plan, graph, asked, past))

    def expect(
        self, plan: Plan, record: Generation, graph: Mapping[str, Any], servers: Iterable[str]
    ) -> Forecast | None:
        """How long *record* with its *graph* runs, on the server that knows it best.

        *plan* says which nodes of the graph there are to run.
        """
        asked = _asked(record)
        return self._best(servers, lambda past: forecast_plan(plan, graph, asked, past))

    def waiting(
        self, record: Generation, servers: Iterable[str], after: Generation | None = None
    ) -> Forecast | None:
        """How long a *record* that waits will run, by what is known now; *after* runs before it.

        Thousands may wait, most of them alike: each shape is reckoned once for what is known.
        """
        pasts = tuple(self._past(name) for name in servers)
        key = (_shape(record), _shape(after) if after else None)
        with self._lock:
            known = self._known.get(key)
        if known and all(a is b for a, b in zip(known[0], pasts, strict=False)):
            return known[1]
        found = _forecast_record(record, pasts, after)
        with self._lock:
            self._known[key] = (pasts, found)
            while len(self._known) > SHAPES_KEPT:
                del self._known[next(iter(self._known))]
        return found

    def learned(
        self, plan: Plan, record: Generation, graph: Mapping[str, Any], server: str
    ) -> Plan:
        """Return *plan* with the seconds that each node is known to take on *server*."""
        return learned_plan(plan, graph, _asked(record), self._past(server))

    def _best(
        self, servers: Iterable[str], ask: Callable[[Past], Forecast | None]
    ) -> Forecast | None:
        return _best(ask(self._past(name)) for name in servers)

    def _past(self, server: str) -> Past:
        now, ended = time.monotonic(), self._ended()
        with self._lock:
            read_at, edition, past = self._read.get(server, (0.0, -1, Past()))
        if edition != ended or now - read_at > FRESH_SECONDS:
            past = self._look(server, past)
            with self._lock:
                self._read[server] = (now, ended, past)
        return past

    def _look(self, server: str, before: Past) -> Past:
        timings = self._store.past_runs(server, limit=LOOK_BACK)
        newest = timings[0].generation if timings else ""
        if before.runs and before.runs[0].generation == newest:
            return before
        last = self._store.get(newest, deleted=True) if newest else None
        return past_of(timings, last.graph if last else None)


def _best(found: Iterable[Forecast | None]) -> Forecast | None:
    """The forecast that rests on the likest runs, then on the most."""
    return min(filter(None, found), key=lambda f: (bool(f.like), -f.basis), default=None)


def _shape(record: Generation) -> tuple[Any, ...]:
    """What two waiting records must share to take equally long, as far as can be told cheaply."""
    return (
        *(record.checkpoint, record.lora, record.sampler, record.workflow, record.width),
        *(record.height, record.steps, record.batch, len(record.graph)),
    )


def _forecast_record(
    record: Generation, pasts: Iterable[Past], after: Generation | None
) -> Forecast | None:
    try:
        graph = _graph(record, drawn=False)
        before = _graph(after, drawn=True) if after else {}
    except ValidationError:  # written by a later version
        return None
    plan, asked = make_plan(graph), _asked(record)
    return _best(
        forecast_plan(plan, graph, asked, replace(past, graph=before or past.graph))
        for past in pasts
    )


def _graph(record: Generation, *, drawn: bool) -> Mapping[str, Any]:
    """The graph of a record that waits: a workflow's has it, a form's is made of its request.

    Unless *drawn* its seeds are unlike any other, for it stands for all of its shape.
    """
    if record.graph:
        return record.graph if drawn else unseeded(record.graph, record.request.get("seeds", ()))
    request = GenerationRequest.model_validate(record.request)
    return graph_of(request.model_copy(update={"seed": record.seed if drawn else None}))


def forecast(
    request: GenerationRequest,
    timings: Sequence[NodeTiming],
    last: Mapping[str, Any] | None = None,
) -> Forecast | None:
    """Forecast one generation from *timings*, newest generation first; None without a basis.

    *last* is the graph of the newest one.
    """
    graph = graph_of(request)
    return forecast_plan(make_plan(graph), graph, asked_of(request), past_of(timings, last))


def forecast_plan(
    plan: Plan, graph: Mapping[str, Any], asked: Asked, past: Past
) -> Forecast | None:
    """Forecast what *graph* asks for; None where no sampler of any checkpoint ever ran."""
    nodes, cold = _to_run(plan, graph, asked, past)
    alike, widening, like = _alike(asked, past.runs)
    if not alike:
        return None
    same_state = [(age, run) for age, run in alike if run.cold is cold]
    widening += 0.0 if same_state else STATE_WIDENING
    chosen = same_state or alike
    power = exponent(past.runs, chosen[0][1].checkpoint)
    seconds, weights = [], []
    for age, run in chosen:
        took = _would_take(nodes, asked, run, past, cold=cold, power=power)
        if took is not None:
            seconds.append(took)
            weights.append(0.5 ** (age / HALF_LIFE) * nearness(asked.distance(run)))
    if not seconds:
        return None
    far = min(asked.distance(run) for _, run in chosen)
    middle, low, high = middle_and_range(seconds, weights, widening + SIZE_WIDENING * far)
    like = like or ("" if far <= SAME_SIZE else "of another size")
    return Forecast(middle, low, high, len(seconds), cold=cold, like=like)


def nearness(distance: float) -> float:
    """How much a run counts that far away in size."""
    return 1 / (1 + (distance / NEAR) ** 2)


def learned_plan(plan: Plan, graph: Mapping[str, Any], asked: Asked, past: Past) -> Plan:
    """Return *plan* with each node's learned seconds, where there are any."""
    if not past.runs:
        return plan
    _, cold = _to_run(plan, graph, asked, past)
    power = exponent(past.runs, asked.checkpoint)
    nodes = {}
    for id_, node in plan.nodes.items():
        found = node_seconds(node, asked, past.runs, cold=cold, power=power)
        seconds, first = found or (None, None)
        nodes[id_] = replace(node, seconds=seconds, first_seconds=first)
    return replace(plan, nodes=nodes)


def asked_of(request: GenerationRequest) -> Asked:
    """What *request* asks for."""
    return Asked(request.checkpoint, request.sampler, workflow_name(request), request.megapixels)


def graph_of(request: GenerationRequest) -> Mapping[str, Any]:
    """The graph that *request* will become; a seed not yet drawn is unlike any other."""
    seed = NO_SEED if request.seed is None else request.seed
    return build_graph(request, seed, request.image)


def unseeded(graph: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """*graph* with the inputs *keys* (``node.input``) set to a seed unlike any other."""
    new = dict(graph)
    for key in keys:
        node, _, name = key.partition(".")
        if isinstance(new.get(node), Mapping):
            new[node] = {**new[node], "inputs": {**new[node].get("inputs", {}), name: NO_SEED}}
    return new


def _asked(record: Generation) -> Asked:
    megapixels = record.width * record.height * record.batch / 1e6
    return Asked(record.checkpoint, record.sampler, record.workflow, megapixels)


def _to_run(
    plan: Plan, graph: Mapping[str, Any], asked: Asked, past: Past
) -> tuple[list[PlannedNode], bool]:
    """The nodes that are likely to run, and whether a model will have to be loaded."""
    if past.graph:
        kept = repeated(graph, past.graph)
        nodes = [node for id_, node in plan.nodes.items() if id_ not in kept]
    else:
        same = bool(past.runs) and past.runs[0].checkpoint == asked.checkpoint
        nodes = [n for n in plan.nodes.values() if not (same and loads_model(n.node_class))]
    return nodes, any(loads_model(node.node_class) for node in nodes)


def _alike(asked: Asked, runs: Sequence[Run]) -> tuple[list[tuple[int, Run]], float, str]:
    """The runs most like what is *asked*, each with its age; how unlike they are, and in what."""
    sampling = [
        (age, run)
        for age, run in enumerate(runs)
        if any(t.steps for t in run.nodes.values()) or run.workflow == asked.workflow
    ]
    own = [(age, run) for age, run in sampling if run.checkpoint == asked.checkpoint]
    here = [(age, run) for age, run in own if run.workflow == asked.workflow]
    levels = (
        ([(age, run) for age, run in here if run.sampler == asked.sampler], 0.0, ""),
        (here, SAMPLER_WIDENING, "with another sampler"),
        (own, WORKFLOW_WIDENING, "of another workflow"),
        (sampling, CHECKPOINT_WIDENING, "with another checkpoint"),
    )
    for found, widening, like in levels:
        if found:
            same = [(age, run) for age, run in found if asked.is_size_of(run)]
            return (same if len(same) >= ENOUGH_ALIKE else found), widening, like
    return [], 0.0, ""


def _would_take(
    nodes: Iterable[PlannedNode], asked: Asked, run: Run, past: Past, *, cold: bool, power: float
) -> float | None:
    """Seconds of *nodes* as *run* tells; what did not run there is taken from the others."""
    total = 0.0
    for node in nodes:
        timing = run.timing(node, asked.workflow)
        if timing is not None:
            total += scaled(timing, node, asked, power)[0]
            continue
        found = node_seconds(node, asked, past.runs, cold=cold, power=power)
        if found is None and node.activity == "sampling":
            return None
        total += found[0] if found else 0.0
    return total
