"""Where what waits goes: to whoever ends it first."""

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from studio.dispatch.placement import busy_seconds, first_for
from studio.jobs.job import Job
from studio.snapshot import Forecast
from tests.support.records import generation

FAST, SLOW = "fast", "slow"
PACE = {FAST: 1.0, SLOW: 5.0}


def test_the_slow_one_gets_nothing_of_a_short_tail() -> None:
    assert first_for(SLOW, {SLOW: 0.0, FAST: 0.0}, [PACE] * 4) == -1
    assert first_for(FAST, {SLOW: 0.0, FAST: 0.0}, [PACE] * 4) == 0


def test_the_slow_one_gets_what_the_fast_one_would_end_later() -> None:
    assert first_for(SLOW, {SLOW: 0.0, FAST: 0.0}, [PACE] * 8) == 5
    assert first_for(SLOW, {SLOW: 0.0, FAST: 4.5}, [PACE] * 2) == 0


def test_what_one_alone_can_run_waits_for_it() -> None:
    alone = {FAST: 1.0}
    assert first_for(SLOW, {SLOW: 0.0, FAST: 60.0}, [alone, alone]) == -1
    assert first_for(SLOW, {SLOW: 0.0, FAST: 60.0}, [alone, PACE]) == 1


def test_what_nobody_can_run_keeps_nobody_from_the_rest() -> None:
    assert first_for(FAST, {FAST: 0.0}, [{}, {FAST: 1.0}]) == 1


paces = st.floats(0.01, 100.0)
racks = st.dictionaries(st.sampled_from("abcd"), st.floats(0.0, 100.0), min_size=1)


@given(racks, st.data())
def test_whatever_can_run_is_somebodys_first_and_nobody_shares_it(
    free: dict[str, float], data: st.DataObject
) -> None:
    some = st.dictionaries(st.sampled_from(sorted(free)), paces)
    waiting = data.draw(st.lists(some, max_size=12))
    places = [place for name in free if (place := first_for(name, free, waiting)) >= 0]
    assert len(places) == len(set(places))
    able = [number for number, costs in enumerate(waiting) if costs]
    assert (min(places) == able[0]) if able else not places


@given(st.lists(paces, min_size=1, max_size=4), st.integers(1, 40))
def test_a_rack_that_takes_what_falls_to_it_ends_as_early_as_any(
    seconds: list[float], count: int
) -> None:
    names = [str(number) for number in range(len(seconds))]
    pace = dict(zip(names, seconds, strict=True))
    free = dict.fromkeys(names, 0.0)
    left = count
    while left:
        given_ = next(n for n in names if first_for(n, free, [pace] * left) == 0)
        free[given_] += pace[given_]
        left -= 1
    least = (
        min(
            max(n * s for n, s in zip(shares, seconds, strict=True))
            for shares in itertools.product(range(count + 1), repeat=len(seconds))
            if sum(shares) == count
        )
        if (count + 1) ** len(seconds) < 5000
        else None
    )
    if least is not None:
        assert max(free.values()) <= least * (1 + 1e-9)


def sent(seconds: float, **fields: Any) -> Job:
    """A job that a server has, forecast at so many *seconds*."""
    return Job(generation(**fields), FAST, forecast=Forecast(seconds, seconds, seconds, 3))


def test_what_runs_far_longer_than_was_thought_keeps_nobody_waiting() -> None:
    late, next_ = sent(1.0, submitted_at=0.0, started_at=1.0), sent(1.0, submitted_at=1.0)
    assert busy_seconds([late, next_], now=1.5) == 1.5
    assert busy_seconds([late, next_], now=2.0) == 1.1
    halted = busy_seconds([late, next_], now=100.0)
    assert halted > 90
    assert first_for(SLOW, {SLOW: 0.0, FAST: halted}, [PACE]) == 0


def test_a_server_that_begins_nothing_keeps_nobody_waiting() -> None:
    stuck = [sent(1.0, submitted_at=0.0), sent(1.0, submitted_at=1.0)]
    assert busy_seconds(stuck, now=60.0) == 62.0
    assert first_for(SLOW, {SLOW: 0.0, FAST: busy_seconds(stuck, now=60.0)}, [PACE]) == 0
