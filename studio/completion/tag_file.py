"""A list of tags in the layout of Danbooru's: ``name,category,count,"alias,alias"``. Pure."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from studio.errors import StudioError

MAX_TAGS = 300_000
MAX_LIST_BYTES = 32 * 2**20
MAX_NAME = 200
"""Characters of a tag, and of each name that leads to it; longer ones are passed over."""
MAX_ALIASES = 100
"""Names that may lead to one tag; more are passed over."""
MAX_COUNT = 10**12
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_HEADS = frozenset({"name", "tag", "tag_name"})
"""What the first line may call its first column."""
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, its category's number, how often it is used, and the names that lead to it."""

    name: str
    category: int = 0
    count: int = 0
    aliases: tuple[str, ...] = ()


def read_tags(data: bytes) -> tuple[Tag, ...]:
    """The tags in a CSV file, most used first. Raises StudioError with a sentence."""
    if len(data) > MAX_LIST_BYTES:
        raise StudioError(
            f"The list of tags has {len(data) / 2**20:.0f} MB; the most is "
            f"{MAX_LIST_BYTES // 2**20} MB. Leave out what is seldom used."
        )
    try:
        text = data.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        raise StudioError(
            "The list of tags is not text in UTF-8: save it as a CSV file in UTF-8."
        ) from error
    found: dict[str, Tag] = {}
    for tag in _rows(text):
        found.setdefault(tag.name, tag)
        if len(found) > MAX_TAGS:
            raise StudioError(
                f"The list has more than {MAX_TAGS:,} tags: leave out what is seldom used."
            )
    if not found:
        raise StudioError(
            "There are no tags in this file: each line is to be name,category,count,aliases."
        )
    return tuple(sorted(found.values(), key=lambda tag: -tag.count))


def lines(tags: tuple[Tag, ...]) -> str:
    """*tags* as the page reads them: a line each, its columns parted by tabs."""
    return "".join(
        f"{tag.name}\t{tag.category}\t{tag.count}\t{','.join(tag.aliases)}\n" for tag in tags
    )


def _rows(text: str) -> Iterator[Tag]:
    # As `lines` writes them, tags can be brought back.
    is_ours = "\t" in text.partition("\n")[0]
    quoting: Any = csv.QUOTE_NONE if is_ours else csv.QUOTE_MINIMAL
    rows = io.StringIO(text.replace("\0", " "))
    reader = csv.reader(rows, delimiter="\t" if is_ours else ",", quoting=quoting)
    try:
        for number, row in enumerate(reader):
            name = _clean(row[0]) if row else ""
            if name and len(name) <= MAX_NAME and not (number == 0 and name.lower() in _HEADS):
                yield _tag(name, [part.strip() for part in row[1:4]])
    except csv.Error as error:
        raise StudioError(
            "The list of tags cannot be read as CSV: check that each quote is closed."
        ) from error


def _tag(name: str, rest: list[str]) -> Tag:
    if len(rest) == 1:  # a name and how often it is used, as some lists have it
        return Tag(name, 0, _number(rest[0]))
    category, count, aliases = [*rest, "", "", ""][:3]
    names = (_clean(alias) for alias in aliases.split(","))
    known = dict.fromkeys(one for one in names if one and one != name and len(one) <= MAX_NAME)
    return Tag(name, _number(category), _number(count), tuple(known)[:MAX_ALIASES])


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_COUNT))
    return min(MAX_COUNT, int(text)) if is_number else 0


def _clean(text: str) -> str:
    return _CONTROLS.sub(" ", text).strip()
