"""The file in which ComfyUI saves a workflow → `comfy.workflow.saved_format`. Pure.

Input is hostile: whatever has the wrong shape is left out or raises WorkflowError. Links come
as ``[id, from, slot, to, slot, type]`` or as objects (version 1, and inside subgraphs).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from comfy.errors import WorkflowError
from comfy.workflow.saved_format import Boundary, Graph, Link, Node, Slot, Workflow

MAX_NODES = 20_000
MAX_ID = 15
"""Digits of a node id that counts as a number."""
MAX_NUMBER = 2**53
MAX_ID_TEXT = 256
MAX_LABEL = 200
"""Characters of what somebody called an input."""


def is_ui_format(data: Any) -> bool:
    """True where *data* looks like a workflow as ComfyUI's page saves it."""
    return isinstance(data, Mapping) and isinstance(data.get("nodes"), list)


def read_workflow(data: Any) -> Workflow:
    """Read a saved workflow. Raises WorkflowError with a sentence where it is none."""
    if not is_ui_format(data):
        raise WorkflowError("This is no workflow that ComfyUI saved: it has no list of nodes.")
    again: list[Node] = []
    subgraphs: dict[str, Graph] = {}
    for one in _definitions(data):
        if one["id"] not in subgraphs:
            subgraphs[one["id"]] = _graph(one, again)
    notes = [f"Two nodes of a subgraph are number {node.id}: the first counts." for node in again]
    again.clear()
    top = _graph(data, again)
    last = _whole(data.get("last_node_id"))
    workflow = _with_unique_ids(Workflow(top, subgraphs, last, tuple(dict.fromkeys(notes))))
    return _with_again(workflow, again)


def _with_again(workflow: Workflow, again: list[Node]) -> Workflow:
    """Add the nodes of the top that had the id of one before them, under ids of their own.

    As on the page, all links are the first one's.
    """
    nodes, last, notes = dict(workflow.graph.nodes), workflow.last_id, list(workflow.notes)
    for node in again:
        last += 1
        while str(last) in nodes:
            last += 1
        inputs = tuple(replace(slot, link="") for slot in node.inputs)
        nodes[str(last)] = replace(node, id=str(last), inputs=inputs)
        notes.append(
            f"Two nodes are number {node.id}: the second is {last} now, and connected to nothing."
        )
    graph = replace(workflow.graph, nodes=nodes)
    return replace(workflow, graph=graph, last_id=last, notes=tuple(notes))


def _definitions(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every subgraph of the file, those defined inside of others right after these."""
    open_ = [data]
    while open_:
        one = open_.pop()
        if one is not data:
            yield one
        inner = one.get("definitions")
        listed = inner.get("subgraphs") if isinstance(inner, Mapping) else None
        found = (
            [sub for sub in listed if isinstance(sub, Mapping)] if isinstance(listed, list) else []
        )
        open_ += [sub for sub in reversed(found) if isinstance(sub.get("id"), str)]


def _with_unique_ids(workflow: Workflow) -> Workflow:
    """Number those nodes of subgraphs anew whose id is taken, as ComfyUI's page does on loading.

    Otherwise the flattened ids would differ from those that the page shows and sends. A number
    counts as given once it is passed: what stands in later subgraphs does not count yet.
    """
    used = set(workflow.graph.nodes)
    last = max([workflow.last_id, *(int(id_) for id_ in used if _is_number(id_))])
    subgraphs = {}
    for uuid, graph in workflow.subgraphs.items():
        new: dict[str, str] = {}
        for id_ in graph.nodes:
            if id_ in used:
                last += 1
                while str(last) in used:
                    last += 1
                new[id_] = str(last)
            elif _is_number(id_):
                last = max(last, int(id_))
            used.add(new.get(id_, id_))
        subgraphs[uuid] = _renumbered(graph, new) if new else graph
    return replace(workflow, subgraphs=subgraphs, last_id=last)


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


def _graph(data: Mapping[str, Any], again: list[Node]) -> Graph:
    """The graph of a file or a subgraph; nodes with the id of one before them go into *again*."""
    nodes, extra = data.get("nodes"), data.get("extra")
    items = nodes if isinstance(nodes, list) else []
    if len(items) > MAX_NODES:
        raise WorkflowError(f"The workflow has {len(items)} nodes; the most is {MAX_NODES}.")
    read = [read_node(item) for item in items if isinstance(item, Mapping)]
    nodes_by_id: dict[str, Node] = {}
    for node in read:
        if node.id in nodes_by_id:
            again.append(node)
        elif node.id and node.type:
            nodes_by_id[node.id] = node
    return Graph(
        nodes_by_id,
        _links(data.get("links")),
        _boundary(data.get("inputs")),
        _boundary(data.get("outputs")),
        _text(data.get("name")),
        extra=extra if isinstance(extra, Mapping) else {},
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
        _text(data.get("name")),
        _type(data.get("type")),
        _id(data.get("link")),
        widget_name,
        _text(data.get("label"))[:MAX_LABEL],
    )


def _boundary(data: Any) -> tuple[Boundary, ...]:
    items = data if isinstance(data, list) else []
    return tuple(
        Boundary(
            _text(item.get("name")),
            _type(item.get("type")),
            _ids(item.get("linkIds")),
            _text(item.get("label"))[:MAX_LABEL],
        )
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
