"""A workflow as ComfyUI saves it, in plain frozen records. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MUTED, BYPASSED = 2, 4
"""Node modes (LiteGraph's NEVER, and ComfyUI's own)."""
SUBGRAPH_INPUTS, SUBGRAPH_OUTPUTS = "-10", "-20"
"""Node ids that stand for a subgraph's own boundary."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An input or output of a node; `widget` is the widget that an input feeds, or "".

    `label` is what somebody called it.
    """

    name: str
    type: str
    link: str = ""
    widget: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """From output `slot` of node `origin` to input `target_slot` of node `target`."""

    origin: str
    slot: int
    target: str
    target_slot: int
    type: str = "*"
    id: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One node as saved. `values` are its widget values: a list in order, or a dict by name.

    `named` are the same by name, as newer pages save them beside the list, which counts.
    """

    id: str
    type: str
    mode: int = 0
    title: str = ""
    inputs: tuple[Slot, ...] = ()
    outputs: tuple[Slot, ...] = ()
    values: list[Any] | dict[str, Any] = field(default_factory=list)
    properties: Mapping[str, Any] = field(default_factory=dict)
    named: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Boundary:
    """An input or output of a subgraph, and the ids of the links that touch it inside.

    `label` is what somebody called it.
    """

    name: str
    type: str
    links: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """A workflow, or the inside of a subgraph with its boundary `inputs` and `outputs`.

    `renumbered` are the saved ids of nodes that had to get another one; `extra` is what packs and
    pages keep in a file for themselves.
    """

    nodes: Mapping[str, Node]
    links: Mapping[str, Link]
    inputs: tuple[Boundary, ...] = ()
    outputs: tuple[Boundary, ...] = ()
    name: str = ""
    renumbered: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workflow:
    """A whole saved file: the top graph, and the definitions of subgraphs by their UUID.

    `last_id` is the highest number that a node was given so far; `notes` are sentences about what
    of the file could not be read as it stands.
    """

    graph: Graph
    subgraphs: Mapping[str, Graph]
    last_id: int = 0
    notes: tuple[str, ...] = ()
