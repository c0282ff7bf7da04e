"""Single values out of the JSON of other programs. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from comfy.workflow.files.programs.settings import Fields, as_number, short

Data = Mapping[str, Any]
NUMBERS = re.compile(r"\d{1,5}")
"""The sides of a size: ``512x768``, ``(512, 768)``."""
MAX_LISTED = 1_000


def take_strength(fields: Fields, key: str) -> None:
    """How much of another image was changed; 1, and 0, are not from one."""
    strength = as_number(fields.value(key))
    if strength is not None and 0 < strength < 1:
        fields.set("denoise", strength)
        fields.set("from_image", True)


def inner(data: Any, key: str) -> Data:
    """The object under *key*, empty where there is none."""
    found = data.get(key) if isinstance(data, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def listed(value: Any) -> list[Any]:
    """*value* where it is a list, not too long a one."""
    return value[:MAX_LISTED] if isinstance(value, list) else []


def weight_at(values: list[Any], number: int) -> float:
    """The weight at that place of *values*; 1 where there is none."""
    weight = as_number(values[number]) if number < len(values) else None
    return 1.0 if weight is None else weight


def plain_hash(value: Any) -> str:
    """A hash without what says its kind: ``0xab``, ``blake3:ab``, in a list or not."""
    one = value[0] if isinstance(value, list) and value else value
    return one.rpartition(":")[2].removeprefix("0x")[:128] if isinstance(one, str) else ""


def words(value: Any) -> str:
    """A list of words as one text."""
    parts = value if isinstance(value, list) else [value] if value else []
    return short(", ".join(map(str, parts))).strip("[]")
