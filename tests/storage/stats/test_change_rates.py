"""How often changes are told: hardly ever where there are none, nearly always where all see them.

Seeds are fixed; the limits are those rates that are promised, with their binomial error.
"""

import numpy as np
import pytest

from storage.stats.change_points import Change, Drift, course
from tests.support.noisy_series import (
    UNCHANGED,
    Floats,
    Noise,
    bumped,
    drifted,
    log_normal,
    most_of,
    remembering,
    stepped,
)

SERIES = 150
FALSE_ALARMS = 0.005
FALSE_ALARMS_WITH_MEMORY = 0.02
MISSED = 0.10


def alarms(noise: Noise, deviation: float, count: int) -> int:
    rng = np.random.default_rng([count, round(100 * deviation)])
    series = (10 * noise(rng, deviation, count) for _ in range(SERIES))
    return sum(bool(course(values)) for values in series)


@pytest.mark.parametrize("kind", UNCHANGED)
@pytest.mark.parametrize("deviation", [0.03, 0.1, 0.3])
def test_nothing_is_told_of_noise(kind: str, deviation: float) -> None:
    told = sum(alarms(UNCHANGED[kind], deviation, count) for count in (20, 60, 300))
    assert told <= most_of(3 * SERIES, FALSE_ALARMS)


@pytest.mark.parametrize("count", [20, 60, 300])
def test_a_machine_that_is_slow_for_a_while_is_seldom_an_alarm(count: int) -> None:
    told = sum(alarms(remembering(0.7), deviation, count) for deviation in (0.03, 0.1, 0.3))
    assert told <= most_of(3 * SERIES, FALSE_ALARMS_WITH_MEMORY)


def steps(values: Floats) -> list[Change]:
    found = course(values)
    assert not isinstance(found, Drift)
    return found


@pytest.mark.parametrize(("last", "count"), [(10, 70), (10, 1000)])
@pytest.mark.parametrize("deviation", [0.03, 0.1])
def test_twice_as_slow_lately_is_always_told(last: int, count: int, deviation: float) -> None:
    rng = np.random.default_rng(count)
    for _ in range(60):
        found = steps(stepped(10 * log_normal(rng, deviation, count), last, 2))
        assert abs(found[-1].start - (count - last)) <= 3
        assert found[-1].ratio == pytest.approx(2, rel=0.2)


@pytest.mark.parametrize(("last", "count"), [(20, 200), (40, 1000)])
def test_a_fifth_slower_lately_is_told_nine_times_of_ten(last: int, count: int) -> None:
    rng = np.random.default_rng(last)
    missed = 0
    for _ in range(SERIES):
        found = course(stepped(10 * log_normal(rng, 0.1, count), last, 1.2))
        places = [] if isinstance(found, Drift) else [change.start for change in found]
        missed += not any(abs(place - (count - last)) <= last // 2 for place in places)
    assert missed <= most_of(SERIES, MISSED)


def test_a_slow_time_in_between_is_told_with_both_of_its_ends() -> None:
    rng = np.random.default_rng(60)
    missed = 0
    for _ in range(SERIES):
        found = steps(bumped(10 * log_normal(rng, 0.03, 60), 1.4))
        missed += [(c.start, c.returns) for c in found] != [(20, False), (40, True)]
    assert missed <= most_of(SERIES, MISSED)


def test_what_needs_no_statistics_is_told() -> None:
    slow = steps(np.array([10.0, 10.1] * 30 + [20.0, 20.1] * 5))
    assert [(c.start, round(c.ratio, 1)) for c in slow] == [(60, 2.0)]
    bump = steps(np.array([10.0, 10.1] * 10 + [14.0, 14.1] * 10 + [10.0, 10.1] * 10))
    assert [(c.start, c.returns) for c in bump] == [(20, False), (40, True)]


@pytest.mark.parametrize("ratio", [1.2, 1.5, 1 / 1.5])
@pytest.mark.parametrize("count", [60, 300])
def test_a_drift_is_a_drift_and_no_step(ratio: float, count: int) -> None:
    rng = np.random.default_rng(count)
    for _ in range(40):
        found = course(drifted(10 * log_normal(rng, 0.03, count), ratio))
        assert isinstance(found, Drift)
        assert found.ratio == pytest.approx(ratio, rel=0.1)


def test_a_step_is_a_step_and_no_drift_with_any_noise() -> None:
    rng = np.random.default_rng(5)
    drifts = sum(
        isinstance(course(stepped(10 * log_normal(rng, deviation, 200), 100, 1.3)), Drift)
        for deviation in (0.03, 0.1)
        for _ in range(60)
    )
    assert drifts <= most_of(120, 0.02)


def test_a_step_that_is_too_small_beside_the_noise_is_no_drift_either() -> None:
    rng = np.random.default_rng(9)
    drifts = sum(
        isinstance(course(stepped(10 * log_normal(rng, 0.3, 1000), 500, 1.2)), Drift)
        for _ in range(60)
    )
    assert drifts <= most_of(60, 0.1)


def test_the_size_is_not_exaggerated_by_noise() -> None:
    """Of +20 % at 30 % noise only what looks larger is told, once +41 % in the middle."""
    rng = np.random.default_rng(6)
    ratios, raw = [], []
    for _ in range(6 * SERIES):
        found = course(stepped(10 * log_normal(rng, 0.3, 200), 100, 1.2))
        if isinstance(found, Drift):
            continue
        ratios += [change.ratio for change in found]
        raw += [change.after / change.before for change in found]
    assert np.median(ratios) < np.median(raw) - 0.02
    assert np.median(ratios) < 1.3


def test_times_that_are_unevenly_apart_make_no_drift_a_step() -> None:
    rng = np.random.default_rng(7)
    at = np.sort(rng.random(200) ** 3)
    values = 10 * log_normal(rng, 0.03, 200) * (1 + 0.5 * at)
    assert isinstance(course(values, at), Drift)
