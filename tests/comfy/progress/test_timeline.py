"""Spans, pace and time left, from recorded runs and from made ones."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings

from comfy.graph.plan import make_plan
from comfy.progress.advance import Phase, Progress, advance, begin
from comfy.progress.step_rate import MAX_INTERVALS, step_seconds
from comfy.progress.timeline import seconds_left, spans, speed
from comfy.protocol import events as ev
from tests.comfy.progress.any_events import SEQUENCES
from tests.comfy.progress.made_up import START, after
from tests.support.examples import examples
from tests.support.runs import Run, run_of, runs

each_run = pytest.mark.parametrize("run", runs(), ids=repr)


def stepping(*times: float, steps: int = 10, plan_seconds: float | None = None) -> Progress:
    """A sampler alone that took its steps at *times*."""
    learned = None if plan_seconds is None else {"1": plan_seconds}
    graph = {"1": {"class_type": "KSampler", "inputs": {"steps": steps, "m": ["0", 0]}}}
    progress = begin("p", make_plan(graph, learned=learned), at=0.0)
    progress = advance(progress, ev.NodeStarted("p", 0.0, "1", "1"))
    for number, at in enumerate(times, 1):
        progress = advance(progress, ev.Stepped("p", at, "1", number, steps))
    return progress


# Spans


@each_run
def test_every_node_that_ran_has_one_span_and_cached_ones_none(run: Run) -> None:
    ran = {f.body["node"] for f in run.own_frames if f.type == "executing" and f.body["node"]}
    states = [f for f in run.own_frames if f.type == "progress_state"]
    ran |= {node for f in states for node in f.body["nodes"]}
    last = run.snapshots()[-1]
    expected = (ran & set(run.plan.nodes)) - {i for i, n in last.nodes.items() if n.cached}
    assert sorted(s.node for s in spans(last)) == sorted(expected)


@each_run
def test_spans_lie_within_the_recording_and_hold_their_steps(run: Run) -> None:
    last = run.snapshots()[-1]
    for span in spans(last):
        assert 0 <= span.started_at <= span.ended_at <= run.transcript.entries[-1].t
        assert sum(span.step_seconds) <= span.ended_at - span.started_at + 1e-9
        assert len(span.step_seconds) <= span.steps


def test_spans_of_a_run_follow_one_another() -> None:
    found = spans(run_of("comfyui-0.33.0/two_samplers").snapshots()[-1])
    assert [s.started_at for s in found] == sorted(s.started_at for s in found)
    assert all(a.ended_at <= b.started_at for a, b in pairwise(found))
    assert [s.steps for s in found if s.steps] == [5, 4]


# Pace


def test_the_warm_up_of_the_first_step_is_no_measure_of_speed() -> None:
    assert speed(stepping(30.0, 31.0, 32.0)) == pytest.approx(1.0)


def test_one_slow_step_does_not_upset_the_speed() -> None:
    assert speed(stepping(1, 2, 3, 20, 21, 22)) == pytest.approx(1.0)


def test_steps_that_were_held_up_and_come_at_once_are_no_measure_of_speed() -> None:
    burst = [0.001 * number for number in range(6)]
    assert speed(stepping(*(6 + late for late in burst), steps=60)) == pytest.approx(1.0, rel=0.15)
    assert speed(stepping(1, 2, *(6 + late for late in burst), 7, 8)) == pytest.approx(1.0)
    assert speed(stepping(*burst, steps=60)) is None
    assert speed(stepping(*burst, 1.0, 2.0, steps=60)) == pytest.approx(1.0, rel=0.01)


def test_steps_that_all_came_at_once_move_the_bar_no_further_than_they_are() -> None:
    held_up = stepping(*(0.001 * number for number in range(1, 7)), steps=60)
    assert held_up.fraction_at(60.0) == pytest.approx(0.1)
    assert stepping(0.001, 0.002, 1.0, steps=60).fraction_at(60.0) < 0.1


def test_steps_reported_together_are_counted_each() -> None:
    progress = advance(stepping(1.0, 2.0), ev.Stepped("p", 6.0, "1", 6, 10))
    assert speed(progress) == pytest.approx(1.0)


def test_there_is_no_speed_before_two_steps() -> None:
    assert speed(stepping(1.0)) is None


def test_a_server_that_counts_to_the_moon_costs_nothing() -> None:
    progress = stepping(steps=10)
    for number in range(1, 50):
        progress = advance(progress, ev.Stepped("p", number, "1", number * 1e12, 1e15))
    assert len(step_seconds(progress.nodes["1"])) == MAX_INTERVALS


# Time left


def test_time_left_is_steps_left_at_the_present_pace() -> None:
    assert seconds_left(stepping(30, 32, 34)) == pytest.approx(14.0)


@pytest.mark.parametrize("times", [(), (1.0,)])
def test_there_is_no_time_left_without_a_basis(times: tuple[float, ...]) -> None:
    assert seconds_left(stepping(*times)) is None


def test_learned_seconds_are_a_basis_before_the_first_step() -> None:
    assert seconds_left(stepping(plan_seconds=20.0)) == pytest.approx(20.0)


def test_cached_nodes_take_no_time() -> None:
    graph = {"1": {"class_type": "KSampler", "inputs": {"m": ["0", 0]}}}
    progress = begin("p", make_plan(graph, learned={"1": 9.0}))
    assert seconds_left(advance(progress, ev.Cached("p", 1, ("1",)))) == 0.0


@each_run
def test_time_left_shrinks_to_nothing_and_is_never_negative(run: Run) -> None:
    left = [seconds_left(s) for s in run.snapshots()]
    assert all(seconds is None or seconds >= 0 for seconds in left)
    assert left[-1] is None


@pytest.mark.parametrize(
    "name", ["comfyui-0.33.0/txt2img", "comfyui-0.33.0/interrupt_other_prompt"]
)
def test_time_left_halfway_is_of_the_right_size_with_nothing_learned(name: str) -> None:
    run = run_of(name)
    snapshots = run.snapshots()
    half = next(s for s in snapshots if s.steps and s.step * 2 >= s.steps)
    end = next(s for s in snapshots if s.phase is Phase.SETTLING)
    assert half.heard_at is not None
    assert end.heard_at is not None
    left, truth = seconds_left(half), end.heard_at - half.heard_at
    assert left is not None
    assert truth / 2.5 < left < truth * 2.5


@settings(max_examples=examples(200), deadline=None)
@given(SEQUENCES)
def test_no_sequence_of_events_breaks_the_timeline(sequence: list[ev.Event]) -> None:
    progress = after(*sequence)
    for view in (progress, replace(progress, phase=Phase.RUNNING)):
        left, pace = seconds_left(view), speed(view)
        assert left is None or left >= 0
        assert pace is None or pace >= 0
        assert all(s.ended_at >= s.started_at for s in spans(view))


def test_nothing_is_left_where_nothing_ran() -> None:
    assert spans(START) == ()
