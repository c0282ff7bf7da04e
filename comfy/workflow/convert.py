"""A saved workflow → the API graph that ComfyUI's own page would send. Pure.

After the page's ``graphToPrompt`` (front end 1.49): widget values by the catalogue's order, links
resolved by `comfy.workflow.resolve`; nodes inside of subgraphs become ``outer:inner``.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comfy.errors import WorkflowError
from comfy.workflow.catalogue import Catalogue, parse_catalogue
from comfy.workflow.resolve import Resolver, Scope, Source, Value, executable, unfold
from comfy.workflow.ui_format import Node, read_workflow
from comfy.workflow.widgets import widget_values

VIRTUAL = frozenset({"Reroute", "PrimitiveNode", "GetNode", "SetNode", "Note", "MarkdownNote"})
"""Node types that exist on the page only."""


@dataclass(frozen=True, slots=True)
class Converted:
    """The API graph, and sentences about what could not be taken over as it was."""

    graph: dict[str, Any]
    warnings: tuple[str, ...] = ()


def convert(data: Any, catalogue: Catalogue) -> Converted:
    """Convert a saved workflow. Raises WorkflowError where *data* is none."""

    def own(node: Node) -> dict[str, Any]:
        node_class = catalogue.nodes.get(node.type)
        return widget_values(node, node_class) if node_class else {}

    resolver = Resolver(VIRTUAL, lambda node, name: own(node).get(name))
    graph: dict[str, Any] = {}
    unknown: dict[str, None] = {}
    for scope, node in executable(unfold(read_workflow(data))):
        if node.type in VIRTUAL:
            continue
        if node.type not in catalogue.nodes:
            unknown[node.type] = None
        inputs = {name: _plain(value) for name, value in own(node).items()}
        inputs |= _linked(resolver, scope, node)
        graph[scope.id(node)] = {
            "inputs": inputs,
            "class_type": node.type,
            "_meta": {"title": _title(node, catalogue)},
        }
    for entry in graph.values():
        _drop_dangling(entry["inputs"], graph)
    warnings = tuple(
        f"The server has no node “{name}”: its values may be wrong." for name in unknown
    )
    return Converted(graph, warnings)


def _linked(resolver: Resolver, scope: Scope, node: Node) -> dict[str, Any]:
    """The inputs that something else feeds."""
    inputs: dict[str, Any] = {}
    for index, slot in enumerate(node.inputs):
        found = resolver.input(scope, node, index)
        if isinstance(found, Source):
            inputs[slot.name] = [found.id, found.slot]
        elif isinstance(found, Value):
            inputs[slot.name] = _plain(found.value)
    return inputs


def _title(node: Node, catalogue: Catalogue) -> str:
    node_class = catalogue.nodes.get(node.type)
    return node.title or (node_class.display_name if node_class else node.type)


def _plain(value: Any) -> Any:
    """Lists stand for links in an API graph, so a value that is one is wrapped."""
    return {"__value__": value} if isinstance(value, list) else value


def _drop_dangling(inputs: dict[str, Any], graph: Mapping[str, Any]) -> None:
    for name, value in list(inputs.items()):
        if isinstance(value, list) and value[0] not in graph:
            del inputs[name]


def main(arguments: list[str] | None = None) -> int:
    """``python -m comfy.workflow.convert``: convert files; the exit code is 1 if any fails."""
    parser = argparse.ArgumentParser(prog="python -m comfy.workflow.convert", description=__doc__)
    parser.add_argument("--catalogue", type=Path, required=True, help="a server's /object_info")
    parser.add_argument("--out", type=Path, required=True, help="folder for NAME.api.json")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="saved workflows")
    options = parser.parse_args(arguments)
    failed = False
    try:
        catalogue = parse_catalogue(_read(options.catalogue))
        options.out.mkdir(parents=True, exist_ok=True)
    except (WorkflowError, OSError) as error:
        parser.exit(2, f"{error}\n")
    for file in options.files:
        try:
            converted = convert(_read(file), catalogue)
            target = options.out / f"{file.name.removesuffix('.json')}.api.json"
            target.write_text(json.dumps(converted.graph, indent=2), encoding="utf-8")
        except (WorkflowError, OSError) as error:
            failed = True
            print(f"{file}: {error}", file=sys.stderr)
            continue
        for warning in converted.warnings:
            print(f"{file}: {warning}", file=sys.stderr)
    return int(failed)


def _read(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise WorkflowError(f"{file} is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise WorkflowError(f"{file} holds no JSON object.")
    return data


if __name__ == "__main__":
    sys.exit(main())
