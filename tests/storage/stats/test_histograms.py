"""Quantiles from buckets: inside what there was, and never off by more than is said."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.stats.cubes import PER_OCTAVE
from storage.stats.histograms import HALF_A_BUCKET, Floats, quantiles
from tests.support.examples import examples

SHARES = {"median": 0.5, "p95": 0.95, "p10": 0.1}


def of_buckets(values: Floats) -> "pd.Series[float]":
    bucket = np.floor(PER_OCTAVE * np.log2(values)).astype(int)
    cells = pd.DataFrame({"bucket": bucket, "value": values}).groupby("bucket")["value"]
    made = cells.agg(["count", "sum", "min", "max"]).reset_index()
    made.columns = pd.Index(["bucket", "generations", "total", "least", "most"])
    return quantiles(made, [], SHARES).iloc[0]


def check(values: Floats) -> None:
    found = of_buckets(values)
    for name, share in SHARES.items():
        exact = float(np.quantile(values, share))
        assert exact / HALF_A_BUCKET * (1 - 1e-9) <= found[name]
        assert found[name] <= exact * HALF_A_BUCKET * (1 + 1e-9)
        assert values.min() * (1 - 1e-9) <= found[name] <= values.max() * (1 + 1e-9)


@pytest.mark.parametrize(
    "values",
    [
        [8.001] * 20,
        [8.72] * 20,
        [7.0] * 10 + [8.72] * 14,
        [8.1, 8.2, 8.7],
        [8.05, 8.06, 8.07, 8.71],
    ],
)
def test_what_was_off_by_more_than_was_said_no_longer_is(values: list[float]) -> None:
    check(np.array(values))


def test_values_that_are_all_alike_are_exact() -> None:
    found = of_buckets(np.array([8.001] * 20))
    assert list(found[list(SHARES)]) == pytest.approx([8.001] * 3)


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.floats(1.0, 4.0), min_size=1, max_size=60))
def test_whatever_the_values_the_bound_holds(values: list[float]) -> None:
    check(np.array(values))


@settings(max_examples=examples(100), deadline=None)
@given(st.floats(0.001, 0.3), st.integers(1, 300), st.integers(0, 10_000))
def test_the_bound_holds_for_times_that_cluster(noise: float, count: int, seed: int) -> None:
    check(7.9 * np.exp(np.random.default_rng(seed).normal(0, noise, count)))
