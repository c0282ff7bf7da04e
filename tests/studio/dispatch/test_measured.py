"""Sleep told apart from work, where what a run took is stored."""

import time
from dataclasses import replace
from functools import partial

import pytest

from comfy import clock
from comfy.graph.plan import make_plan
from comfy.progress.advance import Progress, advance, begin
from comfy.protocol import events as ev
from studio.dispatch.measured import Measured, measured

GRAPH = {
    "1": {"class_type": "KSampler", "inputs": {"steps": 4, "model": ["0", 0]}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
}
NIGHT = 8 * 3600.0
SERVER = 1_700_000_000.0
"""The start by the server's own clock, which is none of ours."""


def run(*, told: float | None, pause: float = 0.0) -> Progress:
    """Ten seconds of work, *pause* more before the last node; *told* by the server."""
    start = clock.now() - 100.0
    end = start + 10.0 + pause
    progress = begin("x", make_plan(GRAPH), at=start)
    heard: list[tuple[float, ev.Event]] = [
        (start, ev.NodeStarted("x", 0.0, "1")),
        *((start + 2.0 * n, ev.Stepped("x", 0.0, "1", n, 4)) for n in range(1, 5)),
        (end - 1.0, ev.NodeStarted("x", 0.0, "2")),
    ]
    for at, event in heard:
        progress = advance(progress, replace(event, at=at))
    over = ev.Finished("x", end)
    if told is not None:
        over = replace(over, started_at=SERVER, ended_at=SERVER + told)
    return advance(progress, over)


about = partial(pytest.approx, abs=0.05)
"""Two clocks are read one after the other, with anything else of the machine between them."""


def seconds(found: Measured) -> float:
    return float(found.times["finished_at"] - found.times["started_at"])


def worked(found: Measured) -> float:
    return sum(one.finished_at - one.started_at for one in found.runs)


def test_without_sleep_the_servers_word_counts() -> None:
    found = measured(run(told=9.5))
    assert seconds(found) == about(9.5)
    assert worked(found) == about(9.5)


@pytest.mark.parametrize("told", [None, NIGHT + 10.0])
def test_a_server_that_slept_along_did_not_work_all_night(told: float | None) -> None:
    found = measured(run(told=told), slept=NIGHT, here=True)
    assert seconds(found) == about(10.0)
    assert worked(found) == about(10.0)


def test_a_server_elsewhere_worked_on_and_nobody_knows_at_which_node() -> None:
    found = measured(run(told=600.0), slept=NIGHT, here=False)
    assert seconds(found) == about(600.0)
    assert found.runs == ()


def test_a_server_elsewhere_that_had_ended_before_tells_all() -> None:
    found = measured(run(told=10.0), slept=NIGHT, here=False)
    assert seconds(found) == about(10.0)
    assert worked(found) == about(10.0)


def test_what_nobody_can_tell_is_left_out() -> None:
    found = measured(run(told=None), slept=NIGHT, here=False)
    assert found.times["started_at"] is None
    assert found.times["finished_at"] is not None
    assert found.runs == ()


def test_an_app_that_was_stopped_itself_does_not_count_as_work() -> None:
    found = measured(run(told=10.0, pause=NIGHT))
    assert seconds(found) == about(10.0)
    assert found.runs == ()


def test_the_end_is_the_present_time_of_day_whatever_the_clock_did(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over, before = run(told=None), clock.wall(clock.now())
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 3600.0)
    found = measured(over)
    assert found.times["finished_at"] < before - 3600.0
    assert seconds(found) == about(10.0)
