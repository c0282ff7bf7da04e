"""``%Node.widget%`` and ``%date:…%`` in the names that files are saved under. Pure.

ComfyUI's page fills them in as it sends a graph, for the servers do not know them (front end
1.58, ``applyTextReplacements``).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comfy.workflow.js_text import js_text

INPUT = "filename_prefix"
SAVERS = frozenset(
    {
        *("SaveImage", "SaveImageAdvanced", "SaveSVGNode", "SaveVideo", "SaveAnimatedWEBP"),
        *("SaveAnimatedPNG", "SaveWEBM", "SaveAudio", "SaveAudioMP3", "SaveAudioOpus"),
        *("SaveAudioAdvanced", "SaveGLB", "Save3DAdvanced", "SaveGaussianSplat"),
        *("SavePointCloud", "CLIPSave", "VAESave", "ModelSave", "LoraSave", "SaveLatent"),
    }
)
"""Node classes whose `INPUT` is filled in."""
NAME = "name"
"""What a node of a graph is called in patterns, in its ``_meta``; absent: its class."""
PATTERN = "pattern"
"""What a name was before it was filled in, in a node's ``_meta``."""
_PATTERN = re.compile(r"%([^%]+)%")
_UNFIT = re.compile(r'[/?<>\\:*|"\x00-\x1f\x7f]')
_DATE = re.compile("dd?|MM?|hh?|mm?|ss?|yyy?y?")


@dataclass(frozen=True, slots=True)
class Named:
    """A node that patterns may mean: by its `name`, else by its `title`; its widgets' `values`."""

    name: str
    title: str
    values: Mapping[str, Any]


def fill_text(text: str, nodes: Iterable[Named], now: datetime | None = None) -> str:
    """Return *text* with every pattern filled in that *nodes* and *now* have something for."""
    known = list(nodes)

    def filled(match: re.Match[str]) -> str:
        parts = match[1].split(".")
        if len(parts) != 2:
            is_date = now is not None and parts[0].startswith("date:")
            return _date(parts[0][5:], now) if now and is_date else match[0]
        node = meant(known, parts[0])
        if node is None or parts[1] not in node.values:
            return match[0]
        return _UNFIT.sub("_", js_text(node.values[parts[1]]))

    return _PATTERN.sub(filled, text)


def fill_names(graph: Mapping[str, Any], now: datetime | None = None) -> dict[str, Any]:
    """Return *graph* with the names of files filled in from what its nodes hold.

    What was written there stays in their ``_meta``, for `as_written`.
    """
    nodes: list[Named] | None = None
    filled = dict(graph)
    for id_, node in graph.items():
        text = pattern_of(node)
        if text is not None:
            nodes = named_nodes(graph) if nodes is None else nodes
            meta = node.get("_meta")
            told = {**(meta if isinstance(meta, Mapping) else {}), PATTERN: text}
            filled[id_] = {**with_text(node, fill_text(text, nodes, now)), "_meta": told}
    return filled


def as_written(graph: Mapping[str, Any]) -> dict[str, Any]:
    """Return *graph* with the names of files as they were before `fill_names`."""
    return {id_: _as_written(node) for id_, node in graph.items()}


def _as_written(node: Any) -> Any:
    meta = node.get("_meta") if isinstance(node, Mapping) else None
    text = meta.get(PATTERN) if isinstance(meta, Mapping) else None
    is_whole = isinstance(text, str) and isinstance(node.get("inputs"), Mapping)
    if not is_whole or not isinstance(meta, Mapping):
        return node
    told = {name: value for name, value in meta.items() if name != PATTERN}
    return {**with_text(node, str(text)), "_meta": told}


def pattern_of(node: Any) -> str | None:
    """The name that *node* saves under, where that may have patterns."""
    if not isinstance(node, Mapping) or node.get("class_type") not in SAVERS:
        return None
    inputs = node.get("inputs")
    text = inputs.get(INPUT) if isinstance(inputs, Mapping) else None
    return text if isinstance(text, str) and text.count("%") > 1 else None


def with_text(node: Mapping[str, Any], text: str) -> dict[str, Any]:
    """*node*, saving under *text*."""
    return {**node, "inputs": {**node["inputs"], INPUT: text}}


def named_nodes(graph: Mapping[str, Any]) -> list[Named]:
    """The nodes of *graph* as patterns mean them; links are no values."""
    found = []
    for node in graph.values():
        if not isinstance(node, Mapping):
            continue
        meta, inputs = node.get("_meta"), node.get("inputs")
        told = meta if isinstance(meta, Mapping) else {}
        own = inputs if isinstance(inputs, Mapping) else {}
        class_type = str(node.get("class_type"))
        default = "" if class_type in SAVERS else class_type
        values = {name: v for name, v in own.items() if not isinstance(v, list)}
        name, title = told.get(NAME, default), told.get("title", class_type)
        found.append(Named(str(name), str(title), values))
    return found


def meant(nodes: Iterable[Named], name: str) -> Named | None:
    """The first of *nodes* that *name* means."""
    known = list(nodes)
    by_name = (node for node in known if node.name == name)
    by_title = (node for node in known if node.title == name)
    return next(by_name, None) or next(by_title, None)


def _date(form: str, now: datetime) -> str:
    parts = {"d": now.day, "M": now.month, "h": now.hour, "m": now.minute, "s": now.second}

    def part(match: re.Match[str]) -> str:
        text = match[0]
        if text.startswith("y"):
            return text if len(text) == 3 else f"{now.year:04}"[-len(text) :]
        return f"{parts[text[0]]:0{len(text)}}"

    return _DATE.sub(part, form)
