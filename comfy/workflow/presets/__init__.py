"""Graphs that ship: requests in, API graphs out. Pure."""

from comfy.workflow.presets.simple import build_graph, workflow_name

__all__ = ["build_graph", "workflow_name"]
