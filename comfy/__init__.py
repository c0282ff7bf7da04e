"""A ComfyUI server seen from outside: its words, its progress, its files."""
