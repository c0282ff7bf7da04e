"""Widgets that a pack's own script puts on a node whose class does not list them. Pure.

What they send is only known from those scripts: rgthree-comfy, ComfyUI-VideoHelperSuite.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

UNSENT = frozenset({"videopreview"})
"""Values that are saved by name and never sent: what a preview on the page looked like."""
POWER_LORA = "Power Lora Loader (rgthree)"
SEPARATE = "Separate Model & Clip"
_HEADER = "PowerLoraLoaderHeaderWidget"
_BUTTON = "➕ Add Lora"

Reader = Callable[[list[Any], Mapping[str, Any]], dict[str, Any]]
"""Saved values in order and a node's properties → what is sent, by name."""


def _power_loras(values: list[Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    """A header, a row for each LoRA whether it is on or not, and the button that adds one."""
    is_separate = properties.get("Show Strengths") == SEPARATE
    rows = [dict(value) for value in values if isinstance(value, Mapping) and "lora" in value]
    sent: dict[str, Any] = {_HEADER: {"type": _HEADER}}
    for number, row in enumerate(rows, 1):
        second = row.pop("strengthTwo", None)
        if is_separate:
            row["strengthTwo"] = 1 if second is None else second
        sent[f"lora_{number}"] = row
    return {**sent, _BUTTON: ""}


PACKS: Mapping[str, Reader] = MappingProxyType({POWER_LORA: _power_loras})
"""Node classes whose saved values are not those of their inputs, in order."""
