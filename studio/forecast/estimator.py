"""Forecasts for whoever asks, by what every server has shown so far. No basis, no number.

How they are made is the business of `studio.forecast.prediction`.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from comfy.graph.plan import Plan, make_plan
from storage.records import Generation, NodeRun, Status
from storage.store import Store
from studio.forecast.history import Asked, Past, megapixels_of, past_of, timings_of
from studio.forecast.prediction import forecast_plan, learned_plan
from studio.requested import graph_of, seeds_of
from studio.snapshot import Forecast

LOOK_BACK = 200
"""Generations of one server that are learned from."""
SHAPES_KEPT = 2000
"""Kinds of waiting generations whose forecast is remembered."""
RECORDS_KEPT = 20_000
"""Waiting generations whose shape is remembered."""
NO_SEED = -1
"""A seed that no generation before can have had."""


class Estimator:
    """Reads each server's past once, and `learn`s from every end after that.

    `_reading` is held while a past is read, so that no end is missed meanwhile; `_lock` guards
    the dicts.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reading = threading.Lock()
        self._lock = threading.Lock()
        self._pasts: dict[str, Past] = {}
        self._shapes: dict[str, tuple[Any, ...]] = {}
        self._known: dict[Any, tuple[tuple[Past, ...], Forecast | None]] = {}

    def learn(self, record: Generation, runs: Sequence[NodeRun]) -> None:
        """Take in how a generation went that has just ended, and is stored."""
        if record.status is not Status.FINISHED or not runs:
            return
        with self._reading, self._lock:
            past = self._pasts.get(record.server)
            if past is None or any(run.generation == record.id for run in past.runs[:LOOK_BACK]):
                return  # it will be read with the others, or was
            newest = past_of(timings_of(record, runs)).runs
            kept = (*newest, *past.runs)[:LOOK_BACK]
            self._pasts[record.server] = Past(kept, record.graph)

    def expect(
        self, plan: Plan, record: Generation, graph: Mapping[str, Any], servers: Iterable[str]
    ) -> Forecast | None:
        """How long *record* with its *graph* runs, on the server that knows it best.

        *plan* says which nodes of the graph there are to run.
        """
        asked = _asked(record)
        return self._best(servers, lambda past: forecast_plan(plan, graph, asked, past))

    def read(self, servers: Iterable[str]) -> None:
        """Read the pasts of *servers* that are not known yet. Raises StorageError."""
        for name in servers:
            self._past(name)

    def waiting(
        self, record: Generation, servers: Iterable[str], after: Generation | None = None
    ) -> Forecast | None:
        """How long a *record* that waits will run, by what is known now; *after* runs before it.

        Thousands may wait, most of them alike: each shape is reckoned once for what is known.
        """
        names = tuple(servers)
        pasts = tuple(map(self._past, names))
        key = (names, self._shape(record), self._shape(after) if after else None)
        with self._lock:
            known = self._known.get(key)
        if known and all(a is b for a, b in zip(known[0], pasts, strict=True)):
            return known[1]
        found = _forecast_record(record, pasts, after)
        with self._lock:
            self._known[key] = (pasts, found)
            _trim(self._known, SHAPES_KEPT)
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
        with self._lock:
            past = self._pasts.get(server)
        if past is not None:
            return past
        with self._reading:
            timings = self._store.timings.past_runs(server, limit=LOOK_BACK)
            newest = timings[0].generation if timings else ""
            last = self._store.generations.get(newest, deleted=True) if newest else None
            read = past_of(timings, last.graph if last else None)
            with self._lock:
                return self._pasts.setdefault(server, read)

    def _shape(self, record: Generation) -> tuple[Any, ...]:
        """What two waiting records must share to take equally long, told once a record."""
        with self._lock:
            known = self._shapes.get(record.id)
        if known:
            return known
        shape = _shape(record)
        with self._lock:
            self._shapes[record.id] = shape
            _trim(self._shapes, RECORDS_KEPT)
        return shape


def _trim(known: dict[Any, Any], most: int) -> None:
    while len(known) > most:
        del known[next(iter(known))]


def _best(found: Iterable[Forecast | None]) -> Forecast | None:
    """The forecast that rests on the likest runs, then on the most."""
    return min(filter(None, found), key=lambda f: (bool(f.like), -f.basis), default=None)


def _shape(record: Generation) -> tuple[Any, ...]:
    sizes = {node.megapixels for node in make_plan(record.graph).nodes.values()}
    return (
        *(record.checkpoint, record.lora, record.sampler, record.workflow, record.width),
        *(record.height, record.steps, record.batch, len(record.graph), *sorted(sizes)),
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
    """The graph of a record that waits.

    Unless *drawn* its seeds are unlike any other, for it stands for all of its shape.
    """
    graph = graph_of(record)
    return graph if drawn else unseeded(graph, seeds_of(record))


def unseeded(graph: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """*graph* with the inputs *keys* (``node.input``) set to a seed unlike any other."""
    new = dict(graph)
    for key in keys:
        node, _, name = key.partition(".")
        if isinstance(new.get(node), Mapping):
            new[node] = {**new[node], "inputs": {**new[node].get("inputs", {}), name: NO_SEED}}
    return new


def _asked(record: Generation) -> Asked:
    return Asked(record.checkpoint, record.sampler, record.workflow, megapixels_of(record))
