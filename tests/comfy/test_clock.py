"""The clock everything is compared by: what moves it, and what does not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy import clock

STEPS = st.lists(st.floats(-1e6, 1e6), max_size=8)


@given(steps=STEPS)
def test_no_step_of_the_wall_clock_moves_it(steps: list[float]) -> None:
    real = time.time
    seen = [clock.now()]
    try:
        for step in steps:
            time.time = lambda step=step: real() + step  # type: ignore[misc]
            seen.append(clock.now())
    finally:
        time.time = real
    assert seen == sorted(seen)
    assert seen[-1] - seen[0] < 60  # not by a step, however far


def test_a_time_of_day_is_that_of_the_present_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 3600)
    moment = clock.now()
    assert clock.wall(moment) == pytest.approx(time.time(), abs=60)
    assert clock.wall(moment) - clock.wall(moment - 10) == pytest.approx(10, abs=1)


def test_what_was_slept_does_not_grow_while_the_machine_is_awake() -> None:
    before = clock.asleep()
    assert clock.asleep() - before == pytest.approx(0, abs=0.5)
    assert before >= 0
