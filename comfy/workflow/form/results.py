"""What a graph makes: of an app only what its author wants seen, and what is paid for. Pure."""

from collections.abc import Mapping
from typing import Any

from comfy.graph.plan import ancestors, needed, node_title
from comfy.workflow.catalogue import Catalogue
from comfy.workflow.hints import is_result


def results_only(
    graph: Mapping[str, Any], catalogue: Catalogue
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """*graph* without outputs that its author did not choose, and the titles of these.

    It stays whole where none was chosen, or none of those that were is an output.
    """
    classes = catalogue.output_classes
    outputs = [id_ for id_, node in graph.items() if _class(node) in classes]
    chosen = [id_ for id_ in outputs if is_result(graph[id_])]
    kept = ancestors(graph, chosen)
    left = [id_ for id_ in outputs if id_ not in kept] if chosen else []
    titles = tuple(node_title(graph, id_, catalogue.display_names) for id_ in left)
    return {id_: node for id_, node in graph.items() if id_ not in left}, titles


def costs(graph: Mapping[str, Any], catalogue: Catalogue) -> tuple[str, ...]:
    """One sentence for the nodes of *graph* that will run and are paid for."""
    classes = needed(graph, catalogue.output_classes)
    paid = [id_ for id_, name in classes.items() if name in catalogue.nodes]
    titles = [
        node_title(graph, id_, catalogue.display_names)
        for id_ in paid
        if catalogue.nodes[classes[id_]].is_paid
    ]
    if not titles:
        return ()
    names = ", ".join(f"“{title}”" for title in dict.fromkeys(titles))
    return (f"Each run costs money: {names} runs on a paid service, through your Comfy account.",)


def _class(node: Any) -> str:
    return str(node.get("class_type")) if isinstance(node, Mapping) else ""
