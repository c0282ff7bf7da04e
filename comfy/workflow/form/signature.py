"""A form → the arguments of a function that fills it: names, types, defaults. Pure.

What stands first on the form is an argument, named by its label; all else keeps its value.
"""

import keyword
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comfy.workflow.form.form import Field, Form, Kind
from comfy.workflow.form.validate import FILES
from comfy.workflow.request import RANDOM_SEED

MAX_ARGUMENTS = 60
MAX_NAME = 48
"""Characters; clients of models refuse names over 64."""
MAX_CHOICES = 200
"""Choices listed in a type; of more, any text is taken and checked when it is run."""
_TAKEN = frozenset({"api_name", "fn_index", "result_callbacks", "headers", "self"})
"""Names that callers use themselves (gradio_client's ``predict``)."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: `name` is an identifier, `field` what it fills.

    `schema` is its JSON Schema, `type` the same as Python spells it. One that is not `required`
    may be left out, or be null: then the field keeps its value, and a seed is drawn.
    """

    name: str
    field: Field
    schema: Mapping[str, Any]
    type: str
    required: bool = False
    default: Any = None


def arguments_wanted(form: Form) -> list[Field]:
    """What would be arguments if a function could have any number of them."""
    return [one for one in form.fields if one.first] or list(form.fields)


def arguments_of(form: Form) -> tuple[Argument, ...]:
    """Return the arguments that fill *form*, in its order."""
    shown = arguments_wanted(form)
    names: set[str] = set(_TAKEN)
    found = []
    for one in shown[:MAX_ARGUMENTS]:
        name = _free(_identifier(one), names)
        names.add(name)
        found.append(_argument(name, one))
    # Those without a default come first, as in every signature.
    return tuple(sorted(found, key=lambda argument: not argument.required))


def _argument(name: str, one: Field) -> Argument:
    schema, spelled = _type(one)
    description = " ".join(_described(one))
    required = one.kind in FILES and not _is_held(one)
    default = None if one.kind in FILES or one.kind is Kind.SEED else one.value
    schema = {**schema, "title": one.label, "description": description}
    if default is not None:
        schema["default"] = default
    return Argument(name, one, schema, spelled, required, default)


def _is_held(one: Field) -> bool:
    """Whether the file that the graph names is on the server."""
    return bool(one.value) and str(one.value) in map(str, one.choices)


def _described(one: Field) -> Iterator[str]:
    yield one.help if one.help.endswith((".", "!", "?")) or not one.help else f"{one.help}."
    if one.kind is Kind.SEED:
        yield f"Left out, or {RANDOM_SEED}, a random one is drawn."
    elif one.kind in FILES and _is_held(one):
        yield f"Left out, the server's own “{one.value}” is taken."
    if len(one.choices) > MAX_CHOICES and one.kind not in FILES:
        yield f"One of {len(one.choices)} names that the server has, “{one.value}” for example."


def _type(one: Field) -> tuple[dict[str, Any], str]:
    """JSON Schema and Python's spelling of what *one* takes."""
    match one.kind:
        case Kind.WHOLE:
            return {"type": "integer", **_limits(one)}, "int"
        case Kind.SEED:
            # As text too: JavaScript cannot hold all of them as numbers.
            limits = _limits(one) | {"minimum": RANDOM_SEED}
            return {"type": ["integer", "string", "null"], **limits}, "int | str | None"
        case Kind.NUMBER:
            return {"type": "number", **_limits(one)}, "float"
        case Kind.SWITCH:
            return {"type": "boolean"}, "bool"
        case Kind.CHOICE if one.choices and len(one.choices) <= MAX_CHOICES:
            return {"enum": list(one.choices)}, _literal(one.choices)
        case Kind.CHOICES if one.choices and len(one.choices) <= MAX_CHOICES:
            inner = {"enum": list(one.choices)}
            return {"type": "array", "items": inner}, f"list[{_literal(one.choices)}]"
        case Kind.CHOICES:
            return {"type": "array", "items": {"type": "string"}}, "list[str]"
        case _:
            return {"type": "string"}, "str"


def _literal(choices: tuple[Any, ...]) -> str:
    return f"Literal[{', '.join(repr(choice) for choice in choices)}]"


def _limits(one: Field) -> dict[str, Any]:
    limits = {"minimum": one.least, "maximum": one.most}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _identifier(one: Field) -> str:
    """A name for *one*: of its label, else of its input."""
    for text in (one.label, one.input):
        ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        name = re.sub(r"[^a-z0-9]+", "_", ascii_.lower()).strip("_")[:MAX_NAME].rstrip("_")
        if name:
            return f"_{name}" if name[0].isdigit() else name
    return "field"


def _free(name: str, taken: set[str]) -> str:
    if keyword.iskeyword(name):
        name = f"{name}_"
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
