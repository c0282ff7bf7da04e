"""Nodes that a server has under another name now (``GET /node_replacements``). Pure.

A server replaces them itself before it validates a prompt (ComfyUI's ``NodeReplaceManager``), so
none of them is missing; replaced here too, their values can be seen and set.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_REPLACEMENTS = 5000
MAX_INPUTS = 200


@dataclass(frozen=True, slots=True)
class Replacement:
    """What stands for a node class now.

    `widgets` are the old class's, in order. `inputs` are the new names of old inputs, and `fixed`
    values of others; `outputs` the new slots of old ones. None keeps them as they are.
    """

    new: str
    widgets: tuple[str, ...] = ()
    inputs: Mapping[str, str] | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[int, int] | None = None


def read_replacements(data: Any) -> dict[str, Replacement]:
    """Read a server's answer; of several for a class the first counts, as for the server."""
    found = {}
    for old, listed in list(data.items())[:MAX_REPLACEMENTS] if isinstance(data, Mapping) else ():
        first = listed[0] if isinstance(listed, list) and listed else None
        new = first.get("new_node_id") if isinstance(first, Mapping) else None
        if isinstance(first, Mapping) and isinstance(new, str):
            widgets = tuple(map(str, _listed(first, "old_widget_ids") or ()))
            found[str(old)] = Replacement(new, widgets, *_inputs(first), _outputs(first))
    return found


def replaced(
    graph: Mapping[str, Any], known: Mapping[str, Any], replacements: Mapping[str, Replacement]
) -> dict[str, Any]:
    """Return *graph* with nodes that are not among the *known* classes by what stands for them."""
    changed = {
        id_: one
        for id_, node in graph.items()
        if isinstance(node, Mapping)
        and node.get("class_type") not in known
        and (one := replacements.get(str(node.get("class_type")))) is not None
        and one.new in known
    }
    if not changed:
        return dict(graph)
    return {
        id_: _node(node, changed.get(id_), changed) if isinstance(node, Mapping) else node
        for id_, node in graph.items()
    }


def _node(
    node: Mapping[str, Any], one: Replacement | None, changed: Mapping[str, Replacement]
) -> dict[str, Any]:
    held = node.get("inputs")
    inputs = {n: _link(v, changed) for n, v in (held if isinstance(held, Mapping) else {}).items()}
    if one is None:
        return {**node, "inputs": inputs}
    if one.inputs is not None:
        kept = {new: inputs[old] for new, old in one.inputs.items() if old in inputs}
        inputs = {**kept, **one.fixed}
    return {**node, "class_type": one.new, "inputs": inputs}


def _link(value: Any, changed: Mapping[str, Replacement]) -> Any:
    """*value*, and where it is a link to a node that changed, the slot that this has now."""
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], str):
        return value
    one = changed.get(value[0])
    if one is None or one.outputs is None or not isinstance(value[1], int):
        return value
    return [value[0], one.outputs.get(value[1], value[1])]


def _inputs(data: Mapping[str, Any]) -> tuple[Mapping[str, str] | None, Mapping[str, Any]]:
    listed = _listed(data, "input_mapping")
    if listed is None:
        return None, {}
    pairs = [one for one in listed if isinstance(one, Mapping) and "new_id" in one]
    old = {str(one["new_id"]): str(one["old_id"]) for one in pairs if "old_id" in one}
    return old, {str(one["new_id"]): one["set_value"] for one in pairs if "set_value" in one}


def _outputs(data: Mapping[str, Any]) -> Mapping[int, int] | None:
    listed = _listed(data, "output_mapping")
    if listed is None:
        return None
    pairs = [(one.get("old_idx"), one.get("new_idx")) for one in listed if isinstance(one, Mapping)]
    return {old: new for old, new in pairs if isinstance(old, int) and isinstance(new, int)}


def _listed(data: Mapping[str, Any], name: str) -> list[Any] | None:
    found = data.get(name)
    return found[:MAX_INPUTS] if isinstance(found, list) else None
