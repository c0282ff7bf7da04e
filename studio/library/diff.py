"""What differs between the settings of two generations. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from comfy.workflow.file_names import unnamed
from comfy.workflow.loras import LoraUse
from comfy.workflow.model_names import short_name
from storage.records import Generation
from studio.generations import made_with

MAX_DIFFERENCES = 500
"""Of two graphs that have little in common the first ones are enough."""
_SETTINGS = (
    ("Prompt", "prompt"),
    ("Negative prompt", "negative_prompt"),
    ("Workflow", "workflow"),
    ("Checkpoint", "checkpoint"),
    ("Width", "width"),
    ("Height", "height"),
    ("Steps", "steps"),
    ("CFG", "cfg"),
    ("Sampler", "sampler"),
    ("Scheduler", "scheduler"),
    ("Seed", "seed"),
    ("Batch size", "batch"),
    ("Server", "server"),
)
"""Names and fields of what every record has, in the order of the form."""
NOTHING = (None, "")
"""What a setting holds that is not there: no difference between these."""
_ASKED = (("Denoise", "denoise"), ("Image", "image"))
"""What the built-in form asks for besides."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that differs: its name, and both values; None where one has it not."""

    name: str
    first: Any
    second: Any


Numbers = tuple[int | None, int | None]


def differences(
    first: Generation, second: Generation, numbers: Numbers = (None, None)
) -> list[Difference]:
    """What differs: the form's fields first, then the inputs of the graphs by their nodes' titles.

    Links between nodes do not count, nor do inputs that a field already shows to differ. Of two
    images of one batch, by their *numbers*, it is their place in it, and their files.
    """
    if first.id == second.id:
        return list(_files(first, numbers))
    found = [*_settings(first, second)]
    shown = {(_key(one.first), _key(one.second)) for one in found}
    inputs = _inputs(first, second)
    found += [one for one in inputs if (_key(one.first), _key(one.second)) not in shown]
    return found[:MAX_DIFFERENCES]


def _files(record: Generation, numbers: Numbers) -> Iterator[Difference]:
    """What differs between two files of one generation."""
    first, second = (record.image(number) for number in numbers)
    if first is None or second is None:
        return
    places = [record.images.index(image) + 1 for image in (first, second)]
    yield from _pair("Image of the batch", *places)
    for name, field in (("Width", "width"), ("Height", "height"), ("Bytes", "bytes")):
        yield from _pair(name, getattr(first, field), getattr(second, field))


def _settings(first: Generation, second: Generation) -> Iterator[Difference]:
    for name, field in _SETTINGS:
        yield from _pair(name, getattr(first, field), getattr(second, field))
    yield from _loras(made_with.loras(first), made_with.loras(second))
    for name, field in _ASKED:
        yield from _pair(name, first.request.get(field), second.request.get(field))


def _loras(first: Sequence[LoraUse], second: Sequence[LoraUse]) -> Iterator[Difference]:
    """The LoRAs in their order; the strength alone, where one stands in the same place."""
    for one, other in zip_longest(first, second):
        if one and other and one.name == other.name:
            yield from _pair(f"{short_name(one.name)} · LoRA strength", one.weight, other.weight)
        else:
            yield from _pair("LoRA", one and one.said, other and other.said)


def _inputs(first: Generation, second: Generation) -> Iterator[Difference]:
    before, after = _values(unnamed(first.graph)), _values(unnamed(second.graph))
    titles = _titles(first.graph) | _titles(second.graph)
    for node, name in (*before, *(key for key in after if key not in before)):
        label = f"{titles[node]} · {name}"
        yield from _pair(label, before.get((node, name)), after.get((node, name)))


def _pair(name: str, first: Any, second: Any) -> Iterator[Difference]:
    if _key(first) != _key(second) and not (first in NOTHING and second in NOTHING):
        yield Difference(name, first, second)


def _key(value: Any) -> tuple[bool, str]:
    """*value* so that 7 is 7.0, but true is not 1."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return False, str(int(value) if value == value // 1 else value)
    return isinstance(value, bool), repr(value)


def _values(graph: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """The inputs of *graph* that are values, by node and name."""
    return {
        (node, name): value
        for node, content in graph.items()
        for name, value in _inputs_of(content).items()
        if not _is_link(value, graph)
    }


def _inputs_of(node: Any) -> Mapping[str, Any]:
    inputs = node.get("inputs") if isinstance(node, Mapping) else None
    return inputs if isinstance(inputs, Mapping) else {}


def _is_link(value: Any, graph: Mapping[str, Any]) -> bool:
    return isinstance(value, list) and len(value) == 2 and str(value[0]) in graph


def _titles(graph: Mapping[str, Any]) -> dict[str, str]:
    """What people call the nodes; those of one title also have their ids."""
    plain = {id_: _title(node) or id_ for id_, node in graph.items()}
    names = list(plain.values())
    return {id_: t if names.count(t) == 1 else f"{t} ({id_})" for id_, t in plain.items()}


def _title(node: Any) -> str:
    if not isinstance(node, Mapping):
        return ""
    meta = node.get("_meta")
    title = meta.get("title") if isinstance(meta, Mapping) else None
    return str(title or node.get("class_type") or "")
