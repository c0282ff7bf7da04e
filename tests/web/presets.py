"""A workflow to be kept, and whoever keeps it."""

from dataclasses import dataclass
from typing import Any

import httpx

from comfy.workflow.families.build import build_graph
from comfy.workflow.request import MAX_SEED, GenerationRequest
from studio.access.viewer import Viewer
from studio.ids import new_id
from tests.support.served import Served

CHECKPOINT = "demo-landscapes.safetensors"
SMALL = GenerationRequest(prompt="a sea", checkpoint=CHECKPOINT, width=64, height=64, steps=2)
GRAPH = build_graph(SMALL, MAX_SEED)


def stored(client: httpx.Client, workflow: Any = GRAPH, name: str = "sea") -> Any:
    """What is answered where *workflow* is kept for *client*."""
    answer = client.post("/api/workflows", json={"name": name, "workflow": workflow})
    assert answer.status_code == 201, answer.text
    return answer.json()


@dataclass(frozen=True)
class Program:
    """A program with the token of one browser's owner."""

    served: Served
    viewer: Viewer
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def client(self, **headers: str) -> httpx.Client:
        return self.served.browser(headers=self.headers | headers)

    def save(self, name: str = "Sea at dawn", graph: Any = GRAPH) -> None:
        with self.client() as client:
            stored(client, graph, name)


def program(served: Served, owner: str = "") -> Program:
    """A program of *owner*'s, or of somebody new."""
    viewer = Viewer(owner or f"browser:{new_id()}")
    return Program(served, viewer, served.studio.tokens.of(viewer.owner))
