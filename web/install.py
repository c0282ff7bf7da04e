"""What makes the page an app: the manifest, its icons. The same for everybody, strangers too."""

import io
from functools import cache

from PIL import Image, ImageDraw
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from web.http.endpoint import answering
from web.http.refusal import Refusal

MANIFEST_PATH = "/manifest.json"
"""Gradio's page names this one; Gradio's own is never reached."""
ICONS_PATH = "/icons/"
SIZES = (180, 192, 512)
"""Pixels of the icons' sides; the first is what iOS asks for."""
_INK, _GLASS = "#0e1114", ("#2a6f66", "#45b5a5", "#7bd0c1")
_BARS = ((3, 17, 7, 12), (12.5, 10, 7, 19), (22, 3, 7, 26))
"""The mark: x, y, width and height of its bars, in a square of `_SIDE`."""
_SIDE, _ROUND = 32, 2
_SAFE = 0.56
"""Share of the side within which the mark stays where a phone cuts the icon to its own shape."""
_FINER = 4
_KEPT = {"Cache-Control": "public, max-age=86400"}


class Install:
    """The routes."""

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(MANIFEST_PATH, answering(self.manifest), methods=["GET"]),
            Route(f"{ICONS_PATH}{{name}}", answering(self.icon), methods=["GET"]),
        ]

    async def manifest(self, _request: Request) -> Response:
        """Say how the page is installed and what can be shared with it."""
        return JSONResponse(_manifest(), media_type="application/manifest+json", headers=_KEPT)

    async def icon(self, request: Request) -> Response:
        """One icon, by its size: ``192.png``."""
        size = {f"{size}.png": size for size in SIZES}.get(request.path_params["name"])
        if size is None:
            raise Refusal(404, "There is no such icon.")
        return Response(_icon(size), media_type="image/png", headers=_KEPT)


def _manifest() -> dict[str, object]:
    icons = [
        {"src": f".{ICONS_PATH}{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}
        for size in SIZES[1:]
    ]
    taken = {"name": "image", "accept": ["image/*"]}
    return {
        "id": "./",
        "name": "Stepglass",
        "short_name": "Stepglass",
        "description": "A live dashboard for ComfyUI",
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": _INK,
        "theme_color": _INK,
        "icons": [*icons, {**icons[-1], "purpose": "maskable"}],
        # Taken by ui/install/worker.js; no such request reaches the app.
        "share_target": {
            "action": "./share",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [taken]},
        },
    }


@cache
def _icon(size: int) -> bytes:
    """The mark on a dark ground, as PNG."""
    side = size * _FINER
    image = Image.new("RGB", (side, side), _INK)
    draw = ImageDraw.Draw(image)
    unit, edge = side * _SAFE / _SIDE, side * (1 - _SAFE) / 2
    for (x, y, width, height), colour in zip(_BARS, _GLASS, strict=True):
        box = (x, y, x + width, y + height)
        draw.rounded_rectangle([edge + unit * v for v in box], unit * _ROUND, colour)
    data = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(data, "PNG", optimize=True)
    return data.getvalue()
