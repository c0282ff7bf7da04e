"""Which widgets a node has, in order, and which saved value belongs to which. Pure.

A saved node lists values without names, so their order has to be known: that of the inputs in
the catalogue, with the extra slots that ComfyUI's page adds. After front end 1.49.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from comfy.workflow.catalogue import Input, NodeClass, read_input
from comfy.workflow.saved_format import Node

DYNAMIC_COMBO = "COMFY_DYNAMICCOMBO_V3"
WIDGET_TYPES = frozenset(
    {
        *("INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", "COLOR", "COLORS", "TEXTAREA", "MARKDOWN"),
        *("BOUNDING_BOX", "BOUNDING_BOXES", "CURVE", "RANGE", "PAINTER", "COMPOSITOR", "CHART"),
        *("GALLERIA", "VIDEO_EDIT", "IMAGECOMPARE", "LOAD_3D", "LOAD_3D_ADVANCED", "WEBCAM"),
        *("AUDIO_RECORD", "PREVIEW_3D", DYNAMIC_COMBO),
    }
)
"""Input types that the page edits on the node itself."""
SEEDS = frozenset({"seed", "noise_seed"})
CONTROLS = frozenset({"fixed", "increment", "decrement", "randomize"})
"""What stands in the slot after a seed."""
CONTROLLED = frozenset({"INT", "FLOAT", "COMBO"})
EMPTY: Mapping[str, Any] = MappingProxyType(
    {
        "INT": 0,
        "FLOAT": 0,
        "STRING": "",
        "BOOLEAN": False,
        "LOAD_3D": "",
        "LOAD_3D_ADVANCED": "",
        "WEBCAM": "",
        "AUDIO_RECORD": "",
    }
)
"""What a widget holds that was never touched and has no default."""
FIXED: Mapping[str, Any] = MappingProxyType({"IMAGECOMPARE": ["", ""]})
"""What widgets hold whose value is not saved."""
BUTTONS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "Load3D": (
            ("upload 3d model", "upload3dmodel"),
            ("upload extra resources", "uploadExtraResources"),
            ("clear", "clear"),
        )
    }
)
"""Buttons before a node class's view: name and value. They are saved, and sent like inputs."""
UNSENT_SLOTS: Mapping[str, int] = MappingProxyType({"BOUNDING_BOX": 4})
"""Slots after a widget that are saved and not sent: x, y, width and height, edited apart."""
PAGE_WIDGETS: Mapping[str, str] = MappingProxyType(
    {"Preview3D": "image", "Preview3DAnimation": "image", "SaveGLB": "image"}
)
"""Widgets that the page adds to a node class, after those of the catalogue."""
CUSTOM_COMBO = "CustomCombo"
"""A node whose choices are typed in on the page: the choice, its index, then every option."""
MAX_NESTING = 16
MAX_SLOTS = 200
"""Values of one node that can be told apart by `saved_slots`."""
MISSING: Final = object()
"""What a choice without choices holds: nothing that could be sent."""


def widget_values(node: Node, node_class: NodeClass) -> dict[str, Any]:
    """Return every widget's value by its input's name, as ComfyUI's page would send it.

    What was not saved takes its default. Keys of dynamic combos are dotted (``model.steps``).
    """
    if isinstance(node.values, dict):
        return _by_name(node.values, node_class)
    values = iter(_without_forced(node.values, node_class))
    found: dict[str, Any] = {}
    for input_ in node_class.inputs.values():
        if widget_type(input_) == "LOAD_3D":
            found |= {button: next(values, value) for button, value in BUTTONS.get(node.type, ())}
        _take(input_, input_.name, values, found, 0)
    if node.type in PAGE_WIDGETS:
        found[PAGE_WIDGETS[node.type]] = next(values, "")
    if node.type == CUSTOM_COMBO:
        found |= _custom_combo(found.get("choice", ""), values)
    return {name: value for name, value in found.items() if value is not MISSING}


def saved_slots(node: Node, node_class: NodeClass) -> list[str]:
    """The names of what `Node.values` holds, in order; those after seeds are ``""``."""
    marks = [_Mark(number) for number in range(MAX_SLOTS)]
    found = widget_values(replace(node, values=list(marks)), node_class)
    names = {value.number: name for name, value in found.items() if isinstance(value, _Mark)}
    return [names.get(number, "") for number in range(max(names, default=-1) + 1)]


@dataclass(frozen=True, slots=True)
class _Mark:
    """Stands for the value in slot `number`."""

    number: int


def unknown_values(node: Node) -> dict[str, Any]:
    """What can be told of the values of a node whose class is unknown.

    By name where the page saved names; in order where the inputs that feed a widget are as many
    as the values; else numbered, as the page does.
    """
    if isinstance(node.values, dict):
        return dict(node.values)
    if node.named:
        return {name: value for name, value in node.named.items() if not _is_control(value)}
    names = [slot.widget for slot in node.inputs if slot.widget]
    plain = [value for value in node.values if not _is_control(value)]
    if len(names) == len(plain):
        return dict(zip(names, plain, strict=True))
    return {f"UNKNOWN_{i}" if i else "UNKNOWN": value for i, value in enumerate(node.values)}


def has_widget(input_: Input) -> bool:
    """True where *input_* is edited on the node itself, whether it has a socket too or not."""
    if input_.options.get("forceInput"):
        return False
    return widget_type(input_) in WIDGET_TYPES


def widget_type(input_: Input) -> str:
    """The type by which *input_* is edited, which may be another than the one it takes."""
    return str(input_.options.get("widgetType") or input_.type)


def default_of(input_: Input) -> Any:
    """The value of a widget that nobody touched; MISSING for a choice of nothing."""
    if input_.type == "COMBO":
        if input_.options.get("default"):
            return input_.options["default"]
        if input_.options.get("remote"):
            return "Loading..."
        return input_.raw_choices[0] if input_.raw_choices else MISSING
    if "default" in input_.options:
        return input_.options["default"]
    return EMPTY.get(widget_type(input_))


def nested(input_: Input, key: Any) -> dict[str, Input]:
    """The inputs that a dynamic combo adds when *key* is chosen."""
    options = input_.options.get("options")
    for option in options if isinstance(options, list) else ():
        if isinstance(option, Mapping) and option.get("key") == key:
            groups = option.get("inputs")
            return _inputs(groups if isinstance(groups, Mapping) else {})
    return {}


def keys_of(input_: Input) -> list[Any]:
    """What a dynamic combo can be set to."""
    options = input_.options.get("options")
    return [
        option["key"]
        for option in (options if isinstance(options, list) else ())
        if isinstance(option, Mapping) and "key" in option
    ]


def _inputs(groups: Mapping[str, Any]) -> dict[str, Input]:
    found = {}
    for group in ("required", "optional"):
        specs = groups.get(group)
        for name, spec in specs.items() if isinstance(specs, Mapping) else ():
            if isinstance(spec, list | tuple) and spec:
                found[str(name)] = read_input(str(name), spec, required=group == "required")
    return found


def _take(
    input_: Input, name: str, values: Iterator[Any], found: dict[str, Any], depth: int
) -> None:
    """Take the values of one input, and of what it brings along, off *values*."""
    if not has_widget(input_) or depth > MAX_NESTING:
        return
    kind = widget_type(input_)
    if kind in FIXED:
        found[name] = FIXED[kind]
        return
    if kind == DYNAMIC_COMBO:
        keys = keys_of(input_)
        key = next(values, keys[0] if keys else MISSING)
        found[name] = key
        for inner in nested(input_, key).values():
            _take(inner, f"{name}.{inner.name}", values, found, depth + 1)
        return
    found[name] = next(values, default_of(input_))
    for _ in range(UNSENT_SLOTS.get(kind, 0) + _control_slots(input_, name)):
        next(values, None)
    remote = input_.options.get("remote")
    if isinstance(remote, Mapping) and remote.get("refresh_button"):
        next(values, None)  # whether to refresh after each run
        found["refresh"] = next(values, "refresh")


def _control_slots(input_: Input, name: str) -> int:
    """How many slots follow for what happens to a value after each run; a choice has a filter."""
    control = input_.options.get("control_after_generate")
    if control is None:
        return int(input_.type == "INT" and name in SEEDS)
    return (2 if input_.type == "COMBO" else 1) if control and input_.type in CONTROLLED else 0


def _custom_combo(choice: Any, values: Iterator[Any]) -> dict[str, Any]:
    next(values, None)  # the index, which follows from the rest
    options = list(values) or [""]
    if options[-1]:
        options.append("")  # a free one always follows
    index = next((i for i, option in enumerate(options) if option == choice), -1)
    if choice is MISSING:
        index = 0
    return {
        **({"choice": ""} if choice is MISSING else {}),
        "index": index,
        **{f"option{number}": value for number, value in enumerate(options, 1)},
    }


def _without_forced(values: list[Any], node_class: NodeClass) -> list[Any]:
    """Drop what old pages saved for inputs that are sockets now (``migrateWidgetsValues``)."""
    marks: list[bool] = []
    for input_ in node_class.inputs.values():
        forced = bool(input_.options.get("forceInput"))
        if forced or has_widget(input_):
            marks.append(forced)
            if input_.options.get("control_after_generate"):
                marks.append(False)
    if len(marks) != len(values):
        return values
    return [value for value, forced in zip(values, marks, strict=True) if not forced]


def _by_name(values: Mapping[str, Any], node_class: NodeClass) -> dict[str, Any]:
    found: dict[str, Any] = {}
    open_ = [(one.name, one, 0) for one in reversed(list(node_class.inputs.values()))]
    while open_:
        name, input_, depth = open_.pop()
        if not has_widget(input_) or depth > MAX_NESTING:
            continue
        if input_.type == DYNAMIC_COMBO:
            key = values.get(name, next(iter(keys_of(input_)), MISSING))
            inner = nested(input_, key)
            open_ += [(f"{name}.{k}", one, depth + 1) for k, one in reversed(list(inner.items()))]
            found[name] = key
        else:
            found[name] = values.get(name, default_of(input_))
    return {name: value for name, value in found.items() if value is not MISSING}


def _is_control(value: Any) -> bool:
    return isinstance(value, str) and value in CONTROLS
