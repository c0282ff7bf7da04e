"""Conditions of a statement, and the values at their places. Pure."""

from typing import Any

MAX_INTEGER = 2**31 - 1
"""The greatest value of an INTEGER column."""


class Conditions:
    """Conditions with ``$n`` places, and the values for these, in order.

    `source` is the table that they are asked of, under its own name or as a part of it.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.values: list[Any] = []
        self.source = "generations"

    def value(self, value: Any) -> str:
        """Add a value; return its place."""
        self.values.append(value)
        return f"${len(self.values)}"

    def add(self, text: str, *values: Any) -> None:
        """Add a condition; each ``{}`` in *text* is the place of one of *values*."""
        self.texts.append(text.format(*(self.value(value) for value in values)))

    def copy(self) -> "Conditions":
        """Return another one to add to."""
        made = Conditions()
        made.texts, made.values = list(self.texts), list(self.values)
        made.source = self.source
        return made

    @property
    def where(self) -> str:
        """All of them as one."""
        return " AND ".join(self.texts) or "true"
