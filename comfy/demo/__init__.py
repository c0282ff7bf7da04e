"""An engine that speaks ComfyUI's protocol and paints instead of diffusing.

Real HTTP and WebSocket, so that everything else can be tried without a graphics card:
``python -m comfy.demo --port 8188``.
"""

ENGINE_NAME = "Demo engine — not a diffusion model"
"""What it calls itself wherever it shows."""
VERSION = "0.33.0-demo"
"""The ComfyUI version whose behaviour it follows."""
TOKEN_VARIABLE = "COMFY_DEMO_TOKEN"  # noqa: S105 # its name
"""The environment variable that gives it a token; no other process of this machine reads it."""
