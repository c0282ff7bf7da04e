"""A grid is known from what is left of it: each generation remembers its own place."""

from dataclasses import replace
from typing import Any

import pytest

from storage.records import Generation
from studio.library.grids import MAX_LABEL, Place, laid_out, noted, place_of
from studio.requested import GRID
from tests.support.records import generation


def placed(column: int, row: int) -> Generation:
    record = generation(10 * row + column)
    place = Place(column, row, f"Steps {column}", f"CFG {row}")
    return replace(record, request=noted(record.request, place))


def test_a_grid_is_laid_out_by_the_places_of_its_generations() -> None:
    made = [placed(column, row) for row in range(2) for column in range(3)]
    grid = laid_out([*made, generation()])
    assert grid is not None
    assert grid.columns == ("Steps 0", "Steps 1", "Steps 2")
    assert grid.rows == ("CFG 0", "CFG 1")
    assert {(c.column, c.row): c.records[0].id for c in grid.cells} == {
        (n % 3, n // 3): record.id for n, record in enumerate(made)
    }


def test_copies_of_a_place_lie_in_it_in_order_and_what_is_gone_leaves_no_gap() -> None:
    first, second, far = placed(0, 0), placed(0, 0), placed(4, 0)
    grid = laid_out([first, second, far])
    assert grid is not None
    assert grid.columns == ("Steps 0", "Steps 4")
    assert [cell.records for cell in grid.cells] == [(first, second), (far,)]
    assert [cell.column for cell in grid.cells] == [0, 1]


def test_what_was_made_alone_is_no_grid() -> None:
    assert laid_out([generation(), generation()]) is None
    assert laid_out([]) is None


@pytest.mark.parametrize(
    "kept",
    [
        5,
        {},
        {"at": [0], "labels": ["a", "b"]},
        {"at": [0, -1], "labels": ["a", "b"]},
        {"at": [0, 10**9], "labels": ["a", "b"]},
        {"at": [True, 0], "labels": ["a", "b"]},
        {"at": [0, 0], "labels": ["a", 5]},
    ],
)
def test_a_place_of_any_other_shape_is_none(kept: Any) -> None:
    assert place_of(replace(generation(), request={GRID: kept})) is None


def test_a_value_that_is_a_whole_prompt_is_kept_short_in_each_place() -> None:
    kept = noted({}, Place(0, 1, "x" * 100_000, "y"))
    assert kept[GRID] == {"at": [0, 1], "labels": ["x" * MAX_LABEL, "y"]}
