"""One run of one prompt: nodes in order, cached ones skipped, errors told as ComfyUI does."""

import asyncio
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comfy.demo.engine.faults import Faults
from comfy.demo.engine.messages import Report
from comfy.demo.engine.order import Order, cache_keys, is_link
from comfy.demo.engine.queue import Outcome, Prompt
from comfy.demo.nodes import NODES, SIDE_BY_SIDE
from comfy.demo.nodes.catalogue import Catalogue, inputs_of
from comfy.demo.nodes.context import Context, Interrupted, NodeError
from comfy.demo.nodes.values import Result

Json = dict[str, Any]
BLOCKED = "ExecutionBlocked"
"""A fault of this type does not end the prompt: a node before this one blocked its branch."""
MAX_SHOWN = 400
"""Characters of one input in an error report."""


@dataclass(frozen=True)
class Cached:
    """What a node returned, and what it showed."""

    values: tuple[Any, ...]
    ui: Json | None
    meta: Json


@dataclass(frozen=True)
class _Place:
    """Where a node stands: its parent, and the node of the user's graph it belongs to."""

    display: str
    parent: str | None
    real: str


class Run:
    """Runs one prompt. `cache` is read, and filled with what this run makes."""

    def __init__(
        self,
        prompt: Prompt,
        report: Report,
        outcome: Outcome,
        cache: dict[str, Cached],
        catalogue: Catalogue,
        faults: Faults,
        context: Callable[[str, Json], Context],
        input_folder: Path,
    ) -> None:
        self._prompt = prompt
        self._report = report
        self._outcome = outcome
        self._cache = cache
        self._catalogue = catalogue
        self._faults = faults
        self._context = context
        self._graph: Json = dict(prompt.graph)
        self._keys = cache_keys(prompt.graph, input_folder)
        self._places = {id_: _Place(id_, None, id_) for id_ in prompt.graph}
        self._expanded: dict[str, tuple[Any, ...]] = {}
        self._done: dict[str, Cached] = {}
        self._executed: list[str] = []
        self._order = Order(self._is_done, self._is_output)
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._node = ""

    @property
    def keys(self) -> frozenset[str]:
        """Cache keys of this prompt's nodes: what is worth keeping after it."""
        return frozenset(self._keys.values())

    @property
    def executed(self) -> int:
        """How many nodes ran: 0 where everything was kept from before."""
        return len(self._executed)

    async def go(self) -> None:
        """Run to the end, whichever it is; `outcome` says how it went."""
        self._report.message("execution_start", {})
        cached = [id_ for id_, key in self._keys.items() if key in self._cache]
        cached = [id_ for id_ in self._prompt.graph if id_ in set(cached)]
        self._done = {id_: self._cache[self._keys[id_]] for id_ in cached}
        self._report.message("execution_cached", {"nodes": cached})
        self._order.add(self._graph, self._prompt.outputs)
        try:
            while self._order:
                await self._advance()
        except Interrupted:
            self._outcome.status = "error"
            self._report.message("execution_interrupted", self._where(), broadcast=True)
        except Exception as error:  # noqa: BLE001 - a node may raise anything
            self._outcome.status = "error"
            self._report.message("execution_error", self._error(error))
        else:
            self._report.message("execution_success", {})
        finally:
            for task in self._tasks:
                task.cancel()

    async def _advance(self) -> None:
        """Run the next node, or start it beside others, or wait for one of those."""
        node = self._order.next(self._is_side_by_side)
        if node is None:
            if not self._tasks:
                raise NodeError("Dependency cycle detected", "graph.DependencyCycleError")
            done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                self._node = self._tasks.pop(task)
                task.result()
        elif self._is_side_by_side(node):
            self._tasks[asyncio.create_task(self._execute(node))] = node
            await asyncio.sleep(0)
        else:
            self._node = node
            await self._execute(node)

    async def _execute(self, id_: str) -> None:
        place = self._places[id_]
        if id_ in self._expanded:
            await self._collect(id_)
            return
        if id_ in self._done:  # an output node with an earlier result
            found = self._done[id_]
            self._show(id_, place, found)
            self._report.finish(id_)
            self._order.done(id_)
            return
        self._report.start(id_, place.display, place.parent, place.real)
        await asyncio.sleep(0)
        result = await self._call(id_)
        if result.expand:
            self._expand(id_, result)
            return
        self._keep(id_, result)

    async def _call(self, id_: str) -> Result:
        node = self._graph[id_]
        node_class = node["class_type"]
        context = self._context(id_, self._graph)
        await context.until(0)
        if fault := self._faults.take_node(node_class):
            error = NodeError(fault.message, fault.exception_type)
            if fault.exception_type != BLOCKED:
                raise error
            self._report.blocked(self._error(error))
            return Result(())
        return await NODES[node_class](context, self._inputs(node))

    def _keep(self, id_: str, result: Result) -> None:
        place = self._places[id_]
        meta = {
            "node_id": id_,
            "display_node": place.display,
            "parent_node": place.parent,
            "real_node_id": place.real,
        }
        ui = dict(result.ui) if result.ui is not None else None
        found = Cached(result.values, ui, meta)
        self._done[id_] = found
        self._executed.append(id_)
        if id_ in self._keys:
            self._cache[self._keys[id_]] = found
        if ui:
            self._show(id_, place, found)
        self._report.finish(id_)
        self._order.done(id_)

    def _show(self, id_: str, place: _Place, found: Cached) -> None:
        self._report.executed(id_, place.display, found.ui)
        if found.ui:
            self._outcome.outputs[id_] = found.ui
            self._outcome.meta[id_] = found.meta

    def _expand(self, id_: str, result: Result) -> None:
        """Put the nodes of *result* in the place of *id_*, which then waits for them."""
        place = self._places[id_]
        for name, node in result.expand.items():
            self._graph[name] = node
            self._places[name] = _Place(place.display, id_, place.real)
        values = result.values
        self._expanded[id_] = values
        roots = [value[0] for value in values if is_link(value)]
        self._order.add(self._graph, roots)
        for root in roots:
            self._order.block(id_, root)
        self._order.put_back(id_)

    async def _collect(self, id_: str) -> None:
        values = tuple(self._value(v) if is_link(v) else v for v in self._expanded[id_])
        self._keep(id_, Result(values))

    def _inputs(self, node: Mapping[str, Any]) -> Json:
        """The inputs that the class declares; a graph may hold any others."""
        declared = (name for name, _, _ in inputs_of(self._catalogue[node["class_type"]]))
        given = ((name, node["inputs"][name]) for name in declared if name in node["inputs"])
        return {name: self._value(v) if is_link(v) else v for name, v in given}

    def _value(self, link: list[Any]) -> Any:
        return self._done[link[0]].values[link[1]]

    def _is_done(self, id_: str) -> bool:
        return id_ in self._done

    def _is_output(self, id_: str) -> bool:
        return self._catalogue.is_output(self._graph[id_]["class_type"])

    def _is_side_by_side(self, id_: str) -> bool:
        return self._graph[id_]["class_type"] in SIDE_BY_SIDE

    def _where(self) -> Json:
        """The node that runs, for an error report."""
        place, node = self._places.get(self._node), self._graph.get(self._node, {})
        return {
            "node_id": place.real if place else "",
            "node_type": node.get("class_type", ""),
            "executed": list(self._executed),
        }

    def _error(self, error: Exception) -> Json:
        node = self._graph.get(self._node, {"inputs": {}})
        shown = {
            name: [str(self._value(value))[:MAX_SHOWN] if is_link(value) else value]
            for name, value in node["inputs"].items()
            if not is_link(value) or self._is_done(value[0])
        }
        kind = error.kind if isinstance(error, NodeError) else type(error).__name__
        return {
            **self._where(),
            "exception_message": f"{error}",
            "exception_type": kind,
            "traceback": _trace(error),
            "current_inputs": shown,
            "current_outputs": list(self._done),
        }


def _trace(error: Exception) -> list[str]:
    """The traceback with paths from the package on, so that it tells nothing of the machine."""
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        _, mark, rest = Path(frame.filename).as_posix().rpartition("/comfy/demo/")
        file = f"comfy/demo/{rest}" if mark else Path(frame.filename).name
        lines.append(f'  File "{file}", line {frame.lineno}, in {frame.name}\n    {frame.line}\n')
    return lines
