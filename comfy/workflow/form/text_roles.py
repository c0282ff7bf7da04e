"""Which texts of a graph are the prompt and which the negative one: what samplers read them as."""

from collections.abc import Iterator, Mapping
from typing import Any

from comfy.graph.plan import links

MAX_HOPS = 64
"""Links followed from a sampler to a text."""
POSITIVE, NEGATIVE = "positive", "negative"
_ROLES = ((POSITIVE, "prompt", POSITIVE), ("guider", "prompt", POSITIVE),
          (NEGATIVE, "negative", NEGATIVE))  # fmt: skip
"""Name of an input, the role of what feeds it, and the way back to that. Positive first: a negative
made of the same text (zeroed out) is no field of its own."""
_TEXTS = ("text", "prompt", "value", "text_g", "clip_l", "t5xxl")

ENCODERS = frozenset(
    {
        *("CLIPTextEncode", "CLIPTextEncodeSDXL", "CLIPTextEncodeSDXLRefiner"),
        *("CLIPTextEncodeSD3", "CLIPTextEncodeFlux", "CLIPTextEncodeHunyuanDiT"),
        *("CLIPTextEncodeHiDream", "CLIPTextEncodeLumina2", "CLIPTextEncodePixArtAlpha"),
        *("CLIPTextEncodeControlnet", "CLIPTextEncodeKandinsky5"),
        *("TextEncodeQwenImageEdit", "TextEncodeQwenImageEditPlus"),
        *("TextEncodeHunyuanVideo_ImageToVideo", "TextEncodeAceStepAudio"),
        "TextEncodeAceStepAudio1.5",
    }
)
"""ComfyUI's own nodes that encode a text: what names a LoRA in it is words to them. Nodes of packs
may load it."""


def text_roles(graph: Mapping[str, Any]) -> dict[str, str]:
    """The role, "prompt" or "negative", of each text that a sampler reads, by its key."""
    roles: dict[str, str] = {}
    for name, role, way in _ROLES:
        for node in graph.values():
            for source, _ in links({"inputs": {name: _inputs(node).get(name)}}):
                for key in _texts_above(graph, source, way):
                    roles.setdefault(key, role)
    return roles


def _texts_above(graph: Mapping[str, Any], node: str, way: str) -> Iterator[str]:
    """Keys of the nearest texts that feed *node*, going the *way* where there are two."""
    level, seen = [node], {node}
    for _ in range(MAX_HOPS):
        found = [key for one in level for key in _texts_of(graph, one)]
        if found or not level:
            yield from found
            return
        above = [source for one in level for source in _sources(graph.get(one), way)]
        level = [source for source in dict.fromkeys(above) if source not in seen]
        seen.update(level)


def _sources(node: Any, way: str) -> list[str]:
    """What feeds *node*; where it takes both kinds of conditioning, only that of the *way*."""
    both = {name: _inputs(node).get(name) for name in (POSITIVE, NEGATIVE)}
    passed = links({"inputs": both})
    if len(passed) == len(both):
        return [passed[list(both).index(way)][0]]
    return [source for source, _ in links(node)]


def _texts_of(graph: Mapping[str, Any], node: str) -> list[str]:
    inputs = _inputs(graph.get(node))
    return [f"{node}.{name}" for name in _TEXTS if isinstance(inputs.get(name), str)]


def _inputs(node: Any) -> Mapping[str, Any]:
    inputs = node.get("inputs") if isinstance(node, Mapping) else None
    return inputs if isinstance(inputs, Mapping) else {}
