"""What a server lacks of a graph, by its catalogue. Pure.

As ComfyUI judges a prompt before it runs any of it (``validate_prompt`` and ``validate_inputs`` in
its ``execution.py``): every node class must be there, and every choice of a list on that list.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comfy.workflow.catalogue import Catalogue, Input
from comfy.workflow.model_names import same_name
from comfy.workflow.shortened import shortened

UPLOADS = ("image_upload", "video_upload", "audio_upload", "animated_image_upload")
"""Options of inputs whose list is of files that may be brought along (ComfyUI's ``io.Upload``)."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A node class that is not there; with a `field`, its `value` that is not on the list."""

    node_class: str
    field: str = ""
    value: str = ""

    def __str__(self) -> str:
        if not self.field:
            return f"the node “{shortened(self.node_class)}”"
        value, field, node_class = map(shortened, (self.value, self.field, self.node_class))
        return f"“{value}” ({field} of {node_class})"


def lacking(
    graph: Mapping[str, Any], catalogue: Catalogue, brought: Collection[str] = ()
) -> tuple[Lack, ...]:
    """What a server with *catalogue* lacks of *graph*, each once, in the graph's order.

    Inputs *brought* along as files, by key (``NODE.input``), may have any value.
    """
    return tuple(dict.fromkeys(_lacks(graph, catalogue, brought)))


def _lacks(
    graph: Mapping[str, Any], catalogue: Catalogue, brought: Collection[str]
) -> Iterator[Lack]:
    for id_, node in graph.items():
        if not isinstance(node, Mapping):
            continue
        name = str(node.get("class_type", ""))
        node_class = catalogue.nodes.get(name)
        if node_class is None:
            yield Lack(name)
            continue
        values = node.get("inputs")
        for field, value in values.items() if isinstance(values, Mapping) else ():
            found = node_class.inputs.get(field)
            if found and f"{id_}.{field}" not in brought and not _takes(found, value):
                yield Lack(name, field, str(value))


def _takes(input_: Input, value: Any) -> bool:
    """Whether *value* may be given to *input_*; what is no choice of a list is not judged here."""
    if not isinstance(value, str) or not input_.choices or value in input_.choices:
        return True
    if any(input_.options.get(one) for one in UPLOADS):
        return True  # its list is made as the server starts, and lacks what came since
    return bool(same_name(value, input_.choices))
