"""LoRAs: which, how strong, in what order; as requests name them and as graphs load them. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from comfy.workflow.limits import MAX_LORAS

MOST_WEIGHT = 10.0
"""Either way; far over what makes a picture."""
OLD_NAME, OLD_WEIGHTS = "lora", ("lora_strength", "loraStrength")
"""Fields by which a request named its one LoRA before there could be several."""
_NONE = ("", "None")
_WEIGHTS = ("strength_model", "strength", "lora_weight")


class LoraUse(BaseModel):
    """One LoRA of a request.

    `weight` is how strongly it changes the model, `clip_weight` the text encoders, None for as
    strongly; where `on` is False it is kept in the list and not used.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )

    name: str = Field(min_length=1, max_length=1024)
    weight: float = Field(default=1.0, ge=-MOST_WEIGHT, le=MOST_WEIGHT)
    clip_weight: float | None = Field(default=None, ge=-MOST_WEIGHT, le=MOST_WEIGHT)
    on: bool = True

    @property
    def said(self) -> str:
        """Its name and weight in words, with that of the text encoders where it is another."""
        text = "" if self.clip_weight is None else f" (text {self.clip_weight:g})"
        return f"{self.name} at {self.weight:g}{text}"


def as_list(given: Mapping[str, Any]) -> dict[str, Any]:
    """*given* with its one LoRA of earlier versions, if any, as the first of `loras`."""
    known = {OLD_NAME, *OLD_WEIGHTS}
    left = {name: value for name, value in given.items() if name not in known}
    name = given.get(OLD_NAME)
    if name in (None, ""):
        return left
    weight = next((given[one] for one in OLD_WEIGHTS if given.get(one) is not None), 1.0)
    one = {"name": name, "weight": weight}
    others = left.get("loras") or ()
    return {**left, "loras": [one, *others]} if isinstance(others, list | tuple) else left


def loras_in(graph: Mapping[str, Any]) -> tuple[LoraUse, ...]:
    """The LoRAs that *graph* loads, in its order, each once; of any shape, for it is read.

    Those of loaders, and those of rgthree's Power Lora Loader that are on. A weight that comes
    from another node counts as 1.
    """
    found: dict[tuple[Any, ...], LoraUse] = {}
    for node in graph.values():
        inputs = node.get("inputs") if isinstance(node, Mapping) else None
        for use in _of_node(inputs) if isinstance(inputs, Mapping) else ():
            found.setdefault((use.name, use.weight), use)
            if len(found) == MAX_LORAS:
                return tuple(found.values())
    return tuple(found.values())


def row_of(one: LoraUse) -> dict[str, Any]:
    """*one* in the API's spelling, as JSON has it; what it does not say is left out."""
    return one.model_dump(mode="json", by_alias=True, exclude_none=True)


def names_of(loras: Iterable[LoraUse]) -> tuple[str, ...]:
    """Their names, each once."""
    return tuple(dict.fromkeys(one.name for one in loras))


def _of_node(inputs: Mapping[str, Any]) -> Iterator[LoraUse]:
    if _is_name(name := inputs.get("lora_name")):
        weight = next((_number(inputs[one]) for one in _WEIGHTS if one in inputs), 1.0)
        clip = _number(inputs["strength_clip"]) if "strength_clip" in inputs else None
        yield _use(name, weight, clip)
    for row in inputs.values():
        if isinstance(row, Mapping) and row.get("on") and _is_name(name := row.get("lora")):
            clip = row.get("strengthTwo")
            weight = _number(row.get("strength"))
            yield _use(name, weight, None if clip is None else _number(clip))


def _use(name: str, weight: float, clip: float | None) -> LoraUse:
    # A graph may hold what no request takes.
    return LoraUse.model_construct(
        name=name[:1024], weight=weight, clip_weight=None if clip == weight else clip, on=True
    )


def _is_name(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and value not in _NONE


def _number(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) <= 1e6 else 1.0
