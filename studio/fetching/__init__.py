"""Fetching what is missing: models by the servers themselves, packages by ComfyUI-Manager."""
