"""One file of an output folder to import: its kind, the settings in it, the record made of it."""

import hashlib
import uuid
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image as Pillow

from comfy.errors import WorkflowError
from comfy.workflow.files.metadata import FORMATS, MAX_FILE_BYTES, Found, read_metadata
from comfy.workflow.files.outline import outline, seed_keys
from comfy.workflow.request import MAX_PROMPT, MAX_SEED
from storage.files.sniff import sniff
from storage.files.thumbnails import shown_size
from storage.records import Generation, Image, Status
from studio.errors import StudioError

ORIGIN = "import"
HEAD = 4096
"""Bytes that tell what a file is."""
MAX_NAME = 120
_CHUNK = 2**20
_KINDS = {"image": "images", "video": "video", "audio": "audio"}
"""Main media type → what ComfyUI calls such outputs."""
_LONGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Finding:
    """A file that can be imported; `at` is its own time, epoch seconds, pixels 0 where unknown."""

    path: Path
    at: float
    size: int
    sha256: str
    media: str
    width: int = 0
    height: int = 0
    says: Found = field(default_factory=Found)

    @property
    def kind(self) -> str:
        """What ComfyUI calls such outputs."""
        return _KINDS[self.media.partition("/")[0]]


def examine(path: Path, now: float) -> Finding:
    """Read the file at *path*. Raises StudioError with a sentence, and OSError."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        media = sniff(head).type
        if media.partition("/")[0] not in _KINDS:
            raise StudioError("it is no image, video or sound")
        status = path.stat()
        at = min(max(status.st_mtime, 0.0), now)
        file.seek(0)
        if not media.startswith("image/") or status.st_size > MAX_FILE_BYTES:
            return Finding(path, at, status.st_size, _digest(file), media)
        data = file.read(MAX_FILE_BYTES + 1)
    width, height = _size(data)
    sha256 = hashlib.sha256(data).hexdigest()
    return Finding(path, at, len(data), sha256, media, width, height, _read(data))


def record_of(found: Finding, id_: str, owner: str, image: Image) -> Generation:
    """The record of an imported file, whose kept copy is *image*."""
    graph = dict(found.says.graph or {})
    fields = _of_graph(graph, found.path) if graph else _of_settings(found.says.settings)
    sizes = {"width": fields.pop("width", 0), "height": fields.pop("height", 0)}
    return Generation(
        id=id_,
        group=id_,
        owner=owner,
        status=Status.FINISHED,
        created_at=found.at,
        position=found.at,
        finished_at=found.at,
        graph=graph,
        images=(image,),
        origin=ORIGIN,
        width=sizes["width"] or found.width,
        height=sizes["height"] or found.height,
        **fields,
    )


def id_of(found: Finding, owner: str) -> str:
    """A UUIDv7 of the file's own time; the same for the same file and owner, always."""
    chance = hashlib.sha256(f"{owner}\0{found.sha256}".encode()).digest()
    value = (int(found.at * 1000) & (2**48 - 1)) << 80 | int.from_bytes(chance[:10])
    value = value & ~(0xF << 76) | 0x7 << 76  # version
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant
    return str(uuid.UUID(int=value))


def _of_graph(graph: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Fields of a record that can be run again as a workflow's."""
    summary = outline(graph)
    name = path.stem[:MAX_NAME]
    return {
        "request": {"workflow": name, "values": {}, "uploads": {}, "seeds": seed_keys(graph)},
        "prompt": summary.prompt[:MAX_PROMPT],
        "negative_prompt": summary.negative_prompt[:MAX_PROMPT],
        "checkpoint": summary.checkpoint,
        "lora": summary.lora,
        "sampler": summary.sampler,
        "scheduler": summary.scheduler,
        "width": summary.width,
        "height": summary.height,
        "steps": summary.steps,
        "cfg": summary.cfg,
        "seed": summary.seed,
        "batch": summary.batch,
        "workflow": "imported",
    }


def _of_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a record from A1111's settings, or hardly any where there are none."""
    loras = settings.get("loras") or ()
    names = ("prompt", "negative_prompt", "checkpoint", "sampler", "scheduler", "cfg", "denoise")
    asked = {name: settings[name] for name in names if name in settings}
    for name, most in (
        ("width", _LONGEST), ("height", _LONGEST), ("steps", _LONGEST), ("seed", MAX_SEED),
    ):  # fmt: skip
        if 0 < settings.get(name, 0) <= most:
            asked[name] = settings[name]
    if loras:
        asked |= {"lora": loras[0][0], "lora_strength": loras[0][1]}
    fields = {k: v for k, v in asked.items() if k not in ("denoise", "lora_strength")}
    return {"request": asked, "workflow": "imported"} | fields


def _size(data: bytes) -> tuple[int, int]:
    """Pixels of the picture. Raises StudioError where it is damaged, as far as a look tells."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of size; nothing is unpacked
            with Pillow.open(BytesIO(data), formats=(*FORMATS, "GIF", "BMP", "TIFF")) as picture:
                size = shown_size(picture, picture.size)
                picture.verify()
                return size
    except Pillow.DecompressionBombError:
        return 0, 0
    except Exception as error:
        raise StudioError("it is damaged or cut short") from error


def _read(data: bytes) -> Found:
    try:
        return read_metadata(data)
    except WorkflowError:
        return Found()


def _digest(file: Any) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
