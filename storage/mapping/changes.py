"""A record as the columns of its row, and what a change of it changes in them. Pure.

One function makes columns of fields, all of them or some, so that a row that was changed bit by
bit is the row that its record would be given at once.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, fields
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from storage.mapping import rows
from storage.mapping.columns import SPAN_COLUMNS
from storage.mapping.measures import SPAN_FIELDS, span_values
from storage.records import Generation

COLUMNS = (*rows.GENERATION_COLUMNS, *rows.DERIVED_COLUMNS, *SPAN_COLUMNS)
"""Columns of generations that follow from the record alone."""
_FIELDS = tuple(field.name for field in fields(Generation))
_all_of = attrgetter(*_FIELDS)
_LABELS = frozenset({"tags", "collections"})
_DERIVED: Mapping[frozenset[str], Callable[[Generation], Mapping[str, Any]]] = MappingProxyType(
    {
        frozenset({"prompt"}): rows.folded_values,
        frozenset({"images"}): rows.file_values,
        _LABELS: rows.label_values,
        frozenset({"image_marks"}): rows.mark_values,
        SPAN_FIELDS: span_values,
    }
)
"""Functions that make derived columns, by the fields which these follow from."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What becomes of a record: `values` by column; rows of other tables, None where they stay."""

    old: Generation
    new: Generation
    values: dict[str, Any]
    images: list[rows.Row] | None
    labels: list[rows.Row] | None
    marks: list[rows.Row] | None


def values_of(generation: Generation, of: Set[str] = frozenset(_FIELDS)) -> dict[str, Any]:
    """*generation* by column, as far as columns follow from the fields *of* it.

    Raises ValueError or TypeError where something in these cannot be stored.
    """
    values = rows.field_values(generation, of)
    for sources, derive in _DERIVED.items():
        if not sources.isdisjoint(of):
            values |= derive(generation)
    return values


def changed(old: Generation, new: Generation) -> Changed:
    """What is to be written for *old*, which is stored, to be *new*. Raises as `values_of`.

    A field that is the very same object is not looked at. An equal one is: 1 equals true, and
    JSON tells them apart.
    """
    pairs = zip(_FIELDS, _all_of(old), _all_of(new), strict=True)
    others = {name for name, before, after in pairs if before is not after}
    stored = values_of(old, others)
    values = {c: v for c, v in values_of(new, others).items() if v != stored[c]}
    images = rows.image_rows(new) if "files" in values else None
    labels = None
    if not _LABELS.isdisjoint(others) and rows.label_rows(old) != rows.label_rows(new):
        labels = rows.label_rows(new)
    marks = None
    if old.image_marks != new.image_marks:
        marks = rows.mark_rows(new.id, new.image_marks)
    return Changed(old, new, values, images, labels, marks)
