"""A saved workflow as ComfyUI's page has it in hand once it is loaded. Pure.

Nodes get the inputs that the catalogue says they have, in the page's order, and their own widget
values by name; primitives have written theirs where they lead to. After ``ComfyNode.configure``,
``fixLinkInputSlots`` and ``PrimitiveNode.applyToGraph`` (front end 1.49).
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from comfy.workflow.catalogue import Catalogue, Input, NodeClass
from comfy.workflow.page_nodes import PAGE_ONLY, PRIMITIVE
from comfy.workflow.saved_format import Graph, Link, Node, Slot, Workflow
from comfy.workflow.widget_types import (
    DYNAMIC_COMBO,
    GROWING,
    has_widget,
    inputs_of,
    keys_of,
    widgets_of,
)
from comfy.workflow.widgets import own_values, unknown_values, widget_values

MATCHING = "COMFY_MATCHTYPE_V3"
"""Inputs whose type is that of whatever they are linked to; the saved one holds."""
MAX_ROUNDED = 2**53
"""Numbers that JavaScript can round without losing digits."""


def load(workflow: Workflow, catalogue: Catalogue, *, by_name: bool = False) -> Workflow:
    """Return *workflow* as the page would have loaded it; `Node.values` are by name then.

    Only those of subgraph instances and virtual nodes stay as they were saved. With *by_name* what
    was saved with another version of its class is read better than the page does.
    """
    graphs = {
        uuid: _load(graph, workflow, catalogue, by_name=by_name)
        for uuid, graph in workflow.subgraphs.items()
    }
    top = _load(workflow.graph, workflow, catalogue, by_name=by_name)
    return replace(workflow, graph=top, subgraphs=graphs)


def changed(workflow: Workflow, catalogue: Catalogue) -> list[Node]:
    """The nodes that were saved with another version of their class."""
    graphs = (workflow.graph, *workflow.subgraphs.values())
    every = (node for graph in graphs for node in graph.nodes.values())
    nodes = catalogue.nodes
    return [one for one in every if one.type in nodes and _differs(one, nodes[one.type])]


def _differs(node: Node, node_class: NodeClass) -> bool:
    return own_values(node, node_class) is not None or bool(
        _closed(node, node_class, widget_values(node, node_class))
    )


def _load(graph: Graph, workflow: Workflow, catalogue: Catalogue, *, by_name: bool) -> Graph:
    nodes = {
        id_: node
        if node.type in PAGE_ONLY or node.type in workflow.subgraphs
        else _loaded(node, catalogue, by_name=by_name)
        for id_, node in graph.nodes.items()
    }
    # A link into a socket that the class has no more must not end at what stands there now.
    links = {id_: link for id_, link in graph.links.items() if link.target not in nodes}
    for node in nodes.values():
        for index, slot in enumerate(node.inputs):
            link = graph.links.get(slot.link)
            if link is not None and link.target == node.id:
                links[slot.link] = replace(link, target_slot=index)
    loaded = replace(graph, nodes=nodes, links=links)
    for link in links.values():
        origin = nodes.get(link.origin)
        if origin is not None and origin.type == PRIMITIVE:
            _write(loaded, origin, link, catalogue)
    return loaded


def _loaded(node: Node, catalogue: Catalogue, *, by_name: bool) -> Node:
    node_class = catalogue.nodes.get(node.type)
    if node_class is None:
        once = catalogue.replacements.get(node.type)
        return replace(node, values=unknown_values(node, once.widgets if once else ()))
    own = own_values(node, node_class) if by_name else None
    values = widget_values(node, node_class) if own is None else own
    if not by_name and (closed := _closed(node, node_class, values)):
        kept = tuple(slot for slot in node.inputs if slot.name not in closed)
        node = replace(node, inputs=kept)
    kinds = node_class.outputs
    outputs = tuple(
        replace(slot, type=kinds[i]) if i < len(kinds) and kinds[i] != MATCHING else slot
        for i, slot in enumerate(node.outputs)
    )
    return replace(node, values=values, inputs=_inputs(node, node_class, values), outputs=outputs)


def _inputs(node: Node, node_class: NodeClass, values: Mapping[str, Any]) -> tuple[Slot, ...]:
    """Sockets, then the sockets of widgets, then what was saved and the class does not know."""
    saved = {slot.name: slot for slot in node.inputs}
    ordered: dict[str, Slot] = {}
    every = inputs_of(node_class, values)
    sockets = {name: one for name, one in every.items() if not has_widget(one)}
    outer = {name: one for name, one in sockets.items() if name in node_class.inputs}
    for name, input_ in (*outer.items(), *every.items()):
        if input_.type == GROWING:
            grown = {n: slot for n, slot in saved.items() if n.startswith(f"{name}.")}
            ordered |= {n: replace(slot, widget="") for n, slot in grown.items()}
        elif name in sockets:
            old = saved.get(name, Slot(name, input_.type))
            kind = old.type if input_.type == MATCHING else input_.type
            ordered[name] = Slot(name, kind, old.link)
        elif not input_.options.get("socketless"):
            old = saved.get(name, Slot(name, input_.type))
            ordered[name] = Slot(name, input_.type, old.link, name, old.label)
    extra = {
        name: slot
        for name, slot in saved.items()
        if name not in ordered and (not slot.widget or slot.widget in values)
    }
    return (*ordered.values(), *extra.values())


def _closed(node: Node, node_class: NodeClass, values: Mapping[str, Any]) -> set[str]:
    """Saved sockets beneath a choice that the class does not have: the page takes them away."""
    without = tuple(
        f"{name}."
        for name, one in inputs_of(node_class, values).items()
        if one.type == DYNAMIC_COMBO and values.get(name) not in keys_of(one)
    )
    return {slot.name for slot in node.inputs if without and slot.name.startswith(without)}


def _write(graph: Graph, primitive: Node, link: Link, catalogue: Catalogue) -> None:
    """Write a primitive's value into the widget that *link* ends at, as the page does to send."""
    target = graph.nodes.get(link.target)
    if target is None or link.target_slot >= len(target.inputs):
        return
    name = target.inputs[link.target_slot].widget
    values = primitive.values
    if not name or not isinstance(target.values, dict) or not isinstance(values, list):
        return
    node_class = catalogue.nodes.get(target.type)
    if values:
        input_ = widgets_of(node_class, target.values).get(name) if node_class else None
        target.values[name] = rounded(values[0], input_)


def rounded(value: Any, input_: Input | None) -> Any:
    """What a number becomes once it is set by hand: a whole number of steps."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if input_ is None or not is_number or not abs(value) < MAX_ROUNDED:
        return value
    options = input_.options
    if input_.type == "INT":
        step, least = _number(options.get("step")) or 1, _number(options.get("min")) or 0
        offset = math.fmod(least, step)
        return int(math.floor((value - offset) / step + 0.5) * step + offset)
    if input_.type == "FLOAT":
        return _rounded_float(value, options)
    return value


def _rounded_float(value: float, options: Mapping[str, Any]) -> float:
    step = _number(options.get("step"))
    precision = max(0, -math.floor(math.log10(0.5 if not step or step < 0 else step)))
    unit = _number(options.get("round")) or (10.0**-precision if precision else 0)
    if not unit or precision > 15 or not math.isfinite(value / unit):
        return value
    result = round(math.floor(value / unit + 0.5) * unit, precision)
    least, most = _number(options.get("min")), _number(options.get("max"))
    return min(max(result, 0 if least is None else least), 2048 if most is None else most)


def _number(value: Any) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < MAX_ROUNDED else None
