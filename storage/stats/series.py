"""From rows of past generations to what a step costs. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from storage.stats.period import sized
from storage.stats.robust_fit import Runs, fit
from storage.stats.scans import SERIES

WHAT_IF_COLUMNS = [
    "checkpoint", "size", "server", "seconds_per_step", "fixed_seconds", "basis", "batch",
]  # fmt: skip


def found_slopes(points: pd.DataFrame) -> pd.DataFrame:
    """WHAT_IF_COLUMNS, most used first.

    *points* has SERIES, batch, steps, generations, sampling and rest; of each series the usual
    number of images at once counts: `batch`.
    """
    series: dict[tuple[Any, ...], dict[int, list[Runs]]] = {}
    names = (*SERIES, "batch", "steps", "generations", "sampling", "rest")
    for *key, batch, steps, generations, sampling, rest in _plain(points, *names):
        runs = series.setdefault(tuple(key), {}).setdefault(batch, [])
        runs.append(Runs(steps, generations, sampling, rest))
    rows = []
    for one, batches in series.items():
        batch, runs = max(batches.items(), key=lambda of: _generations(of[1]))
        if line := fit(runs):
            priced = (line.per_step, line.fixed, line.basis, batch)
            rows.append((one[0], _size(one), one[3], *priced))
    table = pd.DataFrame(rows, columns=WHAT_IF_COLUMNS)
    return table.sort_values(
        ["basis", *WHAT_IF_COLUMNS[:3]], ascending=[False, True, True, True], ignore_index=True
    )


def _generations(runs: Sequence[Runs]) -> int:
    return sum(run.generations for run in runs)


def _plain(table: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[column].tolist() for column in columns), strict=True)


def _size(key: Sequence[Any]) -> str:
    return sized(key[1], key[2])
