"""Nodes that exist on ComfyUI's page only: no server lists them, and none of them is ever sent.

Those of ComfyUI itself, and of the packs whose scripts people use most.
"""

from collections.abc import Mapping
from types import MappingProxyType

PRIMITIVE = "PrimitiveNode"
SETTERS: Mapping[str, str] = MappingProxyType(
    {"GetNode": "SetNode", "easy getNode": "easy setNode"}
)
"""What takes a value elsewhere by its name → what gives it that name."""
EVERYWHERE = frozenset(
    {"Anything Everywhere", "Anything Everywhere3", "Anything Everywhere?", "Prompts Everywhere"}
)
"""They send what they are fed to inputs that nothing is connected to (cg-use-everywhere)."""
NOTES = frozenset({"Note", "MarkdownNote", "Note Plus (mtb)"})
_RGTHREE = (
    "Fast Muter",
    "Fast Bypasser",
    "Fast Groups Muter",
    "Fast Groups Bypasser",
    "Fast Actions Button",
    "Node Collector",
    "Node Combiner",
    "Random Unmuter",
    "Mute / Bypass Repeater",
    "Mute / Bypass Relay",
    "Reroute",
    "Bookmark",
    "Label",
)
PAGE_ONLY = (
    NOTES
    | EVERYWHERE
    | {
        PRIMITIVE,
        "Reroute",
        *SETTERS,
        *SETTERS.values(),
        *(f"{name} (rgthree)" for name in _RGTHREE),
    }
)
