"""Images that a node sends over the socket, once, and that no server keeps. Pure.

``SaveImageWebsocket`` (ComfyUI's own) has no files: its finished PNGs come as preview frames
while it runs, and its history entry names none.
"""

from collections.abc import Mapping

from comfy.progress.advance import Progress
from comfy.progress.nodes import NodeProgress
from comfy.protocol import events as ev

SENDERS = frozenset({"SaveImageWebsocket"})
"""Node classes whose previews are their results."""


def sender(progress: Progress, event: ev.Previewed) -> str:
    """The node that sends its result in this preview; "" where it is a look at work under way.

    A frame without metadata names no node: it is of the one that runs.
    """
    node = event.node or progress.node
    planned = progress.plan.nodes.get(node)
    return node if planned and planned.node_class in SENDERS else ""


def expected(progress: Progress) -> Mapping[str, int]:
    """How many images each such node of a finished prompt sent, as far as it told; at least 1."""
    return {
        id_: max(1, int(progress.nodes.get(id_, NodeProgress()).max))
        for id_, planned in progress.plan.nodes.items()
        if planned.node_class in SENDERS
    }


__all__ = ["SENDERS", "expected", "sender"]
