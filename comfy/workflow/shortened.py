"""Values as sentences show them. Pure."""

from typing import Any

MAX_SHOWN = 120
"""Characters of a name or value that a sentence shows."""


def shortened(value: Any, most: int = MAX_SHOWN) -> str:
    """*value* as text of *most* characters, with "…" where there are more."""
    try:
        text = str(value)
    except ValueError:  # a number of more digits than Python prints
        return "…"
    return text if len(text) <= most else text[:most] + "…"
