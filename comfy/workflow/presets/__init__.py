"""Graphs that ship: requests in, API graphs out. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from comfy.workflow.presets import classic, edited, modern
from comfy.workflow.presets.preset import Model, Preset
from comfy.workflow.presets.simple import IMAGE_KEY, SEED_KEY, build_graph, workflow_name

__all__ = ["IMAGE_KEY", "PRESETS", "SEED_KEY", "Model", "Preset", "build_graph", "workflow_name"]

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.name: preset
        for preset in (*classic.PRESETS[:3], *modern.PRESETS, *classic.PRESETS[3:], *edited.PRESETS)
    }
)
"""Every preset that ships, by name, in the order to show them."""
