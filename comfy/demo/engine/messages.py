"""What a running prompt tells the world: messages, progress, previews. The recorded order."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comfy.demo.engine.queue import Outcome, Prompt, now_ms
from comfy.demo.engine.sockets import Sockets

Json = dict[str, Any]

THROTTLE_SECONDS = 0.1
THROTTLE_SHARE = 0.005


@dataclass
class NodeProgress:
    """One node as ``progress_state`` shows it."""

    value: float
    max: float
    state: str
    display: str
    parent: str | None
    real: str


class Report:
    """The messages of one prompt."""

    def __init__(
        self, sockets: Sockets, prompt: Prompt, outcome: Outcome, *, throttle: bool
    ) -> None:
        self._sockets = sockets
        self._prompt = prompt
        self._outcome = outcome
        self._throttle = throttle
        self._nodes: dict[str, NodeProgress] = {}
        self._told: dict[str, tuple[float, float]] = {}
        self.last_node: str | None = None

    def message(self, event: str, data: Json, *, broadcast: bool = False) -> None:
        """A milestone, kept in the history too."""
        full = {"prompt_id": self._prompt.prompt_id, **data, "timestamp": now_ms()}
        if event == "execution_cached":  # recorded with its fields in this order
            full = {**data, "prompt_id": self._prompt.prompt_id, "timestamp": full["timestamp"]}
        self._outcome.messages.append([event, full])
        if self._prompt.client_id is not None or broadcast:
            self._sockets.send(event, full, self._prompt.client_id)

    def blocked(self, error: Json) -> None:
        """A node that is not run; as in ComfyUI, the history does not have it."""
        self._own("execution_error", error)

    def start(self, node: str, display: str, parent: str | None, real: str) -> None:
        """A node begins."""
        if node not in self._nodes:
            self._nodes[node] = NodeProgress(0.0, 1.0, "running", display, parent, real)
            self._state()
        self.last_node = node
        self._own("executing", {"node": node, "display_node": display})

    def finish(self, node: str) -> None:
        """A node is done."""
        entry = self._nodes.setdefault(node, NodeProgress(0, 1, "running", node, None, node))
        entry.value, entry.state = entry.max, "finished"
        self._state()

    def executed(self, node: str, display: str, output: Any) -> None:
        """A node's UI output."""
        self._own("executed", {"node": node, "display_node": display, "output": output})

    def over(self) -> None:
        """Nothing runs any more; history is readable."""
        self._own("executing", {"node": None})

    def progress(
        self, node: str, value: float, max_: float, preview: tuple[bytes, str] | None = None
    ) -> None:
        """A node's progress and, with it, a preview (bytes, media type)."""
        if preview is None and self._too_soon(node, value, max_):
            return
        self._told[node] = (time.monotonic(), value)
        entry = self._nodes[node]
        entry.value, entry.max = value, max_
        self._state()
        if preview:
            self._preview(node, entry, preview, with_metadata=True)
        data = {"value": value, "max": max_, "prompt_id": self._prompt.prompt_id, "node": node}
        self._sockets.send("progress", data, self._prompt.client_id)
        if preview:
            self._preview(node, entry, preview, with_metadata=False)

    def _preview(
        self, node: str, entry: NodeProgress, preview: tuple[bytes, str], *, with_metadata: bool
    ) -> None:
        metadata: Mapping[str, Any] = {
            "node_id": node,
            "prompt_id": self._prompt.prompt_id,
            "display_node_id": entry.display,
            "parent_node_id": entry.parent,
            "real_node_id": entry.real,
        }
        image, media = preview
        self._sockets.send_preview(
            image, media, metadata, self._prompt.client_id, with_metadata=with_metadata
        )

    def _too_soon(self, node: str, value: float, max_: float) -> bool:
        if not self._throttle or value >= max_ or node not in self._told:
            return False
        at, told = self._told[node]
        return time.monotonic() - at < THROTTLE_SECONDS or value - told < max_ * THROTTLE_SHARE

    def _own(self, event: str, data: Json) -> None:
        """An event that only the prompt's own client gets; without one, nobody."""
        if self._prompt.client_id is not None:
            full = {**data, "prompt_id": self._prompt.prompt_id}
            self._sockets.send(event, full, self._prompt.client_id)

    def _state(self) -> None:
        id_ = self._prompt.prompt_id
        nodes = {
            node: {
                "value": entry.value,
                "max": entry.max,
                "state": entry.state,
                "node_id": node,
                "prompt_id": id_,
                "display_node_id": entry.display,
                "parent_node_id": entry.parent,
                "real_node_id": entry.real,
            }
            for node, entry in self._nodes.items()
        }
        data = {"prompt_id": id_, "nodes": nodes}
        self._sockets.send("progress_state", data, self._prompt.client_id)
