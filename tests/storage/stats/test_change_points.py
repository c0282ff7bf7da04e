"""Changes of the level of a series: found where they are, and nowhere else."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.stats.change_points import MAX_CHANGES, MIN_LENGTH, Floats, changes
from tests.support.examples import examples

SERIES = 300
"""Of each kind of noise."""
Noise = Callable[[np.random.Generator, int], Floats]

NOISES: dict[str, Noise] = {
    "gaussian": lambda rng, n: 6.0 * np.exp(rng.normal(0, 0.06, n)),
    "heavy tails": lambda rng, n: 6.0 * np.exp(0.06 * rng.standard_t(2, n)),
    "one side": lambda rng, n: 6.0 + rng.exponential(2.0, n),
    "wide": lambda rng, n: 6.0 * np.exp(rng.normal(0, 0.5, n)),
    "coarse": lambda rng, n: np.round(6.0 + rng.normal(0, 0.4, n)) + 1.0,
    "constant": lambda _, n: np.full(n, 6.0),
}


def with_outliers(values: Floats, rng: np.random.Generator, share: float = 0.05) -> Floats:
    """Some points several times as large, as when something else runs on the machine."""
    return np.where(rng.random(len(values)) < share, values * rng.uniform(2, 20), values)


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("outliers", [False, True], ids=["plain", "outliers"])
def test_without_a_change_nothing_is_found(noise: str, outliers: bool) -> None:
    rng = np.random.default_rng(7)
    found = 0
    for _ in range(SERIES):
        values = NOISES[noise](rng, int(rng.integers(1, 400)))
        found += bool(changes(with_outliers(values, rng) if outliers else values))
    assert found <= SERIES // 100


@pytest.mark.parametrize("noise", [0.01, 0.06, 0.2, 0.5, 1.0])
@pytest.mark.parametrize("length", [16, 40, 100, 400, 1500])
def test_99_of_100_series_without_a_change_raise_no_alarm(noise: float, length: int) -> None:
    rng = np.random.default_rng(length)
    series = 6.0 * np.exp(rng.normal(0, noise, (SERIES, length)))
    assert sum(bool(changes(values)) for values in series) <= SERIES // 100


@pytest.mark.parametrize("ratio", [1.3, 1 / 1.3, 2.0])
@pytest.mark.parametrize("outliers", [False, True], ids=["plain", "outliers"])
def test_a_step_is_found_where_it_is(ratio: float, outliers: bool) -> None:
    rng = np.random.default_rng(8)
    off = []
    for _ in range(SERIES):
        before, after = rng.integers(30, 200, 2)
        values = NOISES["gaussian"](rng, before + after)
        values[before:] *= ratio
        found = changes(with_outliers(values, rng) if outliers else values)
        assert len(found) == 1
        assert found[0].end == len(values)
        assert found[0].ratio == pytest.approx(ratio, rel=0.06)
        off.append(abs(found[0].start - before))
    assert np.quantile(off, 0.99) <= 5


def test_a_time_that_was_slower_has_two_ends() -> None:
    rng = np.random.default_rng(9)
    for _ in range(100):
        values = NOISES["gaussian"](rng, 240)
        values[80:140] *= 1.3
        found = changes(values)
        assert [round(change.ratio, 1) for change in found] == [1.3, 0.8]
        assert abs(found[0].start - 80) <= 4
        assert abs(found[1].start - 140) <= 4
        assert found[0].end == found[1].start
        assert found[0].after == found[1].before


def test_of_many_changes_the_newest_are_told_each_beside_the_one_before() -> None:
    """Ever slower, so that each half has a level of its own."""
    values = np.repeat(1.5 ** np.arange(MAX_CHANGES + 5), 20)
    found = changes(values)
    assert [change.start for change in found] == [20 * n for n in range(5, MAX_CHANGES + 5)]
    assert all(change.ratio == pytest.approx(1.5) for change in found)


@pytest.mark.parametrize("length", [1, 3, MIN_LENGTH - 1])
def test_what_does_not_last_is_no_change(length: int) -> None:
    """But for one in a hundred, where what follows happens to be slower."""
    rng = np.random.default_rng(10)
    told = 0
    for _ in range(100):
        values = NOISES["gaussian"](rng, 120)
        first = int(rng.integers(0, 120 - length))
        values[first : first + length] *= 10
        told += bool(changes(values))
    assert told <= 1


def test_a_change_smaller_than_worth_telling_is_none() -> None:
    rng = np.random.default_rng(11)
    for _ in range(100):
        values = NOISES["gaussian"](rng, 400)
        values[200:] *= 1.05
        assert not changes(values)


@pytest.mark.parametrize("count", range(2 * MIN_LENGTH))
def test_few_points_tell_no_change(count: int) -> None:
    values = np.ones(count)
    values[count // 2 :] = 9.0
    assert not changes(values)


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(st.floats(1e-6, 1e9), max_size=120))
def test_whatever_the_series_changes_are_in_order_and_apart(values: list[float]) -> None:
    found = changes(np.array(values, dtype=np.float64))
    edges = [0, *(change.start for change in found), len(values)]
    assert all(b - a >= MIN_LENGTH for a, b in pairwise(edges)) or not found
    for change in found:
        assert change.ratio > 0
        assert change.start < change.end


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 1000))
def test_the_unit_does_not_matter(seed: int, unit: float) -> None:
    rng = np.random.default_rng(seed)
    values = NOISES["gaussian"](rng, 100)
    values[60:] *= rng.choice([1.0, 1.4])
    assert [c.start for c in changes(values)] == [c.start for c in changes(values * unit)]
