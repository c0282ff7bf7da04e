"""A connection to one ComfyUI server: its routes, its WebSocket, its records."""
