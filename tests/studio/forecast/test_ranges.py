"""How wide a forecast is: four of five runs lie in its range."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.forecast.interval import measured_spread, pool_of, spread_of
from tests.studio.forecast.histories import covered, forecast, inside, timings
from tests.studio.forecast.timings import REQUEST, timing


def test_the_range_holds_most_of_what_was_seen() -> None:
    past = [timing("sampling", 10 + n, generation=str(n), steps=20) for n in range(11)]
    found = forecast(REQUEST, past)
    assert found
    assert found.seconds == pytest.approx(15, rel=0.04)
    assert (found.low, found.high) == pytest.approx((11, 19), rel=0.12)


def test_four_of_five_lie_in_the_range() -> None:
    found = [
        one
        for noise in (0.05, 0.08, 0.12, 0.2)
        for mixed in (False, True)
        for seed in range(12)
        for one in inside(seed, noise, mixed=mixed)
    ]
    assert 0.75 <= sum(found) / len(found) <= 0.90


@pytest.mark.parametrize("noise", [0.03, 0.1, 0.3])
@pytest.mark.parametrize(("earlier", "cold"), [(2, False), (3, False), (10, False), (4, True)])
def test_four_of_five_lie_in_the_range_from_the_second_run_on(
    noise: float, earlier: int, cold: bool
) -> None:
    """75 to 85 %, with three times the error of 240 tries, whatever the noise."""
    dice = random.Random(earlier)
    tries = 240
    share = sum(covered(dice, noise, earlier, cold=cold) for _ in range(tries)) / tries
    error = 3 * math.sqrt(0.8 * 0.2 / tries)
    assert 0.75 - error <= share <= 0.85 + error


def test_a_kind_that_ran_once_borrows_from_those_that_ran_more() -> None:
    calm, wild = ([[10.0, 10.0 * math.exp(noise)] * 5] * 2 for noise in (0.02, 0.4))
    reaches = [measured_spread([5.0], [1.0], pool_of(kinds)).reach() for kinds in (calm, wild)]
    alone = measured_spread([5.0], [1.0], pool_of([])).reach()
    assert reaches[0] < 0.1 < reaches[1]
    assert reaches[0] < alone < reaches[1]


def test_one_outlier_of_many_does_not_widen_the_pool() -> None:
    calm = [10.0 + 0.1 * (n % 3) for n in range(12)]
    assert pool_of([[*calm, 80.0]]).deviation < 0.12


@given(st.lists(st.floats(1e-3, 1e5), min_size=1, max_size=40), st.floats(0, 2))
def test_a_middle_lies_in_its_range_and_near_what_was_seen(
    seconds: list[float], widening: float
) -> None:
    spread = spread_of(seconds, [1.0] * len(seconds))
    middle, reach = spread.middle(seconds), spread.reach(widening)
    assert 0 < middle * math.exp(-reach) < middle < middle * math.exp(reach)
    assert min(seconds) * 0.99 <= middle <= max(seconds) * 1.01


def test_the_range_widens_with_what_is_unlike() -> None:
    past = timings("1", REQUEST, random.Random(1), 0.05, cold=False)
    asks = [
        REQUEST,
        REQUEST.model_copy(update={"width": 1024}),
        REQUEST.model_copy(update={"sampler": "heun"}),
        REQUEST.model_copy(update={"checkpoint": "b"}),
    ]
    found = [forecast(ask, past) for ask in asks]
    widths = [f.high / f.low for f in found if f]
    assert widths == sorted(widths)
    assert [f.like for f in found if f] == [
        "",
        "of another size",
        "with another sampler",
        "with another model",
    ]


def test_one_odd_run_does_not_upset_the_others() -> None:
    past = [timing("sampling", 10, generation=str(n), steps=20) for n in range(9)]
    odd = timing("sampling", 300, generation="odd", steps=20)
    found = forecast(REQUEST, [odd, *past])
    assert found
    assert found.seconds == pytest.approx(10, rel=0.1)


def test_a_model_that_was_never_seen_to_load_makes_the_forecast_a_rough_one() -> None:
    past = [timing("sampling", 10, generation="g", checkpoint="other", steps=20)]
    cold = forecast(REQUEST, past)
    assert cold
    assert (cold.cold, cold.partial, cold.rough) == (True, True, True)


# Videos
