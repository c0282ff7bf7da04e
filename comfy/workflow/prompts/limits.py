"""How much a prompt may stand for, and what is said of one that cannot be drawn. Pure."""

from enum import StrEnum

from comfy.errors import ComfyError

MAX_TEXT = 100_000
"""Characters of a text, as typed and as drawn."""
MAX_NESTING = 32
"""Braces in one another, in one text."""
MAX_DEPTH = 60
"""Braces and wildcards in one another, all texts together."""
MAX_DRAWS = 10_000
"""Choices and wildcards that are drawn for one text."""
MAX_PICKED = 100
"""Options that one pick (``{2$$a|b|c}``) takes at the most."""
MAX_PATTERNS = 100
"""Patterns (``animals/*``) that are looked for in one press: each goes through all lists."""
MAX_WEIGHT = 1e6
COUNTED = 10**1000
"""Counting ends here."""


TOO_LONG = f"What is drawn is longer than {MAX_TEXT:,} characters."
TOO_MANY_PATTERNS = f"A prompt names {MAX_PATTERNS} patterns of wildcard lists at the most."
TOO_MANY_DRAWS = f"A prompt draws {MAX_DRAWS:,} choices and wildcards at the most."


class ExpandError(ComfyError):
    """What was asked for cannot be multiplied; the message says why and what to do."""


class Every(StrEnum):
    """What of a prompt is made in every way, and not drawn."""

    NOTHING = "nothing"
    CHOICES = "choices"
    LINES = "lines"  # those of wildcards too


def many(count: int) -> str:
    """*count*, which may be `COUNTED`, in digits as far as these can be read."""
    return f"{count:,}" if count < 10**15 else f"over 10^{len(str(count)) - 1}"
