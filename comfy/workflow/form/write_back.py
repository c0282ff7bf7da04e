"""A form that somebody arranged → the workflow it came from, as the same app in ComfyUI. Pure.

``extra.linearData`` names widgets of the top graph: what stands inside of a subgraph and is no
input of it cannot be a field there.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from comfy.workflow.catalogue import Catalogue
from comfy.workflow.form.form import Form
from comfy.workflow.hints import NO_HINT, Hint, hints_of, split


def as_app(
    saved: Mapping[str, Any],
    graph: Mapping[str, Any],
    form: Form,
    catalogue: Catalogue,
    names: Mapping[str, str],
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return *saved* as an app with the first fields of *form*, and labels of those left out.

    *graph* is what it was converted to; *names* are what fields were renamed to, by key.
    """
    workflow, hints = deepcopy(dict(saved)), hints_of(graph)
    nodes = {str(node.get("id")): node for node in _dicts(workflow.get("nodes"))}
    inputs: list[list[Any]] = []
    left = []
    for one in (field for field in form.fields if field.first):
        hint = hints.get(one.key, NO_HINT)
        id_, _, name = (hint.shared or one.key).partition(".")
        if id_ not in nodes or (not hint.shared and not split(one.key, graph)[0]):
            left.append(one.label)
            continue
        config = _config(hint)
        inputs.append([nodes[id_]["id"], name, *([config] if config else [])])
        if names.get(one.key):
            _rename(nodes[id_], name, names[one.key], catalogue)
    extra = workflow.get("extra")
    outputs = [
        nodes[id_]["id"]
        for id_, node in graph.items()
        if id_ in nodes and node.get("class_type") in catalogue.output_classes
    ]
    workflow["extra"] = {
        **(extra if isinstance(extra, Mapping) else {}),
        "linearMode": True,
        "linearData": {"inputs": inputs, "outputs": outputs},
    }
    return workflow, tuple(left)


def _config(hint: Hint) -> dict[str, Any]:
    told = {"height": hint.height, "description": hint.help}
    return {name: value for name, value in told.items() if value}


def _rename(node: dict[str, Any], name: str, label: str, catalogue: Catalogue) -> None:
    """Write what a widget is called where the page keeps that: at its socket."""
    slots = _dicts(node.get("inputs"))
    for slot in slots:
        widget = slot.get("widget")
        if isinstance(widget, Mapping) and widget.get("name") == name:
            slot["label"] = label
            return
    known = catalogue.nodes.get(str(node.get("type")))
    if known is not None and name in known.inputs:  # the page leaves out sockets that nothing uses
        type_ = known.inputs[name].type
        slot = {"name": name, "type": type_, "widget": {"name": name}, "link": None, "label": label}
        node["inputs"] = [*slots, slot]


def _dicts(items: Any) -> list[dict[str, Any]]:
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []
