"""Graphs that ship: requests in, API graphs out. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from comfy.workflow.presets import classic, modern
from comfy.workflow.presets.preset import Model, Preset
from comfy.workflow.presets.simple import build_graph, workflow_name

__all__ = ["PRESETS", "Model", "Preset", "build_graph", "workflow_name"]

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.name: preset
        for preset in (*classic.PRESETS[:3], *modern.PRESETS, *classic.PRESETS[3:])
    }
)
"""Every preset that ships, by name, in the order to show them."""
