"""Presets as functions: for gradio_client, and as MCP tools."""
