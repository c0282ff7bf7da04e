"""Styles: words that are put around or behind a prompt, under a name. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from comfy.errors import ComfyError

PLACE = "{prompt}"
"""Where the prompt goes in a style's text. It is no choice: that has a ``|`` in its braces."""
MAX_NAME = 100
MAX_TEXT = 5_000
"""Characters of a style's prompt, and of its negative prompt."""
MAX_CHOSEN = 20
"""Styles of one press."""
MAX_STYLED = 200_000
"""Characters of a prompt with its styles."""
_NEAR = 0.4


class TooLong(ComfyError):
    """A prompt with its styles is too long; the message says by which."""


@dataclass(frozen=True, slots=True)
class Style:
    """Texts around a prompt and its negative prompt; an empty one changes nothing."""

    name: str
    prompt: str = ""
    negative: str = ""


def styled(prompt: str, negative: str, styles: Iterable[Style]) -> tuple[str, str]:
    """Return prompt and negative prompt with *styles*, each around what those before it made.

    Raises TooLong where that is over MAX_STYLED characters.
    """
    for style in styles:
        prompt = _around(prompt, style.prompt, style)
        negative = _around(negative, style.negative, style)
    return prompt, negative


def around(text: str, style: str) -> str:
    """*text* where *style* says ``{prompt}``; before *style*, with a comma, where it does not."""
    if PLACE in style:
        return style.replace(PLACE, text)
    return ", ".join(filter(None, (text.strip(), style.strip())))


def _around(text: str, words: str, style: Style) -> str:
    # Counted first: a style that has its place several times multiplies what is put there.
    length = len(text) * max(1, words.count(PLACE)) + len(words)
    if words and length > MAX_STYLED:
        raise TooLong(
            f"With the style “{style.name}” the text has about {length:,} characters; "
            f"{MAX_STYLED:,} are possible: take the style away, or shorten the prompt."
        )
    return around(text, words)


def tidy(name: str) -> str:
    """*name* on one line, without what cannot be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())


def named(name: str, styles: Collection[Style]) -> Style | None:
    """The style called *name*, however it is capitalised where no other is called so."""
    exact = (one for one in styles if one.name == name)
    folded = name.casefold()
    alike = (one for one in styles if one.name.casefold() == folded)
    return next(exact, None) or next(alike, None)


def nearest(name: str, styles: Iterable[Style]) -> str:
    """The name most like *name*; "" where none is like it."""
    folded = {one.name.casefold(): one.name for one in styles}
    found = get_close_matches(name[:MAX_NAME].casefold(), folded, 1, _NEAR)
    return folded[found[0]] if found else ""


def free(name: str, taken: Collection[str]) -> str:
    """*name*, with a number where one of *taken*, in lower case, is called so."""
    number, found = 1, name
    while found.casefold() in taken:
        number += 1
        end = f" ({number})"
        found = f"{name[: MAX_NAME - len(end)]}{end}"
    return found
