"""ComfyUI's HTTP routes on the demo engine."""
