"""What a form was filled from, and noted with what is made of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from studio.ids import is_id

How = Literal["", "input", "variation"]


@dataclass(frozen=True, slots=True)
class Source:
    """The generation that something is made from, "" for none, and how."""

    parent: str = ""
    relation: How = ""


NONE = Source()


def read_source(value: Any) -> Source:
    """The source that *value*, ``{"id", "how"}`` or anything else, names."""
    given = value if isinstance(value, Mapping) else {}
    id_, how = given.get("id"), given.get("how")
    if not isinstance(id_, str) or not is_id(id_) or how not in ("input", "variation"):
        return NONE
    return Source(id_, how)
