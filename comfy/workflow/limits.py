"""How large a workflow may be. Pure."""

from collections.abc import Mapping
from typing import Any

from comfy.errors import WorkflowError

MAX_NODES = 5_000
"""Of a graph, or of a saved workflow with its subgraphs; the largest that are shared have 500."""
MAX_LORAS = 50
"""Of one generation; each costs time and memory, and a picture of ten is a muddle already."""


def check_size(workflow: Mapping[str, Any]) -> None:
    """Raise WorkflowError for more nodes than MAX_NODES, in a graph or in what ComfyUI saves."""
    count = _count(workflow) if isinstance(workflow.get("nodes"), list) else len(workflow)
    if count > MAX_NODES:
        raise WorkflowError(
            f"The workflow has {count:,} nodes; the most is {MAX_NODES:,}. Split it into several."
        )


def _count(workflow: Mapping[str, Any]) -> int:
    """Nodes of a saved workflow, those of its subgraphs' definitions counted once."""
    inner = workflow.get("definitions")
    subgraphs = inner.get("subgraphs") if isinstance(inner, Mapping) else None
    parts = [workflow, *(subgraphs if isinstance(subgraphs, list) else ())]
    lists = [part.get("nodes") for part in parts if isinstance(part, Mapping)]
    return sum(len(nodes) for nodes in lists if isinstance(nodes, list))
