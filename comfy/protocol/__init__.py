"""ComfyUI's bytes and JSON, read into frozen events and values. Pure."""
