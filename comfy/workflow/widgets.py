"""Which widgets a node has, in order, and which saved value belongs to which. Pure.

A saved node lists values without names, so their order has to be known: that of the inputs in
the catalogue, with the extra slots that ComfyUI's page adds after seeds and uploads.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from comfy.workflow.catalogue import Input, NodeClass, read_input
from comfy.workflow.ui_format import Node

WIDGET_TYPES = frozenset({"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", "COLOR"})
DYNAMIC_COMBO = "COMFY_DYNAMICCOMBO_V3"
SEEDS = frozenset({"seed", "noise_seed"})
CONTROLS = frozenset({"fixed", "increment", "decrement", "randomize"})
"""What stands in the slot after a seed."""
EMPTY: Mapping[str, Any] = {
    "INT": 0,
    "FLOAT": 0,
    "STRING": "",
    "BOOLEAN": False,
    "IMAGECOMPARE": ["", ""],
}
"""What a widget holds that was never touched and has no default."""
PAGE_WIDGETS: Mapping[str, str] = {
    "Preview3D": "image",
    "Preview3DAnimation": "image",
    "SaveGLB": "image",
}
"""Widgets that the page adds to a node class, after those of the catalogue."""
CUSTOM_COMBO = "CustomCombo"
"""A node whose choices are typed in on the page: the choice, its index, then every option."""
MAX_NESTING = 16


def widget_values(node: Node, node_class: NodeClass) -> dict[str, Any]:
    """Return every widget's value by its input's name, as ComfyUI's page would send it.

    What was not saved takes its default. Keys of dynamic combos are dotted (``model.steps``).
    """
    if isinstance(node.values, dict):
        return _by_name(node.values, node_class)
    values = iter(node.values)
    found: dict[str, Any] = {}
    for input_ in node_class.inputs.values():
        _take(input_, input_.name, values, found, 0)
    if node.type in PAGE_WIDGETS:
        found[PAGE_WIDGETS[node.type]] = next(values, "")
    if node.type == CUSTOM_COMBO:
        found["index"] = next(values, 0)
        found |= {f"option{n}": value for n, value in enumerate(values, 1)}
    return found


def has_widget(input_: Input) -> bool:
    """True where *input_* is edited on the node itself.

    Beside the plain types these are the page's own editors, which say whether they have a
    socket as well (``socketless``), and what is shown as another type (``widgetType``).
    """
    options = input_.options
    if options.get("forceInput"):
        return False
    own = "socketless" in options or "widgetType" in options
    return own or input_.type in WIDGET_TYPES or input_.type == DYNAMIC_COMBO


def default_of(input_: Input) -> Any:
    """The value of a widget that nobody touched."""
    if "default" in input_.options:
        return input_.options["default"]
    if input_.raw_choices:
        return input_.raw_choices[0]
    return EMPTY.get(input_.type)


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
    if input_.type == DYNAMIC_COMBO:
        keys = keys_of(input_)
        key = next(values, keys[0] if keys else None)
        found[name] = key
        for inner in nested(input_, key).values():
            _take(inner, f"{name}.{inner.name}", values, found, depth + 1)
        return
    found[name] = next(values, default_of(input_))
    if _is_controlled(input_, name):
        next(values, None)


def _is_controlled(input_: Input, name: str) -> bool:
    control = input_.options.get("control_after_generate")
    if control is None:
        return input_.type == "INT" and name in SEEDS
    return bool(control)


def _by_name(values: Mapping[str, Any], node_class: NodeClass) -> dict[str, Any]:
    return {
        input_.name: values.get(input_.name, default_of(input_))
        for input_ in node_class.inputs.values()
        if has_widget(input_)
    }
