"""A saved workflow → the API graph that ComfyUI's own page would send. Pure.

After the page's ``graphToPrompt`` (front end 1.58): widget values by the catalogue's order, links
resolved by `comfy.workflow.convert.resolve`; nodes inside of subgraphs become ``outer:inner``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from comfy.workflow.catalogue import Catalogue, Input
from comfy.workflow.convert.author import Told, with_choices
from comfy.workflow.convert.dynamic_text import as_sent
from comfy.workflow.convert.everywhere import guessed, noted
from comfy.workflow.convert.group_nodes import unpack
from comfy.workflow.convert.naming import REFERENCE, named_in, settled, title_of
from comfy.workflow.convert.normalise import changed, load
from comfy.workflow.convert.resolve import MAX_HOPS, Held, Resolver, Source, Value
from comfy.workflow.convert.subgraphs import Scope, executable, unfold
from comfy.workflow.hints import Hint, with_hints
from comfy.workflow.js_text import js_text
from comfy.workflow.json_text import check_depth
from comfy.workflow.name_patterns import NAME
from comfy.workflow.page_nodes import NOTES, PAGE_ONLY
from comfy.workflow.read_saved import read_workflow
from comfy.workflow.saved_format import Node, Workflow
from comfy.workflow.shortened import shortened
from comfy.workflow.widget_types import MISSING, widgets_of

DRAWN = frozenset({"Load3D", "WebcamCapture", "RecordAudio", "Preview3DAdvanced", "Save3DAdvanced"})
"""Nodes whose input only ComfyUI's page can make: a view, a photo, a recording."""


@dataclass(frozen=True, slots=True)
class Converted:
    """The API graph, and sentences about what could not be taken over as it was.

    `template` is what a form starts from: the same before the names of files were filled in
    (`comfy.workflow.name_patterns`), and with the values of nodes whose class has changed since by
    the names they were saved with, where the page puts them in others' places. `notes` are what
    its author wrote beside the nodes.
    """

    graph: dict[str, Any]
    warnings: tuple[str, ...] = ()
    template: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def convert(data: Any, catalogue: Catalogue, now: datetime | None = None) -> Converted:
    """Convert a saved workflow; *now* is for file names with a date.

    Raises WorkflowError where *data* is none.
    """
    check_depth(data, "The workflow")
    workflow = unpack(read_workflow(data), data.get("extra"), catalogue)
    loaded, guesses = guessed(noted(load(workflow, catalogue)))
    warnings = dict.fromkeys((*workflow.notes, *guesses))
    filled, template = _converted(loaded, catalogue, now, warnings)
    if found := changed(workflow, catalogue):
        warnings |= dict.fromkeys(_changed(node, catalogue) for node in found)
        better, _ = guessed(noted(load(workflow, catalogue, by_name=True)))
        _, template = _converted(better, catalogue, now, {})
    return Converted(filled, tuple(warnings), template, tuple(dict.fromkeys(_notes(workflow))))


def _converted(
    workflow: Workflow, catalogue: Catalogue, now: datetime | None, warnings: dict[str, None]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The graph of a loaded workflow, and the same before names were filled in."""
    resolver, told = Resolver(), Told()
    graph: dict[str, Any] = {}
    top = unfold(workflow)
    for scope, node in executable(top):
        if node.type in PAGE_ONLY:
            continue
        warnings |= dict.fromkeys(_warnings(node, catalogue))
        own = _own(scope, node, catalogue, told)
        inputs = {name: _plain(value) for name, value in own.items()}
        inputs |= _linked(resolver, scope, node, told)
        meta = _meta(node, catalogue)
        graph[scope.id(node)] = {"inputs": inputs, "class_type": node.type, "_meta": meta}
    for entry in graph.values():
        _drop_dangling(entry["inputs"], graph)
    warnings |= dict.fromkeys(_endless(resolver, graph))
    hints, chosen = with_choices(graph, told, workflow.graph.extra)
    return settled(with_hints(chosen, hints), named_in(top, catalogue), now, told.promoted)


def _notes(workflow: Workflow) -> Iterator[str]:
    for graph in (workflow.graph, *workflow.subgraphs.values()):
        for node in graph.nodes.values():
            text = node.values[0] if node.values and isinstance(node.values, list) else None
            if node.type in NOTES and isinstance(text, str) and text.strip():
                yield text.strip()


def _changed(node: Node, catalogue: Catalogue) -> str:
    title = shortened(title_of(node, catalogue))
    return f"“{title}” was saved with another version of its node: check its values."


def _meta(node: Node, catalogue: Catalogue) -> dict[str, str]:
    meta = {"title": title_of(node, catalogue)}
    reference = node.properties.get(REFERENCE)
    if isinstance(reference, str) and reference != node.type:
        meta[NAME] = reference
    if node.type not in catalogue.nodes and (package := _package(node)):
        meta["package"] = package
    return meta


def _warnings(node: Node, catalogue: Catalogue) -> Iterator[str]:
    if node.type not in catalogue.nodes and node.type not in catalogue.replacements:
        package = _package(node)
        where = f" It comes with “{package}”." if package else ""
        yield f"The server has no node “{shortened(node.type)}”: its values may be wrong.{where}"
    elif node.type in DRAWN:
        yield f"“{node.type}” gets its input from ComfyUI's own page only."


def _endless(resolver: Resolver, graph: Mapping[str, Any]) -> Iterator[str]:
    for id_, name in resolver.endless:
        title = graph[id_]["_meta"]["title"] if id_ in graph else id_
        yield (
            f"“{shortened(title)}”: what is connected to {shortened(name)} leads in a circle, "
            f"or over more than {MAX_HOPS:,} nodes. It was left out."
        )


def _package(node: Node) -> str:
    """The custom node package that the node was saved with, if any."""
    found = node.properties.get("cnr_id") or node.properties.get("aux_id")
    return shortened(found) if isinstance(found, str) else ""


def _own(scope: Scope, node: Node, catalogue: Catalogue, told: Told) -> dict[str, Any]:
    """What the node's own widgets hold, or the instance around it has written there."""
    values = dict(node.values) if isinstance(node.values, dict) else {}
    node_class = catalogue.nodes.get(node.type)
    labels = {slot.widget: slot.label for slot in node.inputs if slot.widget}
    for name, input_ in widgets_of(node_class, values).items() if node_class else ():
        told.named(f"{scope.id(node)}.{name}", labels.get(name, ""))
        if (node.id, name) in scope.exposed:
            told.stands_for(f"{scope.id(node)}.{name}", f"{scope.prefix[:-1]}.{name}")
            told.promoted.add(f"{scope.id(node)}.{name}")
        if (node.id, name) in scope.written:
            values[name] = scope.written[node.id, name]
        if input_.options.get("dynamicPrompts") and isinstance(values.get(name), str):
            values[name] = as_sent(values[name])
        if _is_multiline(input_) and name in values and not isinstance(values[name], str):
            values[name] = js_text(values[name])  # as a text box on the page turns it into text
        if input_.type == "CURVE" and isinstance(values.get(name), list):
            values[name] = {"__type__": "CURVE", "__value__": values[name]}
    return values


def _linked(resolver: Resolver, scope: Scope, node: Node, told: Told) -> dict[str, Any]:
    """The inputs that something else feeds."""
    inputs: dict[str, Any] = {}
    for index, slot in enumerate(node.inputs):
        found = resolver.input(scope, node, index)
        key = f"{scope.id(node)}.{slot.name}"
        if isinstance(found, Source):
            inputs[slot.name] = [found.id, found.slot]
        elif isinstance(found, Value):
            if found.value is not MISSING:
                inputs[slot.name] = _plain(found.value)
                widget = f"{found.id}.{found.name}"
                told.shared(key, widget, Hint(found.label, found.name, found.of))
                told.promoted.add(key)
        elif isinstance(found, Held) and slot.widget:
            told.shared(key, f"{found.scope.id(found.node)}.value")
            # An instance may show a primitive from inside; its value goes where that leads.
            written = found.scope.written.get((found.node.id, "value"), MISSING)
            if written is not MISSING:
                inputs[slot.name] = _plain(written)
    return inputs


def _is_multiline(input_: Input) -> bool:
    return input_.type == "STRING" and bool(input_.options.get("multiline"))


def _plain(value: Any) -> Any:
    """Lists stand for links in an API graph, so a value that is one is wrapped."""
    return {"__value__": value} if isinstance(value, list) else value


def _drop_dangling(inputs: dict[str, Any], graph: Mapping[str, Any]) -> None:
    for name, value in list(inputs.items()):
        if isinstance(value, list) and value[0] not in graph:  # links only: others are wrapped
            del inputs[name]
