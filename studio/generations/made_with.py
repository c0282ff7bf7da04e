"""What a record says of its making, for people: None where there is no such thing. Pure.

A workflow need have no seed, no steps and no size of its own; its columns then hold 0.
"""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from comfy.workflow.files.outline import has_seed
from comfy.workflow.loras import OLD_NAME, LoraUse, as_list, loras_in
from storage.records import Generation, Image

Size = tuple[int, int]
"""Pixels: width, height."""


def size(record: Generation) -> Size | None:
    """What was asked for, or, where an image decides that, what came out."""
    if record.request.get("image") or not (record.width and record.height):
        return made_size(record.images) or _size(record.width, record.height)
    return record.width, record.height


def size_text(record: Generation) -> str:
    """The size in words; "" where there is none."""
    found = size(record)
    return f"{found[0]} × {found[1]}" if found else ""


def steps(record: Generation) -> int | None:
    """How many steps were asked for."""
    return record.steps or None


def cfg(record: Generation) -> float | None:
    """The CFG scale."""
    return record.cfg if _has(record, "cfg") else record.cfg or None


def seed(record: Generation) -> int | None:
    """The seed; 0 is one where the graph or the form has a field for it."""
    if "workflow" in record.request:
        return record.seed if record.request.get("seeds") and not _is_drawn(record) else None
    return record.seed if _has(record, "seed") or not record.origin else record.seed or None


def seed_text(record: Generation) -> str:
    """The seed in digits; "" where there is none."""
    found = seed(record)
    return "" if found is None else str(found)


def loras(record: Generation) -> tuple[LoraUse, ...]:
    """All its LoRAs, as they were sent; without a graph as they were asked for."""
    if record.graph:
        return loras_in(record.graph)
    if not record.lora:
        return ()
    known = {} if "loras" in record.request else {OLD_NAME: record.lora}
    asked = as_list({**known, **record.request}).get("loras")
    try:
        uses = TypeAdapter(tuple[LoraUse, ...]).validate_python(asked or ())
    except ValidationError:  # what no request takes, or a later version wrote
        uses = ()
    return tuple(one for one in uses if one.on) or (LoraUse.model_construct(name=record.lora),)


def seeded(record: Generation) -> dict[str, Any]:
    """The stored request with its exact seed, as text, where there is one."""
    found = seed_text(record)
    return record.request | ({"seed": found} if found else {})


def made_size(images: Iterable[Image]) -> Size | None:
    """The size of the first image whose size is known, one that is kept before a preview."""
    known = [image for image in images if _size(image.width, image.height)]
    first = next(iter(sorted(known, key=lambda image: image.temporary)), None)
    return (first.width, first.height) if first else None


def made_fields(record: Generation, images: Iterable[Image]) -> dict[str, Any]:
    """What to store of the size of *images*, where *record* does not say one."""
    found = None if record.width and record.height else made_size(images)
    return {"width": found[0], "height": found[1]} if found else {}


def _is_drawn(record: Generation) -> bool:
    """Whether an imported graph has no seed that could be sent, but -1, say."""
    return bool(record.origin and record.graph and not record.seed and not has_seed(record.graph))


def _has(record: Generation, name: str) -> bool:
    return record.request.get(name) is not None


def _size(width: int, height: int) -> Size | None:
    return (width, height) if width > 0 and height > 0 else None
