"""Follows links to what really feeds an input. Pure.

They lead through bypassed and virtual nodes, and in and out of subgraphs. After
``ExecutableNodeDTO.resolveInput`` and ``resolveOutput`` of ComfyUI's page (front end 1.49).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from comfy.errors import WorkflowError
from comfy.workflow.convert.subgraphs import Scope, shown
from comfy.workflow.page_nodes import PAGE_ONLY, PRIMITIVE, SETTERS
from comfy.workflow.saved_format import (
    BYPASSED,
    MUTED,
    SUBGRAPH_INPUTS,
    Graph,
    Link,
    Node,
)

MAX_HOPS = 5000
"""Links followed for one input; more are a ring."""
MAX_STEPS = 3_000_000
"""Links followed for a whole workflow."""


@dataclass(frozen=True, slots=True)
class Source:
    """Output `slot` of the executable node `id`."""

    id: str
    slot: int


@dataclass(frozen=True, slots=True)
class Value:
    """A plain value, from a subgraph's own widget.

    That is input `name` of the instance `id`, whose title is `of`; `label` is what somebody called
    it.
    """

    value: Any
    id: str = ""
    name: str = ""
    label: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A primitive: it has written its value already where that can be."""

    scope: Scope
    node: Node


class _At(NamedTuple):
    """Input `slot` of `node` is where to look next, for an input of type `kind` ("" its own)."""

    scope: Scope
    node: Node
    slot: int
    kind: str = ""


Found = Source | Value | Held | None


class Resolver:
    """Resolves inputs; the whole of one workflow may take `MAX_STEPS`.

    `endless` are the inputs that nothing was found for in `MAX_HOPS` links, by node and name.
    """

    def __init__(self) -> None:
        self._steps = 0
        self._setters: dict[int, Mapping[tuple[str, str], Node]] = {}
        self.endless: list[tuple[str, str]] = []

    def input(self, scope: Scope, node: Node, slot: int) -> Found:
        """What feeds input *slot* of *node*; None where nothing does, or only itself."""
        at: _At | Found = _At(scope, node, slot)
        for _ in range(MAX_HOPS):
            if not isinstance(at, _At):
                return at
            self._steps += 1
            if self._steps > MAX_STEPS:
                raise WorkflowError("The workflow's links are too tangled to be followed.")
            at = self._step(at)
        self.endless.append((scope.id(node), node.inputs[slot].name))
        return None

    def _step(self, at: _At) -> _At | Found:
        if at.slot >= len(at.node.inputs):
            return None
        slot = at.node.inputs[at.slot]
        link = at.scope.graph.links.get(slot.link)
        if link is None:
            return None
        if link.origin == SUBGRAPH_INPUTS:
            return _boundary(at.scope, link)
        return self._output(at.scope, link, at.kind or slot.type)

    def _output(self, scope: Scope, link: Link, kind: str) -> _At | Found:
        """What comes out of the node that *link* starts at, inside of subgraphs too."""
        origin = scope.graph.nodes.get(link.origin)
        while origin is not None and origin.mode not in (MUTED, BYPASSED):
            inner = scope.inner.get(origin.id)
            if inner is None:
                break
            found = _inside(inner, link.slot)
            if found is None or found.origin == SUBGRAPH_INPUTS:
                return None if found is None else _boundary(inner, found)
            scope, link, origin = inner, found, inner.graph.nodes.get(found.origin)
        if origin is None or origin.mode == MUTED:
            return None
        if origin.mode == BYPASSED:
            self._steps += len(origin.inputs)
            index = bypass(origin, link.slot, kind)
            return None if index is None else _At(scope, origin, index)
        if origin.type == PRIMITIVE:
            return Held(scope, origin)
        if origin.type in PAGE_ONLY:
            return self._page_only(scope, origin, link.slot, kind)
        return Source(scope.id(origin), link.slot)

    def _page_only(self, scope: Scope, node: Node, slot: int, kind: str) -> _At | None:
        """Reroutes pass on what they get; a name leads to what was given it."""
        if node.type not in SETTERS:
            return _At(scope, node, slot, kind)
        wanted: Scope | None = scope
        while wanted is not None:  # a value that was named outside is known inside, too
            setter = self._setter(wanted.graph, SETTERS[node.type], _name_of(node))
            if setter:
                return _At(wanted, setter, 0, kind)
            wanted = wanted.parent
        return None

    def _setter(self, graph: Graph, kind: str, name: str) -> Node | None:
        known = self._setters.get(id(graph))
        if known is None:
            setters = (node for node in graph.nodes.values() if node.type in SETTERS.values())
            known = {}
            for node in setters:
                known.setdefault((node.type, _name_of(node)), node)
            self._setters[id(graph)] = known
        return known.get((kind, name)) if name else None


def bypass(node: Node, slot: int, kind: str) -> int | None:
    """Which input a bypassed node passes on as output *slot* to an input of type *kind*."""
    inputs = node.inputs
    outgoing = node.outputs[slot].type if slot < len(node.outputs) else "*"
    if kind == "*":
        return (slot if slot < len(inputs) else 0) if inputs else None
    fits = [i for i, s in enumerate(inputs) if _fit(s.type, outgoing) and _fit(s.type, kind)]
    if slot in fits:
        return slot
    exact = [i for i, s in enumerate(inputs) if s.type == kind]
    return next(iter(exact or fits), None)


def _boundary(scope: Scope, link: Link) -> _At | Value | None:
    """Go up and out of a subgraph: to what feeds the instance, or the value it was given."""
    if scope.parent is None or scope.instance is None or link.slot >= len(scope.graph.inputs):
        return None
    boundary = scope.graph.inputs[link.slot]
    if boundary.name in scope.fed:
        return _At(scope.parent, scope.instance, scope.fed[boundary.name])
    value = shown(scope, boundary)
    if value is None:
        return None
    own = (slot.label for slot in scope.instance.inputs if slot.name == boundary.name)
    label = next(filter(None, own), "") or boundary.label
    title = scope.instance.title or scope.graph.name
    return Value(value.value, scope.parent.id(scope.instance), boundary.name, label, title)


def _inside(scope: Scope, slot: int) -> Link | None:
    """The link inside a subgraph that its output *slot* is fed by."""
    ids = scope.graph.outputs[slot].links if slot < len(scope.graph.outputs) else ()
    return scope.graph.links.get(ids[0]) if ids else None


def _fit(one: str, other: str) -> bool:
    """LiteGraph's isValidConnection: any, equal, or sharing one of several types."""
    if "*" in (one, other):
        return True
    theirs = {*other.lower().split(",")}
    return "*" in theirs or not {*one.lower().split(",")}.isdisjoint({*theirs, "*"})


def _name_of(node: Node) -> str:
    values = node.values
    first = values[0] if isinstance(values, list) and values else None
    return first if isinstance(first, str) else str(node.properties.get("previousName") or "")
