"""An API graph and a catalogue → the fields a person would want, in the order they would. Pure.

Every widget of every node that will run is a field. Those that nearly everybody changes come
first (`Field.first`); the rest is grouped by node. What cannot be a field is said in a sentence.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from comfy.graph.plan import needed, node_title
from comfy.workflow.catalogue import Catalogue, Input, NodeClass
from comfy.workflow.form.text_roles import text_roles
from comfy.workflow.widget_types import DYNAMIC_COMBO, keys_of, widgets_of

MAX_FIELDS = 2000


class Kind(StrEnum):
    """Which widget a field wants."""

    TEXT = "text"
    PROMPT = "prompt"  # text of several lines
    WHOLE = "whole"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    CHOICES = "choices"  # several at once
    SEED = "seed"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    COLOUR = "colour"


@dataclass(frozen=True, slots=True)
class Field:
    """One input on a form. `key` is ``NODE.input``, unique in a form.

    `value` is what the graph holds, `least`, `most` and `step` are of numbers, `choices` keep the
    types the server gave them, `help` is its tooltip. `first` puts it among those shown first.
    What is chosen for a `dynamic` one decides which fields there are beneath it.
    """

    key: str
    node: str
    input: str
    label: str
    group: str
    kind: Kind
    value: Any = None
    choices: tuple[Any, ...] = ()
    least: float | int | None = None
    most: float | int | None = None
    step: float | int | None = None
    help: str = ""
    first: bool = False
    advanced: bool = False
    dynamic: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """The fields, those shown first at the front, and sentences about what has none."""

    fields: tuple[Field, ...]
    unfit: tuple[str, ...] = field(default=())

    def get(self, key: str) -> Field | None:
        """The field named *key*."""
        return next((one for one in self.fields if one.key == key), None)


_FIRST = (
    ("prompt",),
    ("negative",),
    ("image", "video", "audio", "mask"),
    ("width",),
    ("height",),
    ("ckpt_name", "unet_name", "model_name"),
    ("lora_name",),
    ("steps",),
    ("cfg", "guidance"),
    ("sampler_name",),
    ("scheduler",),
    ("denoise",),
    ("seed", "noise_seed"),
    ("batch_size",),
)
"""Inputs that come first, by role or name, in this order."""
_RANK = {name: rank for rank, names in enumerate(_FIRST) for name in names}
_UPLOADS = (
    ("image_upload", Kind.IMAGE),
    ("animated_image_upload", Kind.IMAGE),
    ("video_upload", Kind.VIDEO),
    ("audio_upload", Kind.AUDIO),
)
_SEEDS = frozenset({"seed", "noise_seed"})


def make_form(graph: Mapping[str, Any], catalogue: Catalogue) -> Form:
    """Return the form of *graph*, for the nodes that its outputs need."""
    roles = text_roles(graph)
    fields: list[tuple[int, int, Field]] = []
    unfit: list[str] = []
    for node, class_name in needed(graph, catalogue.output_classes).items():
        node_class = catalogue.nodes.get(class_name)
        title = node_title(graph, node, catalogue.display_names)
        if node_class is None:
            unfit.append(
                f"{title}: the server has no node “{class_name}”, so its inputs "
                "are kept as they are."
            )
            continue
        for found in _fields(graph, node, node_class, title, unfit):
            role = roles.get(found.key, found.input)
            rank = _RANK.get(role if role in _RANK else found.input, len(_FIRST))
            label = {"prompt": "Prompt", "negative": "Negative prompt"}.get(role, found.label)
            first = rank < len(_FIRST) and not found.advanced
            fields.append((rank if first else len(_FIRST), len(fields), replace(
                found, first=first, label=label if first else found.label
            )))  # fmt: skip
    ordered = [one for *_, one in sorted(fields, key=lambda item: item[:2])[:MAX_FIELDS]]
    return Form(tuple(_told_apart(ordered)), tuple(unfit))


def fill(graph: Mapping[str, Any], form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return *graph* with *values* by field key; keys that are no field are ignored.

    Lists are wrapped, for a bare list is a link in an API graph.
    """
    filled = {id_: _copied(node) for id_, node in graph.items()}
    for one in form.fields:
        if one.key in values:
            value = values[one.key]
            filled[one.node]["inputs"][one.input] = (
                {"__value__": list(value)} if isinstance(value, list | tuple) else value
            )
    return filled


def _copied(node: Any) -> Any:
    if not isinstance(node, Mapping):
        return node
    inputs = node.get("inputs")
    return {**node, "inputs": dict(inputs) if isinstance(inputs, Mapping) else {}}


def _fields(
    graph: Mapping[str, Any], node: str, node_class: NodeClass, title: str, unfit: list[str]
) -> Iterator[Field]:
    inputs = graph[node].get("inputs")
    given = inputs if isinstance(inputs, Mapping) else {}
    linked = {name for name, value in given.items() if _is_link(value)}
    for name, input_ in widgets_of(node_class, given).items():
        if name in linked or name not in given:
            continue
        kind = _kind(input_)
        if kind is None:
            unfit.append(
                f"{title}: {name} is edited on ComfyUI's own page only and stays as it is."
            )
            continue
        yield _field(node, name, title, input_, kind, _unwrapped(given[name]))


def _kind(input_: Input) -> Kind | None:
    options = input_.options
    for option, kind in _UPLOADS:
        if options.get(option) and not options.get("widgetType"):
            return kind
    if input_.type in ("INT", "FLOAT") and input_.name in _SEEDS:
        return Kind.SEED
    if input_.type == "COMBO":
        return Kind.CHOICES if options.get("multiselect") else Kind.CHOICE
    if input_.type == "STRING" and not options.get("widgetType"):
        return Kind.PROMPT if options.get("multiline") else Kind.TEXT
    return {
        "INT": Kind.WHOLE,
        "FLOAT": Kind.NUMBER,
        "BOOLEAN": Kind.SWITCH,
        "COLOR": Kind.COLOUR,
        DYNAMIC_COMBO: Kind.CHOICE,
    }.get(str(options.get("widgetType") or input_.type))


def _field(node: str, name: str, title: str, input_: Input, kind: Kind, value: Any) -> Field:
    options = input_.options
    choices = tuple(keys_of(input_)) if input_.type == DYNAMIC_COMBO else input_.raw_choices
    return Field(
        f"{node}.{name}",
        node,
        name,
        str(options.get("display_name") or _words(name)),
        title,
        kind,
        value,
        choices,
        _number(options.get("min")),
        _number(options.get("max")),
        _number(options.get("step")),
        str(options.get("tooltip") or "")[:1000],
        advanced=bool(options.get("advanced") or options.get("hidden")),
        dynamic=input_.type == DYNAMIC_COMBO,
    )


def _told_apart(fields: list[Field]) -> Iterator[Field]:
    """Say whose field it is where a label stands twice among the first: by node, then by id."""
    first = [one for one in fields if one.first]
    labels = Counter(one.label for one in first)
    named = Counter((one.label, one.group) for one in first)
    for one in fields:
        if one.first and labels[one.label] > 1:
            whose = f"{one.group} {one.node}" if named[one.label, one.group] > 1 else one.group
            one = replace(one, label=f"{one.label} ({whose})")
        yield one


def _is_link(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], int)
    )


def _unwrapped(value: Any) -> Any:
    return value["__value__"] if isinstance(value, Mapping) and "__value__" in value else value


def _words(name: str) -> str:
    """``sampler_name`` → ``Sampler name``; the part after a dynamic combo's key counts."""
    text = name.rpartition(".")[2].replace("_", " ").strip()
    known = {"cfg": "CFG", "ckpt name": "Checkpoint", "lora name": "LoRA", "noise seed": "Seed",
             "sampler name": "Sampler", "unet name": "Model", "vae name": "VAE"}  # fmt: skip
    return known.get(text) or text[:1].upper() + text[1:]


def _number(value: Any) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if value == value and abs(value) != float("inf") else None
