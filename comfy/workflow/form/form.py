"""An API graph and a catalogue → the fields a person would want, in the order they would. Pure.

Every widget of every node that will run is a field. Those that nearly everybody changes come
first (`Field.first`); the rest is grouped by node. What cannot be a field is said in a sentence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from comfy.graph.plan import needed, node_title
from comfy.workflow.catalogue import Catalogue, Input, NodeClass
from comfy.workflow.form.order import (
    FIRST,
    FIRST_FILES,
    LAST,
    NEGATIVE,
    PROMPT,
    WANTED,
    Called,
    fed_by,
    is_value,
    rank_of,
    title_of_value,
    told_apart,
    words,
)
from comfy.workflow.form.text_roles import ENCODERS, text_roles
from comfy.workflow.hints import NO_HINT, Hint, hints_of
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
    What is chosen for a `dynamic` one decides which fields there are beneath it. `also` are keys of
    inputs that hold the same value. `role` is "prompt", "negative" or "", `height` (pixels) what an
    author wants of a text's box. `drawn` are prompts, whose choices and wildcards are drawn: other
    texts of several lines may be anything. `plain` are texts that ComfyUI's own encoders read.
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
    also: tuple[str, ...] = ()
    role: str = ""
    height: int = 0
    drawn: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """The fields, those shown first at the front, and sentences about what has none."""

    fields: tuple[Field, ...]
    unfit: tuple[str, ...] = field(default=())

    def get(self, key: str) -> Field | None:
        """The field named *key*."""
        return next((one for one in self.fields if one.key == key), None)


_UPLOADS = (
    ("image_upload", Kind.IMAGE),
    ("animated_image_upload", Kind.IMAGE),
    ("video_upload", Kind.VIDEO),
    ("audio_upload", Kind.AUDIO),
)
_FILES = frozenset({Kind.IMAGE, Kind.VIDEO, Kind.AUDIO})
_SEEDS = frozenset({"seed", "noise_seed"})


def make_form(graph: Mapping[str, Any], catalogue: Catalogue) -> Form:
    """Return the form of *graph*, for the nodes that its outputs need.

    Where the author of a workflow chose fields, these stand first, in their order, and no others.
    """
    hints = hints_of(graph)
    roles, feeds = text_roles(graph), fed_by(graph)
    drawn: list[tuple[Field, int]] = []
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
        given = feeds.get(node, []) if is_value(node_class) else None
        for found in _fields(graph, node, node_class, title, unfit):
            hint = hints.get(found.key, NO_HINT)
            is_own = title in (class_name, node_class.display_name)
            own = "" if is_own else title_of_value(title)
            called = Called(found.input, roles.get(found.key, ""), hint, own, given)
            plain = class_name in ENCODERS
            drawn.append(_named(replace(found, plain=plain) if plain else found, called, hint))
    ordered = _arranged(_once(drawn, hints), hints)
    if len(ordered) > MAX_FIELDS:
        unfit.append(
            f"{len(ordered) - MAX_FIELDS:,} settings have no field: a form has {MAX_FIELDS:,}."
        )
    return Form(tuple(_told_apart(ordered[:MAX_FIELDS], hints)), tuple(unfit))


def _named(one: Field, called: Called, hint: Hint) -> tuple[Field, int]:
    """*one* as it is called, and its place among what comes first."""
    file = str(one.kind) if one.kind in _FILES else ""
    rank = min(called.rank, rank_of(file) if file else LAST)
    usual = words(file) if file and one.input not in FIRST_FILES else one.label
    role = FIRST[rank][0] if rank < LAST else ""
    named = replace(
        one,
        label=called.label or usual or words(one.input),
        role=role,
        drawn=one.kind is Kind.PROMPT and (one.drawn or role in (PROMPT, NEGATIVE)),
        help=hint.help or one.help,
        height=hint.height,
    )
    return named, LAST if one.advanced and rank not in WANTED else rank


def _once(drawn: list[tuple[Field, int]], hints: Mapping[str, Hint]) -> list[tuple[Field, int]]:
    """One field for all inputs that hold the same value: the one that comes first."""
    groups: dict[str, list[tuple[Field, int]]] = {}
    for one, rank in drawn:
        shared = hints.get(one.key, NO_HINT).shared
        groups.setdefault(f"shared {shared}" if shared else one.key, []).append((one, rank))
    found = []
    for same in groups.values():
        least = min(rank for _, rank in same)
        one = next(one for one, rank in same if rank == least)
        also = tuple(other.key for other, _ in same if other.key != one.key)
        found.append((replace(one, also=also), least))
    return found


def _arranged(drawn: list[tuple[Field, int]], hints: Mapping[str, Hint]) -> list[Field]:
    """What comes first at the front: what the author chose, else what nearly everybody changes."""
    places = {one.key: hints[one.key].at for one, _ in drawn if one.key in hints}
    is_app = any(place >= 0 for place in places.values())
    sortable = []
    for number, (one, rank) in enumerate(drawn):
        place = places.get(one.key, -1)
        first = place >= 0 if is_app else rank < LAST
        order = place if is_app else rank
        sortable.append((order if first else LAST + MAX_FIELDS, number, replace(one, first=first)))
    return [one for *_, one in sorted(sortable, key=lambda item: item[:2])]


def fill(graph: Mapping[str, Any], form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return *graph* with *values* by field key; keys that are no field are ignored.

    Lists are wrapped, for a bare list is a link in an API graph.
    """
    filled = {id_: _copied(node) for id_, node in graph.items()}
    for one in form.fields:
        if one.key in values:
            value = values[one.key]
            wrapped = {"__value__": list(value)} if isinstance(value, list | tuple) else value
            for node, _, name in (key.partition(".") for key in (one.key, *one.also)):
                filled[node]["inputs"][name] = wrapped
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
        str(options.get("display_name") or ""),
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
        drawn=bool(options.get("dynamicPrompts")),
    )


def _told_apart(fields: list[Field], hints: Mapping[str, Hint]) -> Iterator[Field]:
    """Say whose field it is where a label stands twice among the first."""
    first = [one for one in fields if one.first]
    labels = [(one.label, hints.get(one.key, NO_HINT).of or one.group) for one in first]
    told = dict(zip((one.key for one in first), told_apart(labels), strict=True))
    yield from (replace(one, label=told.get(one.key, one.label)) for one in fields)


def _is_link(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], int)
    )


def _unwrapped(value: Any) -> Any:
    return value["__value__"] if isinstance(value, Mapping) and "__value__" in value else value


def _number(value: Any) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if value == value and abs(value) != float("inf") else None
