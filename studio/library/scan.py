"""One file of an output folder to import: its kind, the settings in it, the record made of it."""

import hashlib
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from comfy.workflow.files.fit import fitted
from comfy.workflow.files.found import Found
from comfy.workflow.files.metadata import remembered
from comfy.workflow.files.outline import drawable, has_seed, outline, seed_keys
from comfy.workflow.files.programs.settings import Settings
from comfy.workflow.loras import loras_in, names_of
from comfy.workflow.request import MAX_PROMPT
from storage.files.sniff import sniff
from storage.records import Generation, Image, Status
from studio.errors import StudioError

ORIGIN = "import"
HEAD = 4096
"""Bytes that tell what a file is."""
MAX_NAME = 120
MAX_WARNING = 2_000
MAX_IN_MEMORY = 64 * 2**20
"""Bytes of a file that is read once, for its sum and for what it says; larger ones are twice."""
_CHUNK = 2**20
_KINDS = {"image": "images", "video": "video", "audio": "audio"}
"""Main media type → what ComfyUI calls such outputs."""


class Unwanted(Exception):
    """A file that an import is not for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A file that can be imported; `at` is its own time. Pixels and seconds are 0 where unknown."""

    path: Path
    at: float
    size: int
    sha256: str
    media: str
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    says: Found = field(default_factory=Found)

    @property
    def kind(self) -> str:
        """What ComfyUI calls such outputs."""
        return _KINDS[self.media.partition("/")[0]]


def examine(path: Path, file: BinaryIO, now: float) -> Finding:
    """Read *file*, which lies at *path*. Raises Unwanted, StudioError with a sentence, OSError."""
    head = file.read(HEAD)
    media = sniff(head).type
    if media.partition("/")[0] not in _KINDS:
        raise Unwanted("no image, video or sound")
    status = os.fstat(file.fileno())
    at = min(max(status.st_mtime, 0.0), now)
    file.seek(0)
    if status.st_size <= MAX_IN_MEMORY:
        data = file.read()
        return _finding(path, at, BytesIO(data), hashlib.sha256(data).hexdigest(), media)
    return _finding(path, at, file, _digest(file), media)


def _finding(path: Path, at: float, file: BinaryIO, sha256: str, media: str) -> Finding:
    is_picture = media.startswith("image/")
    seen = remembered(file, checks=is_picture)
    size = file.seek(0, 2)
    if seen is None:
        return Finding(path, at, size, sha256, media)
    header = seen.header
    if is_picture and not (header.is_whole and header.width and header.height):
        raise StudioError("it is damaged or cut short")
    looks = (header.width, header.height, header.seconds)
    return Finding(path, at, size, sha256, media, *looks, seen.found)


def record_of(found: Finding, id_: str, owner: str, image: Image) -> Generation:
    """The record of an imported file, whose kept copy is *image*."""
    graph, fields = _fields(found)
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
        workflow="imported",
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


def _fields(found: Finding) -> tuple[dict[str, Any], dict[str, Any]]:
    """The graph in a file, and what else of its record it tells."""
    says = found.says
    if says.graph:
        graph = drawable(says.graph)
        return graph, _of_graph(graph, found.path) | _warned(says.notes)
    if says.settings is None:
        return {}, {"request": {}, **_warned(says.notes)}
    return {}, _of_settings(says.settings, says.notes)


def _of_graph(graph: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Fields of a record that can be run again as a workflow's.

    Seeds that the file does not tell are to be drawn: no record says that it had them.
    """
    summary = outline(graph)
    keys, is_told, loras = seed_keys(graph), has_seed(graph), names_of(loras_in(graph))
    request = {"workflow": path.stem[:MAX_NAME], "values": {}, "uploads": {}}
    return {
        "request": request | ({"seeds": keys} if is_told else {"seeds": [], "drawnSeeds": keys}),
        "prompt": summary.prompt[:MAX_PROMPT],
        "negative_prompt": summary.negative_prompt[:MAX_PROMPT],
        "checkpoint": summary.checkpoint,
        "lora": summary.lora or next(iter(loras), ""),
        "loras": loras,
        "sampler": summary.sampler,
        "scheduler": summary.scheduler,
        "width": summary.width,
        "height": summary.height,
        "steps": summary.steps,
        "cfg": summary.cfg,
        "seed": summary.seed,
        "batch": summary.batch,
    }


def _of_settings(settings: Settings, notes: tuple[str, ...]) -> dict[str, Any]:
    """The same from another program's settings: a form's request."""
    fits = fitted(settings)
    warned = _warned((*notes, *fits.notes))
    request = fits.request.model_dump(mode="json", exclude_unset=True)
    names = tuple(one.name for one in fits.request.used_loras)
    same = {name: value for name, value in request.items() if name != "loras"}
    fields = {"request": request, **same, "lora": next(iter(names), ""), "loras": names}
    # The record says what the file does, also where that cannot be asked for.
    said = {"sampler": settings.sampler or settings.unknown_sampler, "width": settings.width}
    said |= {"height": settings.height}
    return fields | {k: v for k, v in said.items() if v} | warned


def _warned(notes: tuple[str, ...]) -> dict[str, str]:
    return {"warning": " ".join(notes)[:MAX_WARNING]} if notes else {}


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
