"""What of a graph's links a server will refuse, and what it can still run. Pure.

After ComfyUI's ``validate_prompt`` and ``validate_inputs`` (execution.py): an output whose own
nodes are sound runs, whatever is wrong with the others.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from comfy.errors import Problem
from comfy.graph.plan import links, needed, node_title
from comfy.workflow.catalogue import Catalogue, Input, NodeClass

NO_OUTPUTS = "prompt_no_outputs"
_PLAIN = re.compile(r"[A-Z][A-Z0-9_]*")
_OPEN = ("COMFY_", "COMBO")
"""Beginnings of types that take more than their own name."""


def wiring(graph: Mapping[str, Any], catalogue: Catalogue) -> tuple[Problem, ...]:
    """Problems of the nodes that outputs need: what is not connected, or to the wrong kind."""
    if not _outputs(graph, catalogue):
        said = "The workflow has no output: add a Save Image or Preview Image node."
        return (Problem(NO_OUTPUTS, said),)
    found: list[Problem] = []
    for id_, class_name in needed(graph, catalogue.output_classes).items():
        node_class = catalogue.nodes.get(class_name)
        if node_class is not None:
            title = node_title(graph, id_, catalogue.display_names)
            found += _of_node(graph, id_, title, node_class, catalogue)
    return tuple(found)


def spoiled(
    graph: Mapping[str, Any], catalogue: Catalogue, problems: Iterable[Problem]
) -> tuple[str, ...] | None:
    """Titles of the outputs that *problems* keep from running; None where none is left.

    A server refuses the whole for a node that it does not have.
    """
    wrong = {one.node for one in problems}
    if "" in wrong or any(one.kind == "missing_node_type" for one in problems):
        return None
    outputs = _outputs(graph, catalogue)
    lost = [id_ for id_ in outputs if wrong & _above(graph, id_)]
    if len(lost) == len(outputs):
        return None
    return tuple(node_title(graph, id_, catalogue.display_names) for id_ in lost)


def _outputs(graph: Mapping[str, Any], catalogue: Catalogue) -> list[str]:
    return [
        id_
        for id_, node in graph.items()
        if isinstance(node, Mapping)
        and (found := catalogue.nodes.get(str(node.get("class_type")))) is not None
        and found.is_output
    ]


def _above(graph: Mapping[str, Any], id_: str) -> set[str]:
    """*id_* and every node that feeds it."""
    found, open_ = {id_}, [id_]
    while open_:
        above = {source for source, _ in links(graph.get(open_.pop()))} - found
        found |= above
        open_ += above
    return found


def _of_node(
    graph: Mapping[str, Any], id_: str, title: str, node_class: NodeClass, catalogue: Catalogue
) -> Iterator[Problem]:
    inputs = graph[id_].get("inputs")
    given = inputs if isinstance(inputs, Mapping) else {}
    linked = {name: value for name, value in given.items() if isinstance(value, list)}
    for name, input_ in node_class.inputs.items():
        if name not in given:
            if input_.required and not input_.type.startswith("COMFY_"):
                said = f"{title}: {name} is missing; connect or fill it."
                yield Problem("required_input_missing", said, id_, title, name)
        elif name in linked and (got := _mismatch(graph, linked[name], input_, catalogue)):
            said = f"{title}: {name} is connected to the wrong kind of output ({got})."
            yield Problem("return_type_mismatch", said, id_, title, name)


def _mismatch(
    graph: Mapping[str, Any], link: list[Any], input_: Input, catalogue: Catalogue
) -> str:
    """The type that *link* brings where *input_* takes another; "" where it may do."""
    source = graph.get(str(link[0])) if link else None
    known = catalogue.nodes.get(str(source.get("class_type"))) if source else None
    slot = link[1] if len(link) == 2 else None
    if known is None or not isinstance(slot, int) or not 0 <= slot < len(known.outputs):
        return ""
    got = known.outputs[slot]
    sure = all(_PLAIN.fullmatch(one) and not one.startswith(_OPEN) for one in (got, input_.type))
    return got if sure and got != input_.type else ""
