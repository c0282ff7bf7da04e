"""``GET /api/images/{id}/{n}[?thumbnail]``: kept files as the server sent them, and stills."""

import re
from typing import Annotated, Any

from fastapi import Query
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute

from storage.files.atomic_write import discard
from storage.records import Image, ImageKey
from studio.errors import Absent
from studio.library.bare_copies import BareCopy
from studio.studio import Studio
from web.http.refusal import Refusal
from web.http.router import Caller, Router

_SHOWN = re.compile(r"^(image/(png|jpeg|webp|gif|avif|bmp)|(audio|video)/[\w.+-]+)$")
"""What a browser may show in place. All else, HTML and SVG first, is only ever downloaded."""
_HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}
_ANSWERS = {
    200: {"description": "The file.", "content": {"*/*": {}}},
    206: {"description": "A range of it.", "content": {"*/*": {}}},
    304: {"description": "What `If-None-Match` names is the present one."},
    416: {"description": "There is no such range.", "content": {"text/plain": {}}},
}
Storyboard = Annotated[
    str | None,
    Query(description="Given, whatever it holds: ten small frames of a video, side by side."),
]
Frame = Annotated[
    str, Query(description="`first` or `last`: that frame of a video, as large as it is, as a PNG.")
]
Thumbnail = Annotated[str | None, Query(description="Given, whatever it holds: a small WebP.")]
Bare = Annotated[
    str | None,
    Query(description="Given, whatever it holds: a download of a copy without metadata."),
]
Download = Annotated[str | None, Query(description="Given, whatever it holds: as a download.")]


class Images:
    """The route."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def routes(self) -> list[BaseRoute]:
        """Return the route, which answers HEAD and ranges too."""
        routes = Router("Images")
        described = {"responses": _ANSWERS, "response_class": Response}
        routes.get("/api/images/{id}/{number:int}", self.send_image, described=described)
        return [*routes.routes]

    def send_image(
        self,
        id: str,  # noqa: A002 # the path's name
        number: int,
        viewer: Caller,
        request: Request,
        thumbnail: Thumbnail = None,
        storyboard: Storyboard = None,
        frame: Frame = "",
        download: Download = None,
        bare: Bare = None,
    ) -> Response:
        """One file as ComfyUI sent it. Answers `HEAD`, ranges and `If-None-Match`."""
        is_small = thumbnail is not None
        library = self._studio.library
        record = library.find(ImageKey(id, number), viewer)
        image = record.image(number) if record else None
        if record is None or image is None:
            raise Absent("image")
        if frame:
            data = library.files.as_input(record, number, viewer, frame)
            return Response(data, media_type="image/png", headers=_HEADERS)
        if bare is not None:
            return _bare(library.bare.make(image), number)
        if storyboard is not None:
            path, media = library.files.storyboard(record, number, viewer), "image/webp"
        elif found := library.files.find(record, number, viewer, thumbnail=is_small):
            path, media = found
        else:
            raise Refusal(404, "There is no thumbnail of this file: it cannot be read.")
        made = "-s" if storyboard is not None else "-t" if is_small else ""
        tag = f'"{image.sha256[:32]}{made}"'
        headers = _HEADERS | {"ETag": tag}
        if _matches(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        if not path.is_file():
            raise Refusal(404, "The file is gone from the data folder.")
        manner = _manner(image, media, is_download=download is not None)
        return FileResponse(path, headers=headers, **manner)


def _bare(copy: BareCopy, number: int) -> Response:
    """A download that is removed once it went out, under a name that says nothing."""
    return FileResponse(
        copy.path,
        media_type=copy.media if _SHOWN.match(copy.media) else "application/octet-stream",
        filename=f"stepglass-{number}.{copy.extension}",
        headers={**_HEADERS, "Cache-Control": "no-store"},
        background=BackgroundTask(discard, copy.path),
    )


def _manner(image: Image, media: str, *, is_download: bool) -> dict[str, Any]:
    """How the file goes out: its media type, name, and whether a browser may show it."""
    shown = _SHOWN.match(media) is not None
    return {
        "media_type": media if shown else "application/octet-stream",
        "filename": image.filename or f"{image.number}",
        "content_disposition_type": "attachment" if is_download or not shown else "inline",
    }


def _matches(sent: str, tag: str) -> bool:
    return any(one.strip().removeprefix("W/") == tag for one in sent.split(","))
