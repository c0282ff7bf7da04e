"""Which saved value belongs to which widget of a node. Pure.

A saved node lists values without names, so their order has to be known: that of the inputs in
the catalogue, with the extra slots that ComfyUI's page adds. After front end 1.58.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from comfy.workflow.catalogue import Input, NodeClass
from comfy.workflow.pack_widgets import PACKS, UNSENT
from comfy.workflow.saved_format import Node
from comfy.workflow.widget_types import (
    DYNAMIC_COMBO,
    DYNAMIC_GROUP,
    MAX_NESTING,
    MISSING,
    default_of,
    has_widget,
    nested,
    row_count,
    row_of,
    widget_type,
    widgets_of,
)

SEEDS = frozenset({"seed", "noise_seed"})
CONTROLS = frozenset({"fixed", "increment", "decrement", "randomize"})
"""What stands in the slot after a seed."""
CONTROLLED = frozenset({"INT", "FLOAT", "COMBO"})
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


def widget_values(node: Node, node_class: NodeClass) -> dict[str, Any]:
    """Return every widget's value by its input's name, as ComfyUI's page would send it.

    What was not saved takes its default. Keys of dynamic combos are dotted (``model.steps``).
    """
    if isinstance(node.values, dict):
        return _by_name(node.values, node_class)
    if node.type in PACKS:
        return PACKS[node.type](node.values, node.properties)
    found, _ = _in_order(node, node.values, node_class)
    return {name: value for name, value in found.items() if value is not MISSING}


def own_values(node: Node, node_class: NodeClass) -> dict[str, Any] | None:
    """The values of *node* by the names it was saved with, where its class has other widgets now.

    None where the order says the same: it counts, as on ComfyUI's page.
    """
    names = [*node.named]
    if not isinstance(node.values, list) or len(names) != len(node.values) or node.type in PACKS:
        return None
    found, slots = _in_order(node, node.values, node_class)
    if all(not slot or slot == name for slot, name in zip(slots, names, strict=False)):
        return None
    known = {name: v for name, v in node.named.items() if name in found or _is_beneath(name, found)}
    return _by_name(known, node_class)


def saved_slots(node: Node, node_class: NodeClass) -> list[str]:
    """The names of what `Node.values` holds, in order; those after seeds are ``""``."""
    values = node.values if isinstance(node.values, list) else []
    return _in_order(node, values, node_class)[1]


def _in_order(
    node: Node, saved: list[Any], node_class: NodeClass
) -> tuple[dict[str, Any], list[str]]:
    """The value of every widget by name, and which slots of *saved* they were taken from."""
    values = _Slots(_without_forced(saved, node_class))
    found: dict[str, Any] = {}
    for input_ in node_class.inputs.values():
        if widget_type(input_) == "LOAD_3D":
            buttons = BUTTONS.get(node.type, ())
            found |= {button: values.take(button, value) for button, value in buttons}
        _take(input_, input_.name, values, found, 0)
    if node.type in PAGE_WIDGETS:
        name = PAGE_WIDGETS[node.type]
        found[name] = values.take(name, "")
    if node.type == CUSTOM_COMBO:
        found |= _custom_combo(found.get("choice", ""), values)
    return found, values.names


class _Slots:
    """Saved values, taken one after the other; `names` are what they were taken for."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values
        self.names: list[str] = []

    def take(self, name: str, default: Any) -> Any:
        """The next value; *default* where there is no more."""
        at = len(self.names)
        self.names.append(name)
        return self._values[at] if at < len(self._values) else default

    def rest(self) -> list[Any]:
        """All that was not taken."""
        return self._values[len(self.names) :]


def _is_beneath(name: str, found: Mapping[str, Any]) -> bool:
    """Whether *name* stands beneath a choice of the class, of an option that it may not know."""
    return name.partition(".")[0] in found and "." in name


def unknown_values(node: Node, widgets: Sequence[str] = ()) -> dict[str, Any]:
    """What can be told of the values of a node whose class is unknown; *widgets* it had once.

    By name where the page saved names; in order where that is known, or the inputs that feed a
    widget are as many as the values; else numbered, as the page does.
    """
    if isinstance(node.values, dict):
        return dict(node.values)
    if node.named:
        return {name: value for name, value in node.named.items() if not _is_control(value)}
    if widgets:
        return dict(zip(widgets, node.values, strict=False))
    names = [slot.widget for slot in node.inputs if slot.widget]
    plain = [value for value in node.values if not _is_control(value)]
    if len(names) == len(plain):
        return dict(zip(names, plain, strict=True))
    return {f"UNKNOWN_{i}" if i else "UNKNOWN": value for i, value in enumerate(node.values)}


def _take(input_: Input, name: str, values: _Slots, found: dict[str, Any], depth: int) -> None:
    """Take the values of one input, and of what it brings along, off *values*."""
    if not has_widget(input_) or depth > MAX_NESTING:
        return
    kind = widget_type(input_)
    if kind in FIXED:
        found[name] = FIXED[kind]
        return
    if kind == DYNAMIC_GROUP:  # their number is saved first, and not sent
        for row in range(row_count(input_, values.take(name, 0))):
            for inner in row_of(input_).values():
                _take(inner, f"{name}.{row}.{inner.name}", values, found, depth + 1)
        return
    value = found[name] = values.take(name, default_of(input_))
    if kind == DYNAMIC_COMBO:
        for inner in nested(input_, value).values():
            _take(inner, f"{name}.{inner.name}", values, found, depth + 1)
        return
    for _ in range(UNSENT_SLOTS.get(kind, 0) + _control_slots(input_, name)):
        values.take("", None)
    remote = input_.options.get("remote")
    if isinstance(remote, Mapping) and remote.get("refresh_button"):
        values.take("", None)  # whether to refresh after each run
        found["refresh"] = values.take("refresh", "refresh")


def _control_slots(input_: Input, name: str) -> int:
    """How many slots follow for what happens to a value after each run; a choice has a filter."""
    control = input_.options.get("control_after_generate")
    if control is None:
        return int(input_.type == "INT" and name in SEEDS)
    return (2 if input_.type == "COMBO" else 1) if control and input_.type in CONTROLLED else 0


def _custom_combo(choice: Any, values: _Slots) -> dict[str, Any]:
    values.take("", None)  # the index, which follows from the rest
    options = values.rest() or [""]
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
    """What was saved by name. What the class does not know was added by a pack's own script."""
    groups = {one.name for one in node_class.inputs.values() if one.type == DYNAMIC_GROUP}
    kept = {name: value for name, value in values.items() if name not in {*UNSENT, *groups}}
    for _ in range(MAX_NESTING):
        known = widgets_of(node_class, kept)
        lacking = {name: default_of(one) for name, one in known.items() if name not in kept}
        if not lacking:
            break
        kept |= lacking
    return {name: value for name, value in kept.items() if value is not MISSING}


def _is_control(value: Any) -> bool:
    return isinstance(value, str) and value in CONTROLS
