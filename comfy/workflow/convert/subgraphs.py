"""Subgraphs unfolded: each instance in its place, and the values it gives to its inside. Pure.

After ``SubgraphNode`` and its ``proxyWidgetMigration`` in ComfyUI's page (front end 1.49).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from comfy.errors import WorkflowError
from comfy.workflow.saved_format import BYPASSED, MUTED, Boundary, Graph, Node, Slot, Workflow
from comfy.workflow.widget_types import MISSING

MAX_DEPTH = 32
"""Subgraphs in subgraphs."""
MAX_EXPANDED = 50_000
"""Nodes after all subgraphs were unfolded."""
OWN = "-1"
"""Instead of a node's id in ``proxyWidgets``: the instance's own input."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a widget holds, or MISSING; that this is here says that there is a widget."""

    value: Any


@dataclass(eq=False, slots=True)
class Scope:
    """One graph in its place: the top one, or the inside of one subgraph instance.

    `given` are the values of its own inputs by name, `written` those that the instance gives to
    widgets inside that are no input, by node id and name; `exposed` are those that it shows. `fed`
    are the instance's linked inputs and `doors` the boundary's, by name.
    """

    graph: Graph
    prefix: str = ""
    parent: "Scope | None" = None
    instance: Node | None = None
    inner: "dict[str, Scope]" = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    written: dict[tuple[str, str], Any] = field(default_factory=dict)
    exposed: set[tuple[str, str]] = field(default_factory=set)
    shows: dict[str, Shown | None] = field(default_factory=dict)
    fed: dict[str, int] = field(init=False)
    doors: dict[str, Boundary] = field(init=False)

    def __post_init__(self) -> None:
        inputs = self.instance.inputs if self.instance else ()
        self.doors = {one.name: one for one in reversed(self.graph.inputs)}
        self.fed = {slot.name: i for i, slot in enumerate(inputs) if slot.link}
        names = {slot.name for slot in inputs}
        for i, (door, slot) in enumerate(zip(self.graph.inputs, inputs, strict=False)):
            if slot.link and slot.name not in self.doors and door.name not in names:
                self.fed[door.name] = i  # the instance was saved before its input was renamed

    def id(self, node: Node) -> str:
        """The flattened id of *node*: ``outer:inner``."""
        return f"{self.prefix}{node.id}"


def unfold(workflow: Workflow) -> Scope:
    """Return the top scope, every subgraph instance unfolded inside. Raises WorkflowError."""
    top = Scope(workflow.graph)
    count, open_, all_ = 0, [(top, 0)], []
    while open_:
        scope, depth = open_.pop()
        all_.append(scope)
        count += len(scope.graph.nodes)
        if depth > MAX_DEPTH or count > MAX_EXPANDED:
            raise WorkflowError("The workflow's subgraphs contain themselves, or are too many.")
        for node in scope.graph.nodes.values():
            if node.type in workflow.subgraphs:
                graph = workflow.subgraphs[node.type]
                inner = Scope(graph, f"{scope.id(node)}:", scope, node)
                scope.inner[node.id] = inner
                open_.append((inner, depth + 1))
    for scope in reversed(all_):  # the deepest first, for outer instances show inner values
        _give(scope)
    for scope in all_:
        scope.shows.clear()  # told before what is written inside was known
    return top


def executable(top: Scope) -> Iterator[tuple[Scope, Node]]:
    """Every node that the page sends, unfolded.

    It leaves out the inside of a muted or bypassed instance only where that stands at the top.
    """
    open_: list[Iterator[tuple[Scope, Node]]] = [_nodes(top)]
    while open_:
        scope, node = next(open_[-1], (None, None))
        if scope is None or node is None:
            open_.pop()
        elif node.id in scope.inner:
            if scope.parent is not None or node.mode not in (MUTED, BYPASSED):
                open_.append(_nodes(scope.inner[node.id]))
        elif node.mode not in (MUTED, BYPASSED):
            yield scope, node


def _nodes(scope: Scope) -> Iterator[tuple[Scope, Node]]:
    return ((scope, node) for node in scope.graph.nodes.values())


def shown(scope: Scope, boundary: Boundary) -> Shown | None:
    """What the instance of *scope* holds for its input; None where that is no widget."""
    if boundary.name not in scope.shows:
        scope.shows[boundary.name] = None  # should it lead to itself
        scope.shows[boundary.name] = _shown(scope, boundary)
    return scope.shows[boundary.name]


def _shown(scope: Scope, boundary: Boundary) -> Shown | None:
    found = next(filter(None, _widgets_at(scope, boundary.links)), None)
    if found is None:
        return Shown(scope.given[boundary.name]) if boundary.name in scope.given else None
    outer = scope.parent.written if scope.parent else {}
    key = (scope.instance.id if scope.instance else "", boundary.name)
    if key in outer:
        return Shown(outer[key])
    return Shown(scope.given[boundary.name]) if boundary.name in scope.given else found


def _widgets_at(scope: Scope, link_ids: Iterable[str]) -> Iterator[Shown | None]:
    """The widgets that links from the boundary end at, perhaps further inside."""
    for target, slot in _targets(scope, link_ids):
        if target.id not in scope.inner:
            values = target.values if isinstance(target.values, dict) else {}
            yield Shown(values.get(slot.widget, MISSING)) if slot.widget else None
            continue
        inner = scope.inner[target.id]
        yield shown(inner, inner.doors[slot.name]) if slot.name in inner.doors else None


def _targets(scope: Scope, link_ids: Iterable[str]) -> Iterator[tuple[Node, Slot]]:
    for link in filter(None, map(scope.graph.links.get, link_ids)):
        target = scope.graph.nodes.get(link.target)
        if target is not None and link.target_slot < len(target.inputs):
            yield target, target.inputs[link.target_slot]


def _give(scope: Scope) -> None:
    """Hand the values that an instance was saved with to its inputs, and inside."""
    instance = scope.instance
    if instance is None:
        return
    if isinstance(instance.values, dict):
        scope.given |= instance.values
        return
    # By position to whatever is a widget, then by the names that older pages saved beside.
    names = [one.name for one in scope.graph.inputs if _is_widget(scope, one)]
    scope.given |= dict(zip(names, instance.values, strict=False))
    scope.given |= _set_aside(instance)
    leads = _leads(scope)
    values = iter(instance.values)
    for node, name in _proxies(instance):
        value = next(values, None)
        node = scope.graph.renumbered.get(node, node)
        own = name if node == OWN else leads.get((node, name), "")
        if not own:
            scope.exposed.add((node, name))
        if value is None or not name:
            continue
        if own:
            scope.given[own] = value
        else:
            scope.written[node, name] = value


def _is_widget(scope: Scope, boundary: Boundary) -> bool:
    return any(_widgets_at(scope, boundary.links))


def _set_aside(instance: Node) -> dict[str, Any]:
    """Values of inputs that the page could not place once, and kept (``…ErrorQuarantine``)."""
    entries = instance.properties.get("proxyWidgetErrorQuarantine")
    kept: dict[str, Any] = {}
    for entry in reversed(entries) if isinstance(entries, list) else ():
        original = entry.get("originalEntry") if isinstance(entry, Mapping) else None
        if isinstance(original, list) and len(original) > 1 and str(original[0]) == OWN:
            value = entry.get("hostValue")
            kept |= {} if value is None else {str(original[1]): value}
    return kept


def _proxies(instance: Node) -> Iterator[tuple[str, str]]:
    """``proxyWidgets``: node id and widget name for each saved value, "" where unreadable."""
    proxies = instance.properties.get("proxyWidgets")
    for proxy in proxies if isinstance(proxies, list) else ():
        is_read = isinstance(proxy, list) and len(proxy) > 1 and isinstance(proxy[1], str)
        yield (str(proxy[0])[:256], proxy[1]) if is_read else ("", "")


def _leads(scope: Scope) -> dict[tuple[str, str], str]:
    """Node id and widget name → the input that leads there."""
    return {
        (target.id, slot.widget): boundary.name
        for boundary in reversed(scope.graph.inputs)
        for target, slot in _targets(scope, boundary.links)
        if slot.widget
    }
