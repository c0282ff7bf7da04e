"""Files in and out: ``/upload/image``, ``/upload/mask``, ``/view``."""

import hashlib
import io
import json
import mimetypes
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web
from PIL import Image, ImageOps

from comfy.demo.engine.engine import Engine
from comfy.demo.paint.resize import as_luma

Json = dict[str, Any]

TYPES = ("input", "output", "temp")
CHUNK = 2**16
_ACTIVE = frozenset(
    {
        "text/html", "text/javascript", "application/javascript", "text/css", "text/xml",
        "application/xml", "application/xhtml+xml", "image/svg+xml",
    }
)  # fmt: skip
"""Media types that a browser would run; sent as plain bytes instead."""
_SHOWN = ("image/", "audio/", "video/")
"""How the media types begin that a browser may show in place; all else is a download."""


class Upload:
    """The parts of a multipart upload."""

    def __init__(self) -> None:
        self.data: bytes = b""
        self.filename = ""
        self.fields: dict[str, str] = {}


async def read_upload(request: web.Request, limit: int) -> Upload:
    """Read an upload. Raises HTTPBadRequest without an image, HTTPRequestEntityTooLarge."""
    upload = Upload()
    size = request.content_length
    if size is not None and size > limit:
        raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=size)
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            data = bytearray()
            while chunk := await part.read_chunk(CHUNK):
                data += chunk
                if len(data) > limit:
                    raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=len(data))
            if part.name == "image":
                upload.data, upload.filename = bytes(data), part.filename or ""
            else:
                upload.fields[part.name or ""] = data.decode(errors="replace")
    except (ValueError, AssertionError) as error:
        raise web.HTTPBadRequest from error
    if not upload.filename:
        raise web.HTTPBadRequest
    return upload


def keep_upload(engine: Engine, upload: Upload, data: bytes) -> Json:
    """Store an upload; equal content keeps its name, other content of that name gets ``(1)``."""
    type_ = upload.fields.get("type", "input")
    root = (engine.folder / (type_ if type_ in TYPES else "input")).resolve()
    subfolder = upload.fields.get("subfolder", "")
    folder = (root / subfolder).resolve()
    path = (folder / Path(upload.filename).name).resolve()
    if not folder.is_relative_to(root) or path.parent != folder or "\0" in upload.filename:
        raise web.HTTPBadRequest
    folder.mkdir(parents=True, exist_ok=True)
    if upload.fields.get("overwrite") not in ("true", "1"):
        path = _free_name(path, data)
    path.write_bytes(data)
    return {"name": path.name, "subfolder": subfolder, "type": type_}


def _free_name(path: Path, data: bytes) -> Path:
    wanted, number = path, 1
    digest = hashlib.sha256(data).digest()
    while path.exists() and hashlib.sha256(path.read_bytes()).digest() != digest:
        path = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
        number += 1
    return path


def merge_mask(engine: Engine, upload: Upload) -> bytes:
    """The original picture with the upload's transparency in place of its own, as PNG."""
    try:
        original = json.loads(upload.fields.get("original_ref", ""))
        path = find_file(engine, original)
    except (ValueError, AttributeError) as error:
        raise web.HTTPBadRequest from error
    with Image.open(path) as opened, Image.open(io.BytesIO(upload.data)) as mask:
        picture = ImageOps.exif_transpose(opened).convert("RGBA")
        alpha = mask.convert("RGBA").getchannel("A").resize(picture.size)
    picture.putalpha(alpha)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()


def find_file(engine: Engine, query: Any) -> Path:
    """The file of a ``/view`` query. Raises HTTPBadRequest, HTTPForbidden, HTTPNotFound."""
    filename, type_ = query.get("filename", ""), query.get("type", "output")
    if not filename or type_ not in TYPES or "\0" in filename:
        raise web.HTTPBadRequest(text="")
    if filename[0] == "/" or ".." in filename:
        raise web.HTTPBadRequest(text="")
    root = (engine.folder / type_).resolve()
    folder = (root / query.get("subfolder", "")).resolve()
    if not folder.is_relative_to(root):
        raise web.HTTPForbidden(text="")
    path: Path = folder / Path(filename).name
    if not path.is_file():
        raise web.HTTPNotFound(text="")
    return path


def view(path: Path, query: Any) -> tuple[bytes, str]:
    """The body and media type for a file: itself, a preview of it, or one of its channels."""
    if "preview" in query:
        return _preview(path, query["preview"])
    channel = query.get("channel", "rgba")
    if channel in ("rgb", "a"):
        with Image.open(path) as image:
            image.load()
            shown = image.convert("RGB") if channel == "rgb" else as_luma(image)
        buffer = io.BytesIO()
        shown.save(buffer, "PNG")
        return buffer.getvalue(), "image/png"
    media = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return path.read_bytes(), "application/octet-stream" if media in _ACTIVE else media


def view_headers(name: str, media: str) -> dict[str, str]:
    """The headers for a file called *name*: what a browser could run, it saves instead."""
    plain = "".join("_" if c in '"\\' or not c.isprintable() else c for c in name)
    if media not in _ACTIVE and media.startswith(_SHOWN):
        return {"Content-Disposition": f'filename="{plain}"'}
    attached = f'attachment; filename="{plain}"'
    return {"Content-Disposition": attached, "Content-Security-Policy": "sandbox"}


def _preview(path: Path, wanted: str) -> tuple[bytes, str]:
    """Re-encoded, not smaller: ``webp;80`` or ``jpeg;90``."""
    format_, _, quality = wanted.partition(";")
    format_ = format_ if format_ in ("webp", "jpeg") else "webp"
    buffer = io.BytesIO()
    with Image.open(path) as image:
        shown = image.convert("RGB") if format_ == "jpeg" else image
        shown.save(buffer, format_, quality=int(quality) if quality.isdecimal() else 90)
    return buffer.getvalue(), f"image/{format_}"
