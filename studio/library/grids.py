"""X/Y grids: where each generation of a press stands, which its request remembers. Pure.

Each remembers its own place alone, with the two values there, so that a grid is known from
whatever is left of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from storage.records import Generation
from studio.requested import GRID

MAX_PLACE = 1000
"""Columns, or rows."""
MAX_LABEL = 200
"""Characters of a label: a value may be a whole prompt, and each place has its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place from 0, and the values of both axes there, as labels; "" for an axis that is none."""

    column: int
    row: int
    x: str = ""
    y: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What was made for one place, counted among those that are left: several where copies were."""

    column: int
    row: int
    records: tuple[Generation, ...]


@dataclass(frozen=True, slots=True)
class PressGrid:
    """What is left of a grid, with the labels of its columns and rows."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[Cell, ...]


def noted(request: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """*request* with the *place* of what it asks for."""
    labels = [label[:MAX_LABEL] for label in (place.x, place.y)]
    return {**request, GRID: {"at": [place.column, place.row], "labels": labels}}


def place_of(record: Generation) -> Place | None:
    """Where *record* stands in the grid of its press; None where that was none."""
    kept: Any = record.request.get(GRID)
    if not isinstance(kept, dict):
        return None
    at, labels = _two(kept.get("at"), int), _two(kept.get("labels"), str)
    if not at or not labels or not all(0 <= number < MAX_PLACE for number in at):
        return None
    return Place(at[0], at[1], labels[0][:MAX_LABEL], labels[1][:MAX_LABEL])


def laid_out(records: Iterable[Generation]) -> PressGrid | None:
    """The grid of the *records* of one press; None where it made none."""
    places = [(place, record) for record in records if (place := place_of(record))]
    if not places:
        return None
    columns = {place.column: place.x for place, _ in places}
    rows = {place.row: place.y for place, _ in places}
    across, down = sorted(columns), sorted(rows)
    cells: dict[tuple[int, int], list[Generation]] = {}
    for place, record in places:
        cells.setdefault((across.index(place.column), down.index(place.row)), []).append(record)
    return PressGrid(
        tuple(columns[number] for number in across),
        tuple(rows[number] for number in down),
        tuple(Cell(*at, tuple(found)) for at, found in sorted(cells.items())),
    )


def _two(value: Any, kind: type) -> list[Any]:
    """*value*, where it is two of one *kind*; else none."""
    is_right = isinstance(value, list) and len(value) == 2 and {*map(type, value)} == {kind}
    return value if is_right else []
