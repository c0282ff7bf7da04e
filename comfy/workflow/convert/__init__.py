"""A saved workflow → the API graph that ComfyUI would run. Pure."""
