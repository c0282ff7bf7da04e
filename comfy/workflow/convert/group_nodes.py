"""Group nodes, from before there were subgraphs, made into subgraphs. Pure.

A node of type ``workflow>NAME`` stands for the nodes in ``extra.groupNodes.NAME``; its inputs,
outputs and values are theirs, one after the other, less what they give to each other. ComfyUI's
page makes subgraphs of them on loading too, and the ids here are those that it gives.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from comfy.errors import WorkflowError
from comfy.workflow.catalogue import Catalogue
from comfy.workflow.page_nodes import PRIMITIVE
from comfy.workflow.read_saved import MAX_NODES, read_node
from comfy.workflow.saved_format import (
    SUBGRAPH_INPUTS,
    SUBGRAPH_OUTPUTS,
    Boundary,
    Graph,
    Link,
    Node,
    Slot,
    Workflow,
)
from comfy.workflow.widgets import saved_slots

PREFIXES = ("workflow>", "workflow/")


def unpack(workflow: Workflow, extra: Any, catalogue: Catalogue) -> Workflow:
    """Return *workflow* with every group node at its top made a subgraph instance.

    Raises WorkflowError where they hold too much.
    """
    groups = extra.get("groupNodes") if isinstance(extra, Mapping) else None
    if not isinstance(groups, Mapping):
        return workflow
    graph, subgraphs = workflow.graph, dict(workflow.subgraphs)
    last = workflow.last_id
    for node in list(graph.nodes.values()):
        group = (
            groups.get(node.type[len(PREFIXES[0]) :]) if node.type.startswith(PREFIXES) else None
        )
        if not isinstance(group, Mapping):
            continue
        if last - workflow.last_id > MAX_NODES:
            raise WorkflowError(f"The workflow's group nodes hold over {MAX_NODES} nodes.")
        inside, last = _inside(node, group, last, catalogue)
        last += 1
        kind = f"group of {node.id}"
        subgraphs[kind] = inside
        graph = _replaced(graph, node, replace(node, id=str(last), type=kind, values=[]))
    return Workflow(graph, subgraphs, last)


def _inside(
    node: Node, group: Mapping[str, Any], last: int, catalogue: Catalogue
) -> tuple[Graph, int]:
    """The group's nodes with the values of *node*, and how they hang together."""
    listed = group.get("nodes")
    items = listed[:MAX_NODES] if isinstance(listed, list) else []
    values = iter(node.values if isinstance(node.values, list) else [])
    nodes: list[Node] = []
    for item in items:
        last += 1
        inner = read_node(item) if isinstance(item, Mapping) else Node("", "Note")
        inputs = tuple(replace(slot, link="") for slot in inner.inputs)
        inner = replace(inner, id=str(last), inputs=inputs)
        nodes.append(_with_values(inner, values, catalogue))
    links = dict(_links(group.get("links"), nodes))
    linked = {(link.target, link.target_slot) for link in links.values()}
    given = {(link.origin, link.slot) for link in links.values()}
    doors = tuple(_inputs(node, nodes, linked, links))
    outputs = tuple(_outputs(nodes, given, group.get("external"), links))
    return Graph(_joined(nodes, links), links, doors, outputs, node.type), last


def _with_values(inner: Node, values: Iterator[Any], catalogue: Catalogue) -> Node:
    """Take what belongs to *inner* off the values of the group node."""
    if inner.type == PRIMITIVE:
        own = next(values, None)
        return inner if own is None else replace(inner, values=[own])
    node_class = catalogue.nodes.get(inner.type)
    if node_class is None or not isinstance(inner.values, list):
        return inner
    converted = {slot.widget for slot in inner.inputs if slot.widget}
    taken = list(inner.values)
    for index, name in enumerate(saved_slots(inner, node_class)):
        if name in converted:
            continue  # an input of the group node, or fed inside
        value = next(values, None)
        taken += [None] * (index + 1 - len(taken))
        taken[index] = taken[index] if value is None else value
    return replace(inner, values=taken)


def _links(data: Any, nodes: list[Node]) -> Iterator[tuple[str, Link]]:
    for number, item in enumerate(data if isinstance(data, list) else ()):
        ends = item[:4] if isinstance(item, list) else ()
        is_whole = [isinstance(end, int) and not isinstance(end, bool) and end >= 0 for end in ends]
        if len(ends) == 4 and all(is_whole) and max(ends[0], ends[2]) < len(nodes):
            origin, slot, target, target_slot = ends
            id_ = f"in{number}"
            yield id_, Link(nodes[origin].id, slot, nodes[target].id, target_slot, id=id_)


def _inputs(
    node: Node, nodes: list[Node], linked: set[tuple[str, int]], links: dict[str, Link]
) -> Iterator[Boundary]:
    """The group node's inputs are those of its nodes that nothing inside feeds, in order."""
    free = (
        (inner, index, slot)
        for inner in nodes
        for index, slot in enumerate(inner.inputs)
        if (inner.id, index) not in linked and inner.type != PRIMITIVE
    )
    # Converted widgets come last, as the page adds them last.
    ordered = sorted(free, key=lambda one: (int(one[0].id), bool(one[2].widget)))
    for number, (mine, (inner, index, slot)) in enumerate(zip(node.inputs, ordered, strict=False)):
        id_ = f"to{number}"
        links[id_] = Link(SUBGRAPH_INPUTS, number, inner.id, index, slot.type, id_)
        yield Boundary(mine.name, slot.type, (id_,))


def _outputs(
    nodes: list[Node], given: set[tuple[str, int]], external: Any, links: dict[str, Link]
) -> Iterator[Boundary]:
    """Its outputs are those that nothing inside takes, and those taken outside as well."""
    listed = [one[:2] for one in (external if isinstance(external, list) else ()) if _is_pair(one)]
    outside = {(nodes[n].id, slot) for n, slot in listed if 0 <= n < len(nodes)}
    for inner in nodes:
        for index, slot in enumerate(inner.outputs):
            if (inner.id, index) in given and (inner.id, index) not in outside:
                continue
            id_ = f"from{inner.id}.{index}"
            links[id_] = Link(inner.id, index, SUBGRAPH_OUTPUTS, 0, slot.type, id_)
            yield Boundary(slot.name, slot.type, (id_,))


def _is_pair(one: Any) -> bool:
    return isinstance(one, list) and len(one) > 1 and all(type(end) is int for end in one[:2])


def _joined(nodes: list[Node], links: Mapping[str, Link]) -> dict[str, Node]:
    """The nodes, each input with the link that ends there."""
    ends = {(link.target, link.target_slot): id_ for id_, link in links.items()}
    joined = {}
    for node in nodes:
        slots: Iterator[Slot] = (
            replace(slot, link=ends.get((node.id, i), "")) for i, slot in enumerate(node.inputs)
        )
        joined[node.id] = replace(node, inputs=tuple(slots))
    return joined


def _replaced(graph: Graph, old: Node, new: Node) -> Graph:
    nodes = {new.id if id_ == old.id else id_: n for id_, n in graph.nodes.items()}
    links = {
        id_: replace(
            link,
            origin=new.id if link.origin == old.id else link.origin,
            target=new.id if link.target == old.id else link.target,
        )
        for id_, link in graph.links.items()
    }
    return replace(graph, nodes={**nodes, new.id: new}, links=links)
