"""Saved workflows, changed as a test wants them, and the graphs they become."""

from typing import Any

from comfy.workflow.convert.convert import convert
from tests.support.workflow_samples import Json, Saved, catalogue

INNER = "11111111-1111-4111-8111-111111111111"
OUTER = "22222222-2222-4222-8222-222222222222"


def graph_of(saved: Saved | Json) -> Json:
    return convert(saved.json() if isinstance(saved, Saved) else saved, catalogue()).graph


def inputs_of(saved: Saved | Json, node: str = "6") -> Json:
    found: Json = graph_of(saved)[node]["inputs"]
    return found


def change(saved: Saved, node: int, **fields: Any) -> Saved:
    next(n for n in saved.nodes if n["id"] == node).update(fields)
    return saved


def unlink(saved: Saved, node: int, name: str) -> Saved:
    slot = next(s for n in saved.nodes if n["id"] == node for s in n["inputs"] if s["name"] == name)
    saved.links = [
        one if one[0] != slot["link"] else [one[0], -1, 0, -1, 0, ""] for one in saved.links
    ]
    slot["link"] = None
    return saved
