"""Choices that bring inputs of their own along (``COMFY_DYNAMICCOMBO_V3``). Pure.

What stands beneath one is named ``choice.input`` in a graph: ``{"model": "a", "model.steps": 4}``.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from comfy.workflow.catalogue import Catalogue, Input, NodeClass
from comfy.workflow.form.form import Field, Form
from comfy.workflow.widget_types import (
    DYNAMIC_COMBO,
    MAX_NESTING,
    MISSING,
    default_of,
    has_widget,
    keys_of,
    nested,
)


def chosen(
    graph: Mapping[str, Any], catalogue: Catalogue, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return *graph* with the inputs of the options that *values* choose, by field key.

    Where another option than the graph's is chosen, its inputs come with their defaults, and
    those of the graph's go. All else stays as it is.
    """
    return {id_: _node(id_, node, catalogue, values) for id_, node in graph.items()}


def standing(form: Form, graph: Mapping[str, Any]) -> Form:
    """Return *form*, drawn of a graph with options chosen, with what *graph* itself holds.

    A choice goes back to what it was before anybody chose, not to what is chosen now.
    """
    return replace(form, fields=tuple(_standing(one, graph) for one in form.fields))


def is_beneath(key: str, form: Form) -> bool:
    """Whether *key* stands beneath a choice of *form*, of whichever of its options."""
    return any(one.dynamic and key.startswith(f"{one.key}.") for one in form.fields)


def _standing(one: Field, graph: Mapping[str, Any]) -> Field:
    if not one.dynamic:
        return one
    inputs = graph.get(one.node, {}).get("inputs") or {}
    first = one.choices[0] if one.choices else one.value
    return replace(one, value=inputs.get(one.input, first))


def _node(id_: str, node: Any, catalogue: Catalogue, values: Mapping[str, Any]) -> Any:
    inputs = node.get("inputs") if isinstance(node, Mapping) else None
    node_class = catalogue.nodes.get(str(node.get("class_type"))) if inputs else None
    if node_class is None or not isinstance(inputs, Mapping) or not _has_any(node_class):
        return node
    found = dict(inputs)
    for name, input_ in node_class.inputs.items():
        if name in found:
            _choose(found, name, input_, id_, values, 0)
    return node if found == inputs else {**node, "inputs": found}


def _has_any(node_class: NodeClass) -> bool:
    return any(one.type == DYNAMIC_COMBO for one in node_class.inputs.values())


def _choose(
    inputs: dict[str, Any],
    name: str,
    input_: Input,
    id_: str,
    values: Mapping[str, Any],
    depth: int,
) -> None:
    """Set the choice *name* in *inputs*, and what it brings along."""
    held = inputs[name]
    if input_.type != DYNAMIC_COMBO or not has_widget(input_) or depth > MAX_NESTING:
        return
    if isinstance(held, list):
        return  # linked: what it will be is not known
    wanted = values.get(f"{id_}.{name}", held)
    key = next((one for one in keys_of(input_) if str(one) == str(wanted)), held)
    inner = {f"{name}.{one.name}": one for one in nested(input_, key).values()}
    if key != held:
        for old in [one for one in inputs if one.startswith(f"{name}.") and one not in inner]:
            del inputs[old]
        inputs[name] = key
        for new, one in inner.items():
            if new not in inputs and has_widget(one) and (value := _default(one)) is not MISSING:
                inputs[new] = value
    for below, one in inner.items():
        if below in inputs:
            _choose(inputs, below, one, id_, values, depth + 1)


def _default(input_: Input) -> Any:
    if input_.type != DYNAMIC_COMBO:
        return default_of(input_)
    keys = keys_of(input_)
    return keys[0] if keys else MISSING
