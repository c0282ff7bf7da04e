"""What a field of a request is to be, in words for whoever sent something else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from annotated_types import Ge, GroupedMetadata, Le
from pydantic import Field, Strict
from pydantic.fields import FieldInfo

from web.http.refusal import Refusal

Errors = Iterable[Mapping[str, Any]]
"""Pydantic's: `type`, `loc` and `msg` of each."""


def says(text: str) -> Any:
    """Metadata of a field: what it says, for the description of the API."""
    return Field(description=text)


@dataclass(frozen=True, slots=True)
class Wish:
    """Metadata of a field: "a list of ids", to be refused with "ids is to be a list of ids."."""

    text: str


@dataclass(frozen=True, slots=True)
class Whole(GroupedMetadata):
    """Metadata of an int: a whole number in [least, most]; `strict` takes no text for one."""

    least: int
    most: int
    strict: bool = True

    @property
    def text(self) -> str:
        """The wish."""
        return f"a whole number from {self.least} to {self.most}"

    def __iter__(self) -> Iterator[object]:
        yield Ge(self.least)
        yield Le(self.most)
        if self.strict:
            yield Strict()


def wish_of(field: FieldInfo) -> str:
    """What *field* is to be; "" where pydantic's own words say it."""
    found = (one.text for one in field.metadata if isinstance(one, Wish | Whole))
    return next(found, "")


@dataclass(frozen=True, slots=True)
class Wording:
    """How the routes of one subject refuse a wrong request.

    `opening` stands before the sentence, `verb` between a field and its wish; `root` names what is
    wrong where no single field is.
    """

    status: int = 422
    opening: str = ""
    verb: str = "is to be"
    root: str = "body"


def refusal_of_errors(errors: Errors, wishes: Mapping[str, str], wording: Wording) -> Refusal:
    """Name each wrong field by the API's spelling; never repeat what was sent."""
    fields: dict[str, str] = {}
    clauses: dict[str, str] = {}
    for error in errors:
        name = str(next(iter(error["loc"][1:]), wording.root))[:100]
        if name in fields:
            continue
        if wish := wishes.get(name):
            clauses[name] = f"{name} {wording.verb} {wish}"
            fields[name] = f"{clauses[name]}."
        else:
            text = _plain(error)
            clauses[name] = f"{name}: {text[0].lower()}{text[1:]}"
            fields[name] = f"{text[0].upper()}{text[1:]}."
    sentence = "; ".join(clauses.values())[:1000]
    return Refusal(wording.status, f"{wording.opening}{sentence}.", fields)


def _plain(error: Mapping[str, Any]) -> str:
    """Pydantic's words about *error*, without its openings and full stop."""
    if error["type"] == "extra_forbidden":
        return "there is no such field"
    if error["type"] == "missing":
        return "is missing: send it"
    text: str = error["msg"]
    return text.removeprefix("Value error, ").removeprefix("Input ").rstrip(".")
