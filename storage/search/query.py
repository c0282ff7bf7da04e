"""What to look for among generations: the words of a search, and the conditions they make. Pure.

Words stand for themselves wherever they occur in a prompt, in any case; ``"a whole phrase"`` is
looked for as it is, and what follows a minus must not occur.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from storage.mapping import rows
from storage.records import Generation, Image, Status
from storage.search.conditions import MAX_INTEGER, Conditions
from storage.search.image_filter import ImageFilter

MAX_WORDS = 64
"""Words and phrases of a search that count; the rest is ignored."""
LEAST_END = 3
"""Letters that must be left of a word to be looked for first: fewer are in too many prompts."""
_LETTERS = " etaoinsrhldcumfpgwyb,vkxjqz"
"""From the most frequent to the rarest; all others are rarer still."""
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


class Sort(StrEnum):
    """Orders of a page; seconds are those on the server."""

    NEWEST = "newest"
    OLDEST = "oldest"
    RATING = "rating"  # best first, then newest
    SLOWEST = "slowest"
    FASTEST = "fastest"
    WORKFLOW = "workflow"  # by its name, then newest


def _says(text: str) -> Any:
    return Field(description=text, strict=True)


def _lists(text: str) -> Any:
    return Field(description=text)


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; with everything empty, all that is finished, newest first.

    The one definition of the filters: the gallery's page, the API and its description read them
    here, and `conditions` says what they ask of the records.
    """

    words: Annotated[str, _says('Words, `"phrases"` and `-minus` words of the prompt.')] = ""
    since: Annotated[float | None, _says("Made then or later, epoch seconds.")] = None
    until: Annotated[float | None, _says("Made before then, epoch seconds.")] = None
    checkpoint: Annotated[str, _says("The model.")] = ""
    lora: Annotated[str, _says("A LoRA that it was made with.")] = ""
    sampler: Annotated[str, _says("The sampler.")] = ""
    workflow: Annotated[str, _says("What it was made with.")] = ""
    server: Annotated[str, _says("The server that made it.")] = ""
    owner: Annotated[str, _says("Whose it is, for whoever sees more than their own.")] = ""
    width: Annotated[int, _says("Pixels.")] = 0
    height: Annotated[int, _says("Pixels.")] = 0
    statuses: Annotated[tuple[Status, ...], _lists("How it ended, any of them.")] = (
        Status.FINISHED,
    )
    rating: Annotated[int, _says("At least so many stars.")] = 0
    favourite: Annotated[bool, _says("Favourites alone.")] = False
    tags: Annotated[tuple[str, ...], _lists("Tags that it has, all of them.")] = ()
    collection: Annotated[str, _says("A collection that it is in.")] = ""
    binned: Annotated[bool, _says("What lies in the bin, instead of all else.")] = False
    sort: Annotated[Sort, _lists("The order; seconds are those on the server.")] = Sort.NEWEST

    @property
    def image_filter(self) -> ImageFilter:
        """What of it is asked of each image by itself."""
        return ImageFilter(self.rating, self.favourite, self.tags, self.collection, self.binned)

    def found_in(self, record: Generation) -> tuple[Image, ...]:
        """Those images that it finds of a *record* that it found, in its order."""
        images = self.image_filter.images(record)
        if self.sort is not Sort.RATING:
            return images
        return tuple(sorted(images, key=lambda i: -record.marks_of(i.number).rating))


@dataclass(frozen=True, slots=True)
class Words:
    """Folded texts that a prompt must contain, and those that it must not."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()


class Count(int):
    """How many generations there are, with how many `images`; where not `is_exact`, more.

    What has no file to show counts as one image, as which it is shown.
    """

    is_exact: bool
    images: int

    def __new__(cls, number: int, images: int = 0, *, is_exact: bool = True) -> "Count":
        """Return *number* with what is known about it."""
        made = super().__new__(cls, number)
        made.images, made.is_exact = images, is_exact
        return made


def parse(text: str) -> Words:
    """Read what a person typed; anything is a search, and nothing raises."""
    wanted: dict[str, None] = {}
    unwanted: dict[str, None] = {}
    for minus, phrase, word in _TERM.findall(rows.fold(text)):
        term = " ".join(phrase.split()) or word
        if term and (minus or term != "-"):  # a minus alone is still being typed
            (unwanted if minus else wanted)[term] = None
        if len(wanted) + len(unwanted) == MAX_WORDS:
            break
    return Words(tuple(wanted), tuple(unwanted))


def conditions(search: Search, owner: str | None) -> Conditions:
    """What *search* asks of the table generations; *owner* None looks at everybody's."""
    found = Conditions()
    search.image_filter.add_to(found)
    for one in {owner, search.owner or None} - {None}:
        found.add("owner = {}", rows.clean(str(one)))
    _add_times(found, search)
    _add_fields(found, search)
    add_words(found, parse(search.words))
    return found


def add_words(found: Conditions, words: Words) -> None:
    """Ask for *words* in the prompt."""
    for word in words.wanted:
        _add_word(found, "{}", word)
    for word in words.unwanted:
        _add_word(found, "NOT ({})", word)


def _add_word(found: Conditions, whole: str, word: str) -> None:
    """Ask for *word*; first for what is left of it from its rarest letter on.

    DuckDB stops wherever a prompt has the first letter of what it looks for.
    """
    parts = dict.fromkeys((rare_end(word), word))
    text = " AND ".join("contains(prompt_folded, {})" for _ in parts)
    found.add(whole.format(text), *parts)


def rare_end(word: str) -> str:
    """*word* from its rarest letter on, at least LEAST_END letters."""
    places = range(max(1, len(word) - LEAST_END + 1))
    return word[max(places, key=lambda place: _rarity(word[place])) :]


def _rarity(letter: str) -> int:
    return _LETTERS.index(letter) if letter in _LETTERS else len(_LETTERS)


def add_statuses(found: Conditions, statuses: Sequence[Status]) -> None:
    """Ask for one of *statuses*; none means any."""
    if len(statuses) == 1:  # which the zone maps of the column answer
        found.add("status = {}", statuses[0].value)
    elif statuses:
        found.add("status = ANY({})", [status.value for status in statuses])


def _add_times(found: Conditions, search: Search) -> None:
    for text, seconds in (
        ("created_at >= {}", search.since),
        ("created_at < {}", search.until),
    ):
        if seconds is None or seconds != seconds:
            continue
        found.add(text, rows.moment(min(max(seconds, 0.0), rows.LAST_MOMENT)))


def _add_fields(found: Conditions, search: Search) -> None:
    add_statuses(found, search.statuses)
    for column in ("checkpoint", "sampler", "workflow", "server"):
        if wanted := getattr(search, column):
            found.add(f"{column} = {{}}", rows.clean(wanted))
    if search.lora:
        name = rows.clean(search.lora)
        found.add("(lora = {} OR list_contains(loras, {}))", name, name)
    for column in ("width", "height"):
        if size := getattr(search, column):
            found.add(f"{column} = {{}}", max(-MAX_INTEGER, min(size, MAX_INTEGER)))
