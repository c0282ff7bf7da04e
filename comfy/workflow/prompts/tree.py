"""A prompt as it was read: texts, choices and wildcards in a row. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A line of the list with that name, or of all whose names match it: ``animals/*``."""

    name: str


@dataclass(frozen=True, slots=True)
class Option:
    """One way to go on. `weight` is how often it is drawn beside the others; 0 is never."""

    parts: "Parts"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Choice:
    """`least` to `most` of several options, each once, in their order, with `joiner` between."""

    options: tuple[Option, ...]
    least: int = 1
    most: int = 1
    joiner: str = ""

    @property
    def pool(self) -> Wildcard | None:
        """The wildcard whose lines are what is picked from, as in ``{2$$__colour__}``."""
        if len(self.options) > 1 or len(self.options[0].parts) != 1:
            return None
        part = self.options[0].parts[0]
        return part if isinstance(part, Wildcard) else None


Part = str | Choice | Wildcard
Parts = tuple[Part, ...]


def likely(options: tuple[Option, ...]) -> tuple[Option, ...]:
    """Those that can be drawn: without weights of 0, unless all are 0, which then count alike."""
    return tuple(one for one in options if one.weight > 0) or tuple(
        Option(one.parts) for one in options
    )
