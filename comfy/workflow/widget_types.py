"""Which inputs of a node class are edited on the node itself, and what they bring along. Pure.

After the widgets of ComfyUI's page (front end 1.58). Inputs that stand beneath another are named
``outer.inner``, in a graph too: ``{"model": "a", "model.steps": 4}``.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from comfy.workflow.catalogue import Input, NodeClass, read_input

DYNAMIC_COMBO = "COMFY_DYNAMICCOMBO_V3"
DYNAMIC_GROUP = "COMFY_DYNAMICGROUP_V3"
"""Rows of the same fields, as many as somebody adds: ``group.ROW.field``."""
GROWING = "COMFY_AUTOGROW_V3"
"""Sockets that become more as they are used."""
WIDGET_TYPES = frozenset(
    {
        *("INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", "COLOR", "COLORS", "TEXTAREA", "MARKDOWN"),
        *("BOUNDING_BOX", "BOUNDING_BOXES", "CURVE", "RANGE", "PAINTER", "COMPOSITOR", "CHART"),
        *("GALLERIA", "VIDEO_EDIT", "IMAGECOMPARE", "LOAD_3D", "LOAD_3D_ADVANCED", "WEBCAM"),
        *("AUDIO_RECORD", "PREVIEW_3D", DYNAMIC_COMBO, DYNAMIC_GROUP),
    }
)
"""Input types that the page edits on the node itself."""
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
VIDEO_EDITS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "trim": {"start_time": 0, "duration": 0},
        "crop": {"x": 0, "y": 0, "width": 0, "height": 0},
    }
)
"""What a ``VIDEO_EDIT`` of these features holds that was never touched."""
MAX_NESTING = 16
MAX_ROWS = 200
"""Of one group; ComfyUI's page has 20."""
MISSING: Final = object()
"""What a choice without choices holds: nothing that could be sent."""
_ROW = re.compile(r"(\d{1,4})\..")


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
    kind = widget_type(input_)
    if kind == DYNAMIC_COMBO:
        return next(iter(keys_of(input_)), MISSING)
    if kind == "VIDEO_EDIT":
        features = input_.options.get("features", [*VIDEO_EDITS])
        return {name: dict(of) for name, of in VIDEO_EDITS.items() if name in features}
    return EMPTY.get(kind)


def nested(input_: Input, key: Any) -> dict[str, Input]:
    """The inputs that a dynamic combo adds when *key* is chosen."""
    options = input_.options.get("options")
    for option in options if isinstance(options, list) else ():
        if isinstance(option, Mapping) and option.get("key") == key:
            return _inputs(option.get("inputs"))
    return {}


def keys_of(input_: Input) -> list[Any]:
    """What a dynamic combo can be set to."""
    options = input_.options.get("options")
    return [
        option["key"]
        for option in (options if isinstance(options, list) else ())
        if isinstance(option, Mapping) and "key" in option
    ]


def row_of(group: Input) -> dict[str, Input]:
    """The fields of one row of a group."""
    return _inputs(group.options.get("template"))


def row_count(group: Input, saved: Any) -> int:
    """How many rows *group* has where *saved* was kept as their number."""
    least = group.options.get("min")
    is_number = isinstance(saved, int | float) and saved == saved and not isinstance(saved, bool)
    rows = max(int(min(saved, MAX_ROWS)) if is_number else 0, 0)
    return max(rows, least if isinstance(least, int) and 0 <= least <= MAX_ROWS else 0)


def of_format(input_: Input, chosen: Any) -> dict[str, Input]:
    """The inputs that a file format brings along, beside all others (Video Helper Suite)."""
    formats = input_.options.get("formats")
    listed = formats.get(chosen) if isinstance(formats, Mapping) and _is_key(chosen) else None
    found = {}
    for spec in listed if isinstance(listed, list) else ():
        if isinstance(spec, list) and len(spec) > 1 and isinstance(spec[0], str):
            found[spec[0]] = read_input(spec[0], spec[1:], required=True)
    return found


def widgets_of(node_class: NodeClass, values: Mapping[str, Any]) -> dict[str, Input]:
    """The inputs that are widgets, by name, with those that *values* make others bring along."""
    return {name: one for name, one in inputs_of(node_class, values).items() if has_widget(one)}


def inputs_of(node_class: NodeClass, values: Mapping[str, Any]) -> dict[str, Input]:
    """All inputs by name, with those that *values* make others bring along.

    A group is not there itself, only what stands in its rows.
    """
    found: dict[str, Input] = {}
    open_ = [(one.name, one, 0) for one in reversed(list(node_class.inputs.values()))]
    while open_:
        name, input_, depth = open_.pop()
        if depth > MAX_NESTING:
            continue
        if widget_type(input_) != DYNAMIC_GROUP:
            found[name] = input_
        brought = list(_brought(name, input_, values)) if has_widget(input_) else []
        open_ += [(inner, one, depth + 1) for inner, one in reversed(brought)]
    return found


def _brought(name: str, input_: Input, values: Mapping[str, Any]) -> Iterator[tuple[str, Input]]:
    kind = widget_type(input_)
    if kind == DYNAMIC_COMBO:
        for key, one in nested(input_, values.get(name)).items():
            yield f"{name}.{key}", one
    elif kind == DYNAMIC_GROUP:
        for row in range(_rows_in(name, values)):
            for key, one in row_of(input_).items():
                yield f"{name}.{row}.{key}", one
    elif kind == "COMBO":
        yield from of_format(input_, values.get(name)).items()


def _rows_in(name: str, values: Mapping[str, Any]) -> int:
    """One more than the highest row of the group *name* that *values* have."""
    beneath = (key[len(name) + 1 :] for key in values if key.startswith(f"{name}."))
    rows = (int(match[1]) for match in map(_ROW.match, beneath) if match)
    return min(max(rows, default=-1) + 1, MAX_ROWS)


def _is_key(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _inputs(groups: Any) -> dict[str, Input]:
    found = {}
    for group in ("required", "optional"):
        specs = groups.get(group) if isinstance(groups, Mapping) else None
        for name, spec in specs.items() if isinstance(specs, Mapping) else ():
            if isinstance(spec, list | tuple) and spec:
                found[str(name)] = read_input(str(name), spec, required=group == "required")
    return found
