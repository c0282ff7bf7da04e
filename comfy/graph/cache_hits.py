"""Which nodes a server will not run again: those that the prompt before asked for, too. Pure.

ComfyUI keeps the results of the prompt before; a node whose class, values and whole ancestry are
the same is not run.
"""

from collections.abc import Mapping
from typing import Any

from comfy.graph.plan import ancestors, links

Graph = Mapping[str, Any]


def repeated(graph: Graph, before: Graph) -> frozenset[str]:
    """The nodes of *graph* whose results are still there after *before*, by their ids."""
    known = set(_signatures(before).values())
    return frozenset(id_ for id_, signature in _signatures(graph).items() if signature in known)


def _signatures(graph: Graph) -> dict[str, int]:
    """One number a node, the same for nodes that ask for the same; ids do not matter."""
    found: dict[str, int] = {}
    for id_ in ancestors(graph, graph):
        node = graph[id_]
        inputs = node.get("inputs")
        if not isinstance(inputs, Mapping):
            inputs = {}
        linked = {tuple(link) for link in links(node)}
        values: list[tuple[str, Any, int]] = []
        for name, value in sorted(inputs.items(), key=str):
            if isinstance(value, list) and len(value) == 2 and tuple(map(_plain, value)) in linked:
                source, slot = value
                if source not in found:
                    break  # a circle, or a node that is not there: nothing is known of it
                values.append((name, found[source], slot))
            else:
                values.append((name, repr(value), -1))
        else:
            found[id_] = hash((str(node.get("class_type")), tuple(values)))
    return found


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int) else None
