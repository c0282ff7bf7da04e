"""The names of files that a saved workflow wants, filled in as ComfyUI's page does. Pure.

The page looks at all nodes of a file; of a graph that was converted only those that run are left.
What these can say later as well stays a pattern in the template, all else is settled here.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from comfy.workflow.catalogue import Catalogue
from comfy.workflow.convert.subgraphs import Scope
from comfy.workflow.name_patterns import (
    INPUT,
    SAVERS,
    Named,
    fill_text,
    named_nodes,
    pattern_of,
    with_text,
)
from comfy.workflow.page_nodes import PRIMITIVE
from comfy.workflow.saved_format import Node

REFERENCE = "Node name for S&R"
"""The property by which patterns name a node."""


def title_of(node: Node, catalogue: Catalogue) -> str:
    """What the page calls *node*."""
    node_class = catalogue.nodes.get(node.type)
    return node.title or (node_class.display_name if node_class else node.type)


def named_in(top: Scope, catalogue: Catalogue) -> list[Named]:
    """All nodes of a file, those of each subgraph before its first instance."""
    return list(_named(top, catalogue, set()))


def settled(
    graph: Mapping[str, Any], nodes: list[Named], now: datetime | None, promoted: Collection[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """*graph* with all names filled in, and with only those that it could not fill in itself.

    Of names that are *promoted*, by key, the page sends the pattern.
    """
    filled, template = dict(graph), dict(graph)
    left = None
    for id_, node in graph.items():
        text = pattern_of(node)
        if text is None:
            continue
        left = named_nodes(graph) if left is None else left
        if f"{id_}.{INPUT}" not in promoted:
            filled[id_] = with_text(node, fill_text(text, nodes, now))
        if fill_text(text, nodes) != fill_text(text, left):
            template[id_] = with_text(node, fill_text(text, nodes))
    return filled, template


def _named(scope: Scope, catalogue: Catalogue, seen: set[int]) -> Iterator[Named]:
    for node in scope.graph.nodes.values():
        inner = scope.inner.get(node.id)
        if inner is not None and id(inner.graph) not in seen:
            seen.add(id(inner.graph))
            yield from _named(inner, catalogue, seen)
        has_default = node.type in catalogue.nodes and node.type not in SAVERS
        name = node.properties.get(REFERENCE, node.type if has_default else "")
        values = inner.given if inner is not None else _values(node)
        yield Named(str(name), title_of(node, catalogue), values)


def _values(node: Node) -> Mapping[str, Any]:
    if isinstance(node.values, dict):
        return node.values
    return {"value": node.values[0]} if node.type == PRIMITIVE and node.values else {}
