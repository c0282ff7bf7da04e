"""From rows to what a step costs."""

import pandas as pd
import pytest

from storage.stats.series import WHAT_IF_COLUMNS, found_slopes

KEY = ("SDXL.safetensors", 1024, 1024, "gpu-2")
COLUMNS = [
    "checkpoint", "width", "height", "server", "batch", "steps", "generations", "sampling", "rest",
]  # fmt: skip


def test_nothing_gives_a_table_with_its_columns() -> None:
    assert list(found_slopes(pd.DataFrame(columns=COLUMNS)).columns) == WHAT_IF_COLUMNS


def test_a_step_costs_what_it_costs_in_the_usual_batch() -> None:
    """Ten more steps at 0.61 s are the 6.1 s of which the page speaks; a batch of four is not."""
    rows = [(*KEY, 1, n, 30, 0.61 * n, 2.0) for n in (10, 20, 30, 40)]
    rows += [(*KEY, 4, n, 2, 2.5 * n, 4.0) for n in (10, 20)]
    rows += [("other.ckpt", 512, 512, "gpu-1", 1, 20, 500, 4.0, 1.0)]
    table = found_slopes(pd.DataFrame(rows, columns=pd.Index(COLUMNS)))
    assert list(table["checkpoint"]) == ["other.ckpt", KEY[0]]
    step = table.iloc[1]
    assert (30 - 20) * step["seconds_per_step"] == pytest.approx(6.1)
    assert step["fixed_seconds"] == pytest.approx(2.0)
    assert step["basis"] == 120
    assert step["batch"] == 1


def test_the_batch_that_is_priced_is_named() -> None:
    rows = [(*KEY, batch, 20, number, 0.2 * 20 * batch, 1.0) for batch, number in ((1, 5), (4, 9))]
    (row,) = found_slopes(pd.DataFrame(rows, columns=pd.Index(COLUMNS))).to_dict("records")
    assert (row["batch"], row["basis"]) == (4, 9)
    assert row["seconds_per_step"] == pytest.approx(0.8)
