"""What the gallery's script asks about the disk and about imports, answered with JSON."""

from collections.abc import Callable

from ui.parts import Parts
from ui.remote import Answer, Ask

MAX_BARS = 12
"""Months and checkpoints listed."""
MAX_FAILURES = 200
"""Files listed that could not be imported."""


class UpkeepAnswers:
    """Answers to the page's script."""

    def __init__(self, parts: Parts) -> None:
        self._library = parts.studio.library

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which the script calls them."""
        return {}
