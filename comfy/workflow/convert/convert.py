"""A saved workflow → the API graph that ComfyUI's own page would send. Pure.

After the page's ``graphToPrompt`` (front end 1.49): widget values by the catalogue's order, links
resolved by `comfy.workflow.convert.resolve`; nodes inside of subgraphs become ``outer:inner``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comfy.workflow.catalogue import Catalogue
from comfy.workflow.convert.dynamic_text import as_sent
from comfy.workflow.convert.group_nodes import unpack
from comfy.workflow.convert.normalise import load, widgets_of
from comfy.workflow.convert.resolve import Resolver, Source, Value
from comfy.workflow.convert.subgraphs import Scope, executable, unfold
from comfy.workflow.json_text import check_depth
from comfy.workflow.saved_format import PRIMITIVE, VIRTUAL, Node, read_workflow
from comfy.workflow.widgets import MISSING

MAX_SHOWN = 120
"""Characters of a name in a sentence."""
DRAWN = frozenset({"Load3D", "WebcamCapture", "RecordAudio"})
"""Nodes whose input only ComfyUI's page can make: a view, a photo, a recording."""


@dataclass(frozen=True, slots=True)
class Converted:
    """The API graph, and sentences about what could not be taken over as it was."""

    graph: dict[str, Any]
    warnings: tuple[str, ...] = ()


def convert(data: Any, catalogue: Catalogue) -> Converted:
    """Convert a saved workflow. Raises WorkflowError where *data* is none."""
    check_depth(data, "The workflow")
    resolver = Resolver()
    graph: dict[str, Any] = {}
    warnings: dict[str, None] = {}
    workflow = unpack(read_workflow(data), data.get("extra"), catalogue)
    for scope, node in executable(unfold(load(workflow, catalogue))):
        if node.type in VIRTUAL:
            continue
        warnings |= dict.fromkeys(_warnings(node, catalogue))
        inputs = {name: _plain(value) for name, value in _own(scope, node, catalogue).items()}
        inputs |= _linked(resolver, scope, node)
        meta = {"title": _title(node, catalogue)}
        if node.type not in catalogue.nodes and (package := _package(node)):
            meta["package"] = package
        graph[scope.id(node)] = {"inputs": inputs, "class_type": node.type, "_meta": meta}
    for entry in graph.values():
        _drop_dangling(entry["inputs"], graph)
    return Converted(graph, tuple(warnings))


def _warnings(node: Node, catalogue: Catalogue) -> Iterator[str]:
    if node.type not in catalogue.nodes:
        package = _package(node)
        where = f" It comes with “{package}”." if package else ""
        yield f"The server has no node “{_short(node.type)}”: its values may be wrong.{where}"
    elif node.type in DRAWN:
        yield f"“{node.type}” gets its input from ComfyUI's own page only."


def _package(node: Node) -> str:
    """The custom node package that the node was saved with, if any."""
    found = node.properties.get("cnr_id") or node.properties.get("aux_id")
    return _short(found) if isinstance(found, str) else ""


def _short(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"


def _own(scope: Scope, node: Node, catalogue: Catalogue) -> dict[str, Any]:
    """What the node's own widgets hold, or the instance around it has written there."""
    values = dict(node.values) if isinstance(node.values, dict) else {}
    node_class = catalogue.nodes.get(node.type)
    for name, input_ in widgets_of(node_class, values).items() if node_class else ():
        if (node.id, name) in scope.written:
            values[name] = scope.written[node.id, name]
        if input_.options.get("dynamicPrompts") and isinstance(values.get(name), str):
            values[name] = as_sent(values[name])
        if input_.type == "CURVE" and isinstance(values.get(name), list):
            values[name] = {"__type__": "CURVE", "__value__": values[name]}
    return values


def _linked(resolver: Resolver, scope: Scope, node: Node) -> dict[str, Any]:
    """The inputs that something else feeds."""
    inputs: dict[str, Any] = {}
    for index, slot in enumerate(node.inputs):
        found = resolver.input(scope, node, index)
        if isinstance(found, Source):
            inputs[slot.name] = [found.id, found.slot]
        elif isinstance(found, Value):
            if found.value is not MISSING:
                inputs[slot.name] = _plain(found.value)
        elif scope.written and (link := scope.graph.links.get(slot.link)):
            # An instance may show a primitive from inside; its value goes where that leads.
            origin = scope.graph.nodes.get(link.origin)
            if origin and origin.type == PRIMITIVE and (origin.id, "value") in scope.written:
                inputs[slot.name] = _plain(scope.written[origin.id, "value"])
    return inputs


def _title(node: Node, catalogue: Catalogue) -> str:
    node_class = catalogue.nodes.get(node.type)
    return node.title or (node_class.display_name if node_class else node.type)


def _plain(value: Any) -> Any:
    """Lists stand for links in an API graph, so a value that is one is wrapped."""
    return {"__value__": value} if isinstance(value, list) else value


def _drop_dangling(inputs: dict[str, Any], graph: Mapping[str, Any]) -> None:
    for name, value in list(inputs.items()):
        if isinstance(value, list) and value[0] not in graph:  # links only: others are wrapped
            del inputs[name]
