"""From rows to sentences: what changed, since when, where; and what a step costs."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from storage.stats.series import (
    CHANGE_COLUMNS,
    WHAT_IF_COLUMNS,
    found_changes,
    found_slopes,
    sentence,
)

NOW = datetime(2026, 3, 6, 18, 0)  # noqa: DTZ001 - stored naive; a Friday
TUESDAY = datetime(2026, 3, 3, 14, 0)  # noqa: DTZ001
WINTER = datetime(2026, 2, 3, 9, 5)  # noqa: DTZ001
LAST_YEAR = datetime(2025, 12, 31, 9, 0)  # noqa: DTZ001
KEY = ("SDXL.safetensors", 1024, 1024, "gpu-2")
COLUMNS = ["checkpoint", "width", "height", "server", "sampler", "at", "seconds", "generations"]


def points(
    since: datetime | None = None,
    ratio: float = 1.31,
    key: tuple[Any, ...] = KEY,
    sampler: str = "euler",
    seed: int = 1,
) -> pd.DataFrame:
    """A generation an hour in the last fortnight, slower by *ratio* from *since* on."""
    rng = np.random.default_rng(seed)
    times = [NOW - timedelta(hours=n) for n in reversed(range(336))]
    rows = [
        (
            *key,
            sampler,
            at,
            6 * np.exp(rng.normal(0, 0.05)) * (ratio if since and at >= since else 1),
            1,
        )
        for at in times
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.mark.parametrize(
    ("ratio", "since", "until", "said"),
    [
        (1.31, TUESDAY, None, "has been 31 % slower than its own median since Tuesday 14:00"),
        (0.8, TUESDAY, None, "has been 20 % faster than its own median since Tuesday 14:00"),
        (1.5, WINTER, None, "has been 50 % slower than its own median since 3 February, 09:05"),
        (
            1.5,
            LAST_YEAR,
            TUESDAY,
            "was 50 % slower than its own median from 31 December 2025, 09:00 until Tuesday 14:00",
        ),
    ],
)
def test_a_change_is_a_sentence(
    ratio: float, since: datetime, until: datetime | None, said: str
) -> None:
    told = sentence(KEY, ratio, since, until, NOW)
    assert told == f"SDXL 1024 × 1024 {said}, on server gpu-2."


@pytest.mark.parametrize(
    ("checkpoint", "server", "begins", "ends"),
    [
        ("models/sub\\x.ckpt", "s", "x 1024", ", on server s."),
        ("flux.gguf", "", "flux 1024", "Tuesday 14:00."),
        ("", "s", "1024 × 1024 has", ", on server s."),
    ],
)
def test_names_are_told_without_folder_and_ending(
    checkpoint: str, server: str, begins: str, ends: str
) -> None:
    said = sentence((checkpoint, 1024, 1024, server), 1.3, TUESDAY, None, NOW)
    assert said.startswith(begins)
    assert said.endswith(ends)


def test_a_slower_server_is_found_among_others() -> None:
    scan = pd.concat(
        [
            points(TUESDAY),
            points(key=(*KEY[:3], "gpu-1"), seed=2),
            points(key=("flux.gguf", 512, 512, "gpu-2"), seed=3),
        ]
    ).sort_values("at", kind="stable")
    table = found_changes([scan.reset_index(drop=True)], NOW)
    assert list(table.columns) == CHANGE_COLUMNS
    (row,) = table.to_dict("records")
    assert (row["checkpoint"], row["size"], row["server"]) == (KEY[0], "1024 × 1024", "gpu-2")
    assert abs(row["at"] - TUESDAY) <= timedelta(hours=3)
    assert row["ratio"] == pytest.approx(1.31, rel=0.05)
    assert row["after"] / row["before"] == pytest.approx(row["ratio"])
    assert abs(row["generations"] - 77) <= 3  # since then
    assert row["sentence"].startswith("SDXL 1024 × 1024 has been 3")
    assert "slower than its own median since Tuesday" in row["sentence"]


def test_one_change_seen_several_times_is_told_once_by_the_most_generations() -> None:
    fine, rare = points(TUESDAY), points(TUESDAY, sampler="ddim", seed=4).iloc[::4]
    coarse = points(TUESDAY, seed=5).iloc[::6]
    scan = pd.concat([rare, fine]).sort_values("at", kind="stable").reset_index(drop=True)
    table = found_changes([scan, coarse.reset_index(drop=True)], NOW)
    assert len(table) == 1
    assert table["generations"].iloc[0] > 70


def test_another_sampler_is_no_change() -> None:
    """One half of the time the slow sampler was used, then the fast one."""
    slow, fast = points(sampler="slow").iloc[:168], points(sampler="fast").iloc[168:]
    scan = pd.concat([slow.assign(seconds=slow["seconds"] * 2), fast]).reset_index(drop=True)
    assert found_changes([scan], NOW).empty


def test_nothing_gives_tables_with_their_columns() -> None:
    empty = pd.DataFrame(columns=COLUMNS)
    assert list(found_changes([empty], NOW).columns) == CHANGE_COLUMNS
    slopes = pd.DataFrame(
        columns=[*COLUMNS[:4], "batch", "steps", "generations", "sampling", "rest"]
    )
    assert list(found_slopes(slopes).columns) == WHAT_IF_COLUMNS


def test_a_step_costs_what_it_costs_in_the_usual_batch() -> None:
    """Ten more steps at 0.61 s are the 6.1 s of which the page speaks; a batch of four is not."""
    rows = [(*KEY, 1, n, 30, 0.61 * n, 2.0) for n in (10, 20, 30, 40)]
    rows += [(*KEY, 4, n, 2, 2.5 * n, 4.0) for n in (10, 20)]
    rows += [("other.ckpt", 512, 512, "gpu-1", 1, 20, 500, 4.0, 1.0)]
    names = [*COLUMNS[:4], "batch", "steps", "generations", "sampling", "rest"]
    table = found_slopes(pd.DataFrame(rows, columns=pd.Index(names)))
    assert list(table["checkpoint"]) == ["other.ckpt", KEY[0]]
    step = table.iloc[1]
    assert (30 - 20) * step["seconds_per_step"] == pytest.approx(6.1)
    assert step["fixed_seconds"] == pytest.approx(2.0)
    assert step["basis"] == 120
