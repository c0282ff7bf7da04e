"""How many pixels each node of a graph works on, read off its links. Pure.

A second sampler after an enlargement takes several times longer a step than the first: without
this no weight of theirs could be true.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_MEGAPIXELS = 1e6
"""What a graph says beyond this is no size."""
MAX_NUMBER = 1e9
"""A side, count or factor beyond this is none."""
MODEL_FACTOR = 4.0
"""How many times an upscale model enlarges a side, where its name does not say."""


@dataclass(frozen=True, slots=True)
class Size:
    """`area` in megapixels of one picture, `count` of them."""

    area: float
    count: float = 1.0

    @property
    def megapixels(self) -> float:
        """All pictures together."""
        return self.area * self.count


def megapixels(
    graph: Mapping[str, Any], order: Iterable[str], links: Mapping[str, Iterable[str]]
) -> dict[str, float]:
    """Megapixels by node, batch included; nodes whose size nobody tells are left out.

    *order* has the nodes, each after those that its *links* name.
    """
    sizes: dict[str, Size] = {}
    for id_ in order:
        before = [sizes[source] for source in links.get(id_, ()) if source in sizes]
        largest = max(before, key=lambda size: size.megapixels, default=None)
        node = graph[id_]
        inputs = node.get("inputs") if isinstance(node, Mapping) else None
        if not isinstance(inputs, Mapping):
            continue
        size = _after(str(node.get("class_type", "")).lower(), inputs, graph, largest)
        if size and 0 < size.megapixels <= MAX_MEGAPIXELS:
            sizes[id_] = size
    return {id_: size.megapixels for id_, size in sizes.items()}


def _after(
    name: str, inputs: Mapping[str, Any], graph: Mapping[str, Any], before: Size | None
) -> Size | None:
    """The size that a node of class *name* makes of the largest one that it reads."""
    width, height = _number(inputs.get("width")), _number(inputs.get("height"))
    if width and height and ("latent" in name or "image" in name):
        frames = _number(inputs.get("length")) or 1.0
        count = _number(inputs.get("batch_size")) or (before.count if before else 1.0)
        return Size(width * height / 1e6, count * frames)
    if before is None:
        return None
    if scale := _number(inputs.get("scale_by")):
        return Size(before.area * scale**2, before.count)
    if amount := _number(inputs.get("amount")):
        return Size(before.area, before.count * amount) if "repeat" in name else before
    if "upscalewithmodel" in name:
        return Size(before.area * _factor(inputs, graph) ** 2, before.count)
    return before


def _factor(inputs: Mapping[str, Any], graph: Mapping[str, Any]) -> float:
    """How many times the model that is linked here enlarges a side, by its name."""
    link = inputs.get("upscale_model")
    loader = graph.get(str(link[0])) if isinstance(link, list) and link else None
    told = loader.get("inputs") if isinstance(loader, Mapping) else None
    name = str(told.get("model_name", "")) if isinstance(told, Mapping) else ""
    found = re.search(r"([1-8])x|x([1-8])", name.lower())
    return float(found[1] or found[2]) if found else MODEL_FACTOR


def _number(value: Any) -> float:
    """*value* where it is a positive number, else 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        number = float(value)
    except OverflowError:
        return 0.0
    return number if 0 < number <= MAX_NUMBER else 0.0
