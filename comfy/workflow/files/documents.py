"""JSON of ComfyUI: a saved workflow, an API graph, a POSTed body, a preset of ours. Pure."""

from collections.abc import Mapping
from typing import Any

from comfy.errors import WorkflowError
from comfy.graph.plan import node_title
from comfy.workflow.files.found import Found
from comfy.workflow.files.programs.civitai import civitai_settings
from comfy.workflow.json_text import parse_json
from comfy.workflow.read_saved import is_ui_format

PRESET_KEY = "stepglass"
"""The key by which a saved preset of our own is told: its version."""
_CIVITAI = frozenset({"extra", "extraMetadata"})
"""What Civitai's generator writes among the nodes of a graph."""


def read_document(data: Any, what: str = "The file") -> Found:
    """Tell a saved workflow, an API export, a POSTed body, and our own preset apart.

    Raises WorkflowError with a sentence where it is none of these.
    """
    if not isinstance(data, Mapping):
        raise WorkflowError(f"{what} is JSON, but no workflow: it holds no object.")
    if found := comfy_document(data):
        return found
    if node := _classless(data) or _classless(data.get("prompt")):
        raise WorkflowError(
            f"{what} is no workflow that can be run: {node} has no class_type. It may be "
            "damaged; export it from ComfyUI again."
        )
    raise WorkflowError(
        f"{what} is JSON, but no workflow: neither one that ComfyUI saved nor its API export."
    )


def comfy_document(data: Mapping[str, Any]) -> Found:
    """The same, nothing where it is none of these."""
    if PRESET_KEY in data:
        graph = data.get("graph")
        return Found(graph=graph if is_api_graph(graph) else None, preset=data)
    if is_ui_format(data):
        return Found(workflow=data)
    if is_api_graph(data):
        return Found(graph=data)
    if not _CIVITAI.isdisjoint(data):
        nodes = {key: node for key, node in data.items() if key not in _CIVITAI}
        settings = civitai_settings(str(data.get("extraMetadata") or ""))
        return Found(graph=nodes if is_api_graph(nodes) else None, settings=settings)
    prompt, extra = _object(data.get("prompt")), data.get("extra_data")
    info = extra.get("extra_pnginfo") if isinstance(extra, Mapping) else None
    saved = _object((info if isinstance(info, Mapping) else data).get("workflow"))
    return Found(
        graph=prompt if is_api_graph(prompt) else None,
        workflow=saved if is_ui_format(saved) else None,
    )


def is_api_graph(data: Any) -> bool:
    """True where *data* is an API graph: nodes by id, each with its class."""
    return (
        isinstance(data, Mapping)
        and bool(data)
        and all(
            isinstance(node, Mapping) and isinstance(node.get("class_type"), str)
            for node in data.values()
        )
    )


def _object(value: Any) -> Any:
    """*value*, or what it says where it is JSON within JSON (as Video Combine writes it)."""
    if not isinstance(value, str) or not value.lstrip().startswith("{"):
        return value
    try:
        return parse_json(value, "The workflow")
    except WorkflowError:
        return None


def _classless(data: Any) -> str:
    """Which node keeps *data* from being an API graph by its class alone; "" where none does."""
    nodes = data if isinstance(data, Mapping) else {}
    if not all(isinstance(node, Mapping) and "inputs" in node for node in nodes.values()):
        return ""
    lacking = [id_ for id_, node in nodes.items() if not isinstance(node.get("class_type"), str)]
    if not lacking:
        return ""
    return f"“{node_title(nodes, lacking[0], {})[:80]}” (node {lacking[0][:40]})"
