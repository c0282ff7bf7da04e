"""Follows links to what really feeds an input. Pure.

They lead through bypassed and virtual nodes, and in and out of subgraphs.

After ``ExecutableNodeDTO.resolveInput`` and ``resolveOutput`` of ComfyUI's page (front end 1.49).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from comfy.errors import WorkflowError
from comfy.workflow.ui_format import (
    BYPASSED,
    MUTED,
    SUBGRAPH_INPUTS,
    Graph,
    Link,
    Node,
    Workflow,
)

MAX_DEPTH = 32
"""Subgraphs in subgraphs."""
MAX_EXPANDED = 50_000
"""Nodes after all subgraphs were unfolded."""
MAX_HOPS = 1000
"""Links followed for one input."""


@dataclass(frozen=True, slots=True)
class Source:
    """Output `slot` of the executable node `id`."""

    id: str
    slot: int


@dataclass(frozen=True, slots=True)
class Value:
    """A plain value, from a subgraph's own widget or a primitive."""

    value: Any


@dataclass(eq=False, slots=True)
class Scope:
    """One graph in its place: the top one, or the inside of one subgraph instance."""

    graph: Graph
    prefix: str = ""
    parent: "Scope | None" = None
    instance: Node | None = None
    inner: "dict[str, Scope]" = field(default_factory=dict)

    def id(self, node: Node) -> str:
        """The flattened id of *node*: ``outer:inner``."""
        return f"{self.prefix}{node.id}"


def unfold(workflow: Workflow) -> Scope:
    """Return the top scope, every subgraph instance unfolded inside. Raises WorkflowError."""
    top = Scope(workflow.graph)
    count, open_ = 0, [(top, 0)]
    while open_:
        scope, depth = open_.pop()
        count += len(scope.graph.nodes)
        if depth > MAX_DEPTH or count > MAX_EXPANDED:
            raise WorkflowError("The workflow's subgraphs contain themselves, or are too many.")
        for node in scope.graph.nodes.values():
            if node.type in workflow.subgraphs:
                graph = workflow.subgraphs[node.type]
                inner = Scope(graph, f"{scope.id(node)}:", scope, node)
                scope.inner[node.id] = inner
                open_.append((inner, depth + 1))
    return top


def executable(scope: Scope) -> Iterator[tuple[Scope, Node]]:
    """Every node that is neither muted nor bypassed, nor inside of one that is."""
    for node in scope.graph.nodes.values():
        if node.mode in (MUTED, BYPASSED):
            continue
        if node.id in scope.inner:
            yield from executable(scope.inner[node.id])
        else:
            yield scope, node


class Resolver:
    """Resolves inputs. `virtual` are node types that exist on the page only.

    `widget_value(node, name)` is what a node's own widget holds, None where it has none.
    """

    def __init__(self, virtual: frozenset[str], widget_value: Callable[[Node, str], Any]) -> None:
        self._virtual = virtual
        self._widget_value = widget_value

    def input(self, scope: Scope, node: Node, slot: int, hops: int = 0) -> Source | Value | None:
        """What feeds input *slot* of *node*; None where nothing does."""
        if slot >= len(node.inputs) or hops > MAX_HOPS:
            return None
        link = scope.graph.links.get(node.inputs[slot].link)
        if link is None:
            return None
        if link.origin == SUBGRAPH_INPUTS:
            return self._boundary(scope, link, hops)
        return self._output(scope, link, node.inputs[slot].type, hops)

    def _boundary(self, scope: Scope, link: Link, hops: int) -> Source | Value | None:
        """Go up and out of a subgraph: what feeds the instance, or the value it was given."""
        if scope.parent is None or scope.instance is None:
            return None
        if link.slot >= len(scope.graph.inputs):
            return None
        name = scope.graph.inputs[link.slot].name
        for index, slot in enumerate(scope.instance.inputs):
            if slot.name == name and slot.link:
                return self.input(scope.parent, scope.instance, index, hops + 1)
        values = promoted(scope)
        if name in values:
            return Value(values[name])
        return self._shown(scope, scope.graph.inputs[link.slot].links, MAX_DEPTH)

    def _shown(self, scope: Scope, link_ids: Iterable[str], depth: int) -> Value | None:
        """What an instance shows for an input nobody set: the value of the first widget inside."""
        for link in filter(None, map(scope.graph.links.get, link_ids)):
            target = scope.graph.nodes.get(link.target)
            if not _ends_at_widget(scope, link, depth) or target is None:
                continue
            slot = target.inputs[link.target_slot]
            if target.id not in scope.inner:
                return Value(self._widget_value(target, slot.widget))
            inner = scope.inner[target.id]
            values = promoted(inner)
            if slot.name in values:
                return Value(values[slot.name])
            boundary = next(one for one in inner.graph.inputs if one.name == slot.name)
            return self._shown(inner, boundary.links, depth - 1)
        return None

    def _output(self, scope: Scope, link: Link, kind: str, hops: int) -> Source | Value | None:
        """What comes out of the node that *link* starts at."""
        origin = scope.graph.nodes.get(link.origin)
        if origin is None or hops > MAX_HOPS:
            return None
        if origin.mode == BYPASSED:
            index = _bypass(origin, link.slot, kind)
            return None if index is None else self.input(scope, origin, index, hops + 1)
        if origin.mode == MUTED:
            return None
        if origin.id in scope.inner:
            return self._inside(scope.inner[origin.id], link.slot, kind, hops)
        if origin.type in self._virtual:
            return self._virtual_output(scope, origin, link.slot, hops)
        return Source(scope.id(origin), link.slot)

    def _inside(self, scope: Scope, slot: int, kind: str, hops: int) -> Source | Value | None:
        """Go down into a subgraph, to what its output *slot* is linked to."""
        if slot >= len(scope.graph.outputs):
            return None
        ids = scope.graph.outputs[slot].links
        link = scope.graph.links.get(ids[0]) if ids else None
        if link is None:
            return None
        if link.origin == SUBGRAPH_INPUTS:
            return self._boundary(scope, link, hops + 1)
        return self._output(scope, link, kind, hops + 1)

    def _virtual_output(
        self, scope: Scope, node: Node, slot: int, hops: int
    ) -> Source | Value | None:
        if node.type == "GetNode":
            setter = _setter(scope.graph, _name_of(node))
            return self.input(scope, setter, 0, hops + 1) if setter else None
        if node.type == "PrimitiveNode":
            values = node.values
            return Value(values[0]) if isinstance(values, list) and values else None
        return self.input(scope, node, min(slot, max(0, len(node.inputs) - 1)), hops + 1)


def promoted(scope: Scope) -> dict[str, Any]:
    """The values that a subgraph instance gives to its own inputs, by their name."""
    instance = scope.instance
    if instance is None:
        return {}
    if isinstance(instance.values, dict):
        return dict(instance.values)
    names = [one.name for one in scope.graph.inputs if _feeds_widget(scope, one.links, MAX_DEPTH)]
    proxies = instance.properties.get("proxyWidgets")
    if isinstance(proxies, list):
        names = [str(p[1]) if _is_own(p) else "" for p in proxies]
    return {n: v for n, v in zip(names, instance.values, strict=False) if n}


def _is_own(proxy: Any) -> bool:
    return isinstance(proxy, list) and len(proxy) > 1 and str(proxy[0]) == "-1"


def _feeds_widget(scope: Scope, link_ids: Iterable[str], depth: int) -> bool:
    """True where one of the boundary's links ends at a widget, perhaps further inside."""
    return any(_ends_at_widget(scope, scope.graph.links.get(id_), depth) for id_ in link_ids)


def _ends_at_widget(scope: Scope, link: Link | None, depth: int) -> bool:
    target = scope.graph.nodes.get(link.target) if link else None
    if link is None or target is None or link.target_slot >= len(target.inputs) or depth <= 0:
        return False
    slot = target.inputs[link.target_slot]
    if target.id not in scope.inner:
        return bool(slot.widget)
    inner = scope.inner[target.id]
    boundary = next((one for one in inner.graph.inputs if one.name == slot.name), None)
    return boundary is not None and _feeds_widget(inner, boundary.links, depth - 1)


def _bypass(node: Node, slot: int, kind: str) -> int | None:
    """Which input a bypassed node passes on as output *slot* to an input of type *kind*."""
    inputs = node.inputs
    outgoing = node.outputs[slot].type if slot < len(node.outputs) else "*"
    if kind == "*" or outgoing == "*":
        return (slot if slot < len(inputs) else 0) if inputs else None
    fits = [i for i, s in enumerate(inputs) if _fit(s.type, outgoing) and _fit(s.type, kind)]
    if slot in fits:
        return slot
    exact = [i for i in fits if inputs[i].type == kind]
    return next(iter(exact or fits), None)


def _fit(one: str, other: str) -> bool:
    """LiteGraph's isValidConnection: any, equal, or sharing one of several types."""
    if "*" in (one, other):
        return True
    return not {*one.lower().split(",")}.isdisjoint(other.lower().split(","))


def _name_of(node: Node) -> str:
    values = node.values
    first = values[0] if isinstance(values, list) and values else None
    return first if isinstance(first, str) else str(node.properties.get("previousName") or "")


def _setter(graph: Graph, name: str) -> Node | None:
    return next(
        (n for n in graph.nodes.values() if n.type == "SetNode" and name and _name_of(n) == name),
        None,
    )
