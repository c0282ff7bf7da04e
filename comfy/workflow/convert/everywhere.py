"""Links that Use Everywhere makes without drawing them (cg-use-everywhere). Pure.

Where its script has noted them in the file they are taken from there; else they are guessed from
what its nodes would send to whatever is not connected.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from comfy.workflow.page_nodes import EVERYWHERE
from comfy.workflow.saved_format import BYPASSED, MUTED, Graph, Link, Node, Slot, Workflow

LINKS = "ue_links"
SEED = "Seed Everywhere"
PROMPTS = "Prompts Everywhere"
CHOSEN = "Anything Everywhere?"
MAX_LINKS = 5000
MAX_PATTERN = 200
_SEEDS = frozenset({"seed", "noise_seed"})


@dataclass(frozen=True, slots=True)
class _Sent:
    """What one of the nodes sends: output `slot` of node `origin`, to inputs that it fits."""

    origin: str
    slot: int
    type: str
    node: Node
    input: str = ""


def noted(workflow: Workflow) -> Workflow:
    """Return the loaded *workflow* with the links that its file names as made by Use Everywhere.

    They name sockets by their place on the page, where all are that a saved node may leave out.
    """
    subgraphs = {uuid: _noted(graph) for uuid, graph in workflow.subgraphs.items()}
    return replace(workflow, graph=_noted(workflow.graph), subgraphs=subgraphs)


def guessed(workflow: Workflow) -> tuple[Workflow, tuple[str, ...]]:
    """The loaded *workflow* with links of the same kind that it does not name, and what they are.

    A graph that names any has named them all.
    """
    said: list[str] = []
    subgraphs = {uuid: _guessed(graph, said) for uuid, graph in workflow.subgraphs.items()}
    top = _guessed(workflow.graph, said)
    return replace(workflow, graph=top, subgraphs=subgraphs), tuple(said)


def _noted(graph: Graph) -> Graph:
    listed = graph.extra.get(LINKS)
    for number, one in enumerate(listed[:MAX_LINKS] if isinstance(listed, list) else ()):
        if not isinstance(one, Mapping):
            continue
        origin, target = (_id(graph, one.get(end)) for end in ("upstream", "downstream"))
        slot, target_slot = (one.get(f"{end}_slot") for end in ("upstream", "downstream"))
        if origin and target and _is_slot(slot) and _is_slot(target_slot):
            graph = _linked(graph, f"ue{number}", origin, slot, target, target_slot)
    return graph


def _id(graph: Graph, saved: Any) -> str:
    """The id of the node that *saved* names; "" where there is none."""
    id_ = str(saved).rpartition(":")[2] if isinstance(saved, int | str) else ""
    id_ = graph.renumbered.get(id_, id_)
    return id_ if id_ in graph.nodes else ""


def _is_slot(slot: Any) -> TypeGuard[int]:
    return isinstance(slot, int) and not isinstance(slot, bool) and slot >= 0


def _linked(graph: Graph, id_: str, origin: str, slot: int, target: str, at: int) -> Graph:
    """*graph* with one more link, unless something is connected there."""
    node = graph.nodes[target]
    if at >= len(node.inputs) or node.inputs[at].link in graph.links:
        return graph
    inputs = tuple(replace(s, link=id_) if i == at else s for i, s in enumerate(node.inputs))
    link = Link(origin, slot, target, at, node.inputs[at].type, id_)
    nodes = {**graph.nodes, target: replace(node, inputs=inputs)}
    return replace(graph, nodes=nodes, links={**graph.links, id_: link})


def _guessed(graph: Graph, said: list[str]) -> Graph:
    if graph.extra.get(LINKS):
        return graph
    senders = [sent for node in graph.nodes.values() for sent in _sent(graph, node)]
    if not senders:
        return graph
    found = graph
    for node in graph.nodes.values():
        if node.mode in (MUTED, BYPASSED) or node.type in EVERYWHERE:
            continue
        for at, slot in enumerate(node.inputs):
            fits = [sent for sent in senders if _fits(sent, node, slot)]
            if slot.link in graph.links or len({(one.origin, one.slot) for one in fits}) != 1:
                continue
            one = fits[0]
            found = _linked(found, f"ue{node.id}.{at}", one.origin, one.slot, node.id, at)
            said.append(
                f"“{node.title or node.type}” takes its {slot.name} from "
                f"“{one.node.title or one.node.type}”: the file does not say so, it was guessed."
            )
    return found


def _sent(graph: Graph, node: Node) -> Iterator[_Sent]:
    if node.mode in (MUTED, BYPASSED):
        return
    if node.type == SEED:
        yield _Sent(node.id, 0, "INT", node)
    elif node.type in EVERYWHERE:
        for number, slot in enumerate(node.inputs):
            link = graph.links.get(slot.link)
            origin = graph.nodes.get(link.origin) if link else None
            if link is None or origin is None or link.slot >= len(origin.outputs):
                continue
            name = ("positive", "negative")[min(number, 1)] if node.type == PROMPTS else ""
            yield _Sent(origin.id, link.slot, origin.outputs[link.slot].type, node, name)


def _fits(sent: _Sent, node: Node, slot: Slot) -> bool:
    if sent.origin == node.id or sent.type != slot.type or sent.type == "*":
        return False
    if sent.node.type == SEED:
        return slot.name in _SEEDS
    if slot.widget:
        return False  # it has a value of its own
    if sent.node.type == CHOSEN:
        return _is_chosen(sent.node, node, slot)
    return not sent.input or sent.input[:3] in slot.name.lower()


def _is_chosen(sender: Node, node: Node, slot: Slot) -> bool:
    """Whether the title and the input that *sender* was told to look for are these."""
    told = sender.values if isinstance(sender.values, list) else []
    names = (node.title or node.type, slot.name)
    return all(_matches(text, name) for text, name in zip(told, names, strict=False))


def _matches(pattern: Any, name: str) -> bool:
    """Whether *name* has *pattern* in it. Only plain ones are read: others cannot be trusted."""
    if not isinstance(pattern, str) or len(pattern) > MAX_PATTERN:
        return False
    plain = pattern.removesuffix(".*").removeprefix(".*")
    if re.escape(plain) != plain.replace(" ", r"\ ").replace("-", r"\-"):
        return False
    return plain in name
