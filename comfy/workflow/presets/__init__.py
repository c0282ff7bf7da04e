"""Graphs that ship. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from comfy.workflow.presets import classic, edited, modern
from comfy.workflow.presets.preset import Model, Preset

__all__ = ["PRESETS", "Model", "Preset"]

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.name: preset
        for preset in (*classic.PRESETS[:3], *modern.PRESETS, *classic.PRESETS[3:], *edited.PRESETS)
    }
)
"""Every preset that ships, by name, in the order to show them."""
