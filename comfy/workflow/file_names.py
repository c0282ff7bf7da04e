"""Names of files on a server that nobody else's generation can take. Pure.

ComfyUI numbers files by their prefix, from 1 again in a folder that is empty: under a prefix of
its own a generation's file is never another's. Prefixes that people chose stay theirs.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from comfy.protocol.events import OutputFile
from comfy.workflow.name_patterns import INPUT, as_written

PREFIX = "stepglass"
"""What graphs that ship say; the generation's id is added as it is sent."""
_OURS = re.compile(rf"{PREFIX}(_[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})?")


def named(graph: Mapping[str, Any], id_: str) -> dict[str, Any]:
    """Return *graph* with files of our own naming under the generation's id.

    Only nodes that save change, so that a server can reuse what it cached of all others.
    """
    return _prefixed(graph, f"{PREFIX}_{id_}")


def unnamed(graph: Mapping[str, Any]) -> dict[str, Any]:
    """Return *graph* as it was before `named`, whoever's it is, and before names were filled in."""
    return _prefixed(as_written(graph), PREFIX)


def named_files(graph: Mapping[str, Any], id_: str, number: int) -> list[OutputFile]:
    """The file *number*, from 1, of each node that saves under the name of generation *id_*.

    ComfyUI counts the files of a prefix from 1 (folder_paths.get_save_image_path).
    """
    return [
        OutputFile(node, "images", f"{PREFIX}_{id_}_{number:05}_.png")
        for node, prefix in _prefixes(graph)
        if prefix == f"{PREFIX}_{id_}"
    ]


def _prefixes(graph: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for id_, node in graph.items():
        inputs = node.get("inputs") if isinstance(node, Mapping) else None
        prefix = inputs.get(INPUT) if isinstance(inputs, Mapping) else None
        if isinstance(prefix, str):
            yield id_, prefix


def _prefixed(graph: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {id_: _with_prefix(node, prefix) for id_, node in graph.items()}


def _with_prefix(node: Any, prefix: str) -> Any:
    inputs = node.get("inputs") if isinstance(node, Mapping) else None
    if not isinstance(inputs, Mapping):
        return node
    present = inputs.get(INPUT)
    if not isinstance(present, str) or not _OURS.fullmatch(present):
        return node
    return {**node, "inputs": {**inputs, INPUT: prefix}}
