"""The format in which ComfyUI saves a workflow, read into plain frozen records. Pure.

Input is hostile: whatever has the wrong shape is left out or raises WorkflowError. Links come
as ``[id, from, slot, to, slot, type]`` or as objects (version 1, and inside subgraphs).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from comfy.errors import WorkflowError

MUTED, BYPASSED = 2, 4
"""Node modes (LiteGraph's NEVER, and ComfyUI's own)."""
PRIMITIVE, REROUTE, SET, GET = "PrimitiveNode", "Reroute", "SetNode", "GetNode"
VIRTUAL = frozenset({PRIMITIVE, REROUTE, SET, GET, "Note", "MarkdownNote"})
"""Node types that exist on the page only."""
SUBGRAPH_INPUTS, SUBGRAPH_OUTPUTS = "-10", "-20"
"""Node ids that stand for a subgraph's own boundary."""
MAX_NODES = 20_000
MAX_ID = 15
"""Digits of a node id that counts as a number."""
MAX_NUMBER = 2**53
MAX_ID_TEXT = 256


@dataclass(frozen=True, slots=True)
class Slot:
    """An input or output of a node; `widget` is the widget that an input feeds, or ""."""

    name: str
    type: str
    link: str = ""
    widget: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """From output `slot` of node `origin` to input `target_slot` of node `target`."""

    origin: str
    slot: int
    target: str
    target_slot: int
    type: str = "*"
    id: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One node as saved. `values` are its widget values: a list in order, or a dict by name.

    `named` are the same by name, as newer pages save them beside the list, which counts.
    """

    id: str
    type: str
    mode: int = 0
    title: str = ""
    inputs: tuple[Slot, ...] = ()
    outputs: tuple[Slot, ...] = ()
    values: list[Any] | dict[str, Any] = field(default_factory=list)
    properties: Mapping[str, Any] = field(default_factory=dict)
    named: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Boundary:
    """An input or output of a subgraph, and the ids of the links that touch it inside."""

    name: str
    type: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """A workflow, or the inside of a subgraph with its boundary `inputs` and `outputs`.

    `renumbered` are the saved ids of nodes that had to get another one.
    """

    nodes: Mapping[str, Node]
    links: Mapping[str, Link]
    inputs: tuple[Boundary, ...] = ()
    outputs: tuple[Boundary, ...] = ()
    name: str = ""
    renumbered: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workflow:
    """A whole saved file: the top graph, and the definitions of subgraphs by their UUID.

    `last_id` is the highest number that a node was given so far.
    """

    graph: Graph
    subgraphs: Mapping[str, Graph]
    last_id: int = 0


def is_ui_format(data: Any) -> bool:
    """True where *data* looks like a workflow as ComfyUI's page saves it."""
    return isinstance(data, Mapping) and isinstance(data.get("nodes"), list)


def read_workflow(data: Any) -> Workflow:
    """Read a saved workflow. Raises WorkflowError with a sentence where it is none."""
    if not is_ui_format(data):
        raise WorkflowError("This is no workflow that ComfyUI saved: it has no list of nodes.")
    definitions = data.get("definitions")
    found = definitions.get("subgraphs") if isinstance(definitions, Mapping) else None
    subgraphs = {
        str(one["id"]): _graph(one)
        for one in (found if isinstance(found, list) else ())
        if isinstance(one, Mapping) and isinstance(one.get("id"), str)
    }
    return _with_unique_ids(Workflow(_graph(data), subgraphs), _whole(data.get("last_node_id")))


def _with_unique_ids(workflow: Workflow, last: int) -> Workflow:
    """Number those nodes of subgraphs anew whose id is taken, as ComfyUI's page does on loading.

    Otherwise the flattened ids would differ from those that the page shows and sends.
    """
    used = set(workflow.graph.nodes)
    graphs = (workflow.graph, *workflow.subgraphs.values())
    last = max([last, *(int(id_) for graph in graphs for id_ in graph.nodes if _is_number(id_))])
    subgraphs = {}
    for uuid, graph in workflow.subgraphs.items():
        new: dict[str, str] = {}
        for id_ in graph.nodes:
            if id_ in used:
                last += 1
                new[id_] = str(last)
            used.add(new.get(id_, id_))
        subgraphs[uuid] = _renumbered(graph, new) if new else graph
    return Workflow(workflow.graph, subgraphs, last)


def _is_number(id_: str) -> bool:
    return id_.isascii() and id_.isdecimal() and len(id_) <= MAX_ID


def _renumbered(graph: Graph, new: Mapping[str, str]) -> Graph:
    nodes = {new.get(i, i): replace(node, id=new.get(i, i)) for i, node in graph.nodes.items()}
    links = {
        id_: replace(
            link, origin=new.get(link.origin, link.origin), target=new.get(link.target, link.target)
        )
        for id_, link in graph.links.items()
    }
    return replace(graph, nodes=nodes, links=links, renumbered=new)


def _graph(data: Mapping[str, Any]) -> Graph:
    nodes = data.get("nodes")
    items = nodes if isinstance(nodes, list) else []
    if len(items) > MAX_NODES:
        raise WorkflowError(f"The workflow has {len(items)} nodes; the most is {MAX_NODES}.")
    read = [read_node(item) for item in items if isinstance(item, Mapping)]
    return Graph(
        {node.id: node for node in read if node.id and node.type},
        _links(data.get("links")),
        _boundary(data.get("inputs")),
        _boundary(data.get("outputs")),
        _text(data.get("name")),
    )


def read_node(data: Mapping[str, Any]) -> Node:
    """Read one saved node; what has the wrong shape is left out."""
    values = data.get("widgets_values")
    properties, named = data.get("properties"), data.get("widgets_values_named")
    return Node(
        _id(data.get("id")),
        _text(data.get("type")),
        _whole(data.get("mode")),
        _text(data.get("title")),
        _slots(data.get("inputs")),
        _slots(data.get("outputs")),
        values if isinstance(values, list | dict) else [],
        properties if isinstance(properties, Mapping) else {},
        named if isinstance(named, Mapping) else {},
    )


def _slots(data: Any) -> tuple[Slot, ...]:
    return tuple(_slot(item) for item in (data if isinstance(data, list) else ()))


def _slot(data: Any) -> Slot:
    if not isinstance(data, Mapping):
        return Slot("", "*")
    widget = data.get("widget")
    widget_name = _text(widget.get("name")) if isinstance(widget, Mapping) else ""
    return Slot(
        _text(data.get("name")), _type(data.get("type")), _id(data.get("link")), widget_name
    )


def _boundary(data: Any) -> tuple[Boundary, ...]:
    items = data if isinstance(data, list) else []
    return tuple(
        Boundary(_text(item.get("name")), _type(item.get("type")), _ids(item.get("linkIds")))
        for item in items
        if isinstance(item, Mapping)
    )


def _ids(data: Any) -> tuple[str, ...]:
    return tuple(_id(item) for item in data) if isinstance(data, list) else ()


def _links(data: Any) -> dict[str, Link]:
    links = {}
    for item in data if isinstance(data, list) else ():
        if isinstance(item, list | tuple) and len(item) >= 5:
            id_, origin, slot, target, target_slot = item[:5]
            kind = item[5] if len(item) > 5 else "*"
        elif isinstance(item, Mapping):
            id_, origin, slot = item.get("id"), item.get("origin_id"), item.get("origin_slot")
            target, target_slot = item.get("target_id"), item.get("target_slot")
            kind = item.get("type")
        else:
            continue
        links[_id(id_)] = Link(
            _id(origin), _whole(slot), _id(target), _whole(target_slot), _type(kind), _id(id_)
        )
    return links


def _id(value: Any) -> str:
    """Ids are numbers in most files and text in some; "" where there is none."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        return str(value) if abs(value) < MAX_NUMBER else ""
    return value if isinstance(value, str) and len(value) <= MAX_ID_TEXT else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _type(value: Any) -> str:
    """LiteGraph writes -1 and 0 for "any"."""
    return value if isinstance(value, str) and value else "*"


def _whole(value: Any) -> int:
    """Return 0 for what is no whole number from 0 on, or too large for JavaScript."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MAX_NUMBER:
        return 0
    return value
