"""Makes `ui/shell/wire.d.ts` of the Python types that cross: ``python -m tests.js.declare``."""

import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import (
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from storage.search.query import Search
from ui.shell import wire

TARGET = Path(__file__).parents[2] / "ui" / "shell" / "wire.d.ts"
HEAD = """// What the app sends to these scripts, and what they ask it for.
// Made from ui/shell/wire.py by `python -m tests.js.declare`: change it there.
"""
PLAIN = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
    Any: "any",
}
CROSSING = (
    wire.Tile,
    wire.GridCell,
    wire.GridOf,
    wire.ImageFile,
    wire.Details,
    wire.Motion,
    wire.Wait,
    wire.Live,
    wire.EndedPress,
    wire.News,
    wire.ShownHook,
    wire.FormField,
    wire.Problem,
)


def declarations() -> str:
    """The whole file."""
    blocks = [_declared(kind, kind.__name__) for kind in CROSSING]
    return "\n\n".join((HEAD.rstrip(), _partial(Search), *blocks)) + "\n"


def _declared(kind: type, name: str) -> str:
    return "\n".join((*_comment(kind), f"export interface {name} {{", *_members(kind), "}"))


def _members(kind: type) -> Iterator[str]:
    for name, hint in get_type_hints(kind, include_extras=True).items():
        optional = get_origin(hint) is NotRequired
        inner = get_args(hint)[0] if optional else hint
        yield f"  {name}{'?' if optional else ''}: {_type(inner)};"


def _partial(kind: type) -> str:
    """A dataclass of which the page names what is not as usual."""
    assert is_dataclass(kind)
    hints = get_type_hints(kind)
    members = [f"  {f.name}?: {_type(hints[f.name])};" for f in fields(kind)]
    return "\n".join((*_comment(kind), f"export interface {kind.__name__} {{", *members, "}"))


def _comment(kind: type) -> Iterator[str]:
    first = (kind.__doc__ or "").strip().split("\n\n")[0]
    yield f"/** {' '.join(first.split())} */"


def _type(hint: Any) -> str:
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return " | ".join(dict.fromkeys(_type(one) for one in inside))
    if origin is Literal:
        return " | ".join(f'"{one}"' for one in inside)
    if origin is list or (origin is tuple and inside[-1:] == (...,)):
        item = _type(inside[0])
        return f"({item})[]" if "|" in item else f"{item}[]"
    if origin is tuple:
        return f"[{', '.join(map(_type, inside))}]"
    if origin is dict:
        return f"Record<{_type(inside[0])}, {_type(inside[1])}>"
    if is_typeddict(hint):
        return str(hint.__name__)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return " | ".join(f'"{one.value}"' for one in hint)
    return PLAIN[hint]


if __name__ == "__main__":
    TARGET.write_text(declarations(), encoding="utf-8")
