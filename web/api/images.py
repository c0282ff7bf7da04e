"""``GET /api/images/{id}/{n}[?thumbnail]``: kept files, as the server sent them."""

import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from storage.records import Image
from studio.access.viewer import viewer_of
from studio.errors import Absent
from studio.studio import Studio
from web.http.endpoint import answering
from web.http.refusal import Refusal

_SHOWN = re.compile(r"^(image/(png|jpeg|webp|gif|avif|bmp)|(audio|video)/[\w.+-]+)$")
"""What a browser may show in place. All else, HTML and SVG first, is only ever downloaded."""
_HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}


class Images:
    """The route."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def routes(self) -> list[Route]:
        """Return the route, which answers HEAD and ranges too."""
        path = "/api/images/{id}/{number:int}"
        return [Route(path, answering(self.show), methods=["GET", "HEAD"])]

    async def show(self, request: Request) -> Response:
        """Send one file; ``?thumbnail`` its small WebP, ``?download`` as a download."""
        return await run_in_threadpool(self._show, request)

    def _show(self, request: Request) -> Response:
        id_, number = request.path_params["id"], request.path_params["number"]
        thumbnail = "thumbnail" in request.query_params
        viewer = viewer_of(request)
        record = self._studio.generations.get(id_, viewer) or self._studio.library.binned(
            id_, viewer
        )
        if record is None:
            raise Absent("image")
        found = self._studio.library.file(record, number, viewer, thumbnail=thumbnail)
        if found is None:
            raise Absent("image")
        path, media = found
        image = next(i for i in record.images if i.number == number)
        tag = f'"{image.sha256[:32]}{"-t" if thumbnail else ""}"'
        headers = _HEADERS | {"ETag": tag}
        if _matches(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        if not path.is_file():
            raise Refusal(404, "The file is gone from the data folder.")
        return FileResponse(path, headers=headers, **_manner(request, image, media))


def _manner(request: Request, image: Image, media: str) -> dict[str, Any]:
    """How the file goes out: its media type, name, and whether a browser may show it."""
    shown = _SHOWN.match(media) is not None
    download = "download" in request.query_params or not shown
    return {
        "media_type": media if shown else "application/octet-stream",
        "filename": image.filename or f"{image.number}",
        "content_disposition_type": "attachment" if download else "inline",
    }


def _matches(sent: str, tag: str) -> bool:
    return any(one.strip().removeprefix("W/") == tag for one in sent.split(","))
