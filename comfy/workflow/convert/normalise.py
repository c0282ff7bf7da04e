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
from comfy.workflow.saved_format import PRIMITIVE, VIRTUAL, Graph, Link, Node, Slot, Workflow
from comfy.workflow.widgets import (
    DYNAMIC_COMBO,
    MAX_NESTING,
    has_widget,
    nested,
    unknown_values,
    widget_type,
    widget_values,
)

GROWING = "COMFY_AUTOGROW_V3"
MATCHING = "COMFY_MATCHTYPE_V3"
"""Inputs whose type is that of whatever they are linked to; the saved one holds."""
MAX_ROUNDED = 2**53
"""Numbers that JavaScript can round without losing digits."""


def load(workflow: Workflow, catalogue: Catalogue) -> Workflow:
    """Return *workflow* as the page would have loaded it; `Node.values` are by name then.

    Only those of subgraph instances and virtual nodes stay as they were saved.
    """
    graphs = {uuid: _load(graph, workflow, catalogue) for uuid, graph in workflow.subgraphs.items()}
    return Workflow(_load(workflow.graph, workflow, catalogue), graphs)


def _load(graph: Graph, workflow: Workflow, catalogue: Catalogue) -> Graph:
    nodes = {
        id_: node
        if node.type in VIRTUAL or node.type in workflow.subgraphs
        else _loaded(node, catalogue.nodes.get(node.type))
        for id_, node in graph.nodes.items()
    }
    links = dict(graph.links)
    for node in nodes.values():
        for index, slot in enumerate(node.inputs):
            link = links.get(slot.link)
            if link is not None and link.target == node.id:
                links[slot.link] = replace(link, target_slot=index)
    loaded = replace(graph, nodes=nodes, links=links)
    for link in links.values():
        origin = nodes.get(link.origin)
        if origin is not None and origin.type == PRIMITIVE:
            _write(loaded, origin, link, catalogue)
    return loaded


def _loaded(node: Node, node_class: NodeClass | None) -> Node:
    if node_class is None:
        return replace(node, values=unknown_values(node))
    values = widget_values(node, node_class)
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
    widgets = widgets_of(node_class, values)
    for input_ in node_class.inputs.values():
        if input_.type == GROWING:
            grown = {name: one for name, one in saved.items() if name.startswith(f"{input_.name}.")}
            ordered |= {name: one for name, one in grown.items() if not one.widget}
        elif input_.name not in widgets:
            old = saved.get(input_.name, Slot(input_.name, input_.type))
            kind = old.type if input_.type == MATCHING else input_.type
            ordered[input_.name] = Slot(input_.name, kind, old.link)
    for name, input_ in widgets.items():
        if not input_.options.get("socketless"):
            link = saved[name].link if name in saved else ""
            ordered[name] = Slot(name, input_.type, link, name)
    extra = {
        name: slot
        for name, slot in saved.items()
        if name not in ordered and (not slot.widget or slot.widget in values)
    }
    return (*ordered.values(), *extra.values())


def widgets_of(node_class: NodeClass, values: Mapping[str, Any]) -> dict[str, Input]:
    """The inputs that are widgets, by name; those that a dynamic combo brings along too."""
    found: dict[str, Input] = {}
    open_ = [(one.name, one, 0) for one in reversed(list(node_class.inputs.values()))]
    while open_:
        name, input_, depth = open_.pop()
        if not has_widget(input_) or depth > MAX_NESTING:
            continue
        found[name] = input_
        if widget_type(input_) == DYNAMIC_COMBO:
            inner = nested(input_, values.get(name))
            open_ += [(f"{name}.{k}", one, depth + 1) for k, one in reversed(list(inner.items()))]
    return found


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
