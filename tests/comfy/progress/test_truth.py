"""A bar never lies, never falls and never is done too early, whatever a server and a clock do."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comfy.client.tracker import Tracker
from comfy.graph.plan import Plan, make_plan
from comfy.progress.advance import CEILING, RUNNING_CEILING, Phase, Progress, advance, begin
from comfy.progress.nodes import MAX_STEPS
from comfy.progress.timeline import seconds_left, spans, speed
from comfy.protocol import events as ev
from tests.support.examples import examples

GRAPH: dict[str, Any] = {
    "0": {"class_type": "CheckpointLoaderSimple", "inputs": {}},
    "1": {"class_type": "KSampler", "inputs": {"steps": 20, "model": ["0", 0]}},
    "3:7": {"class_type": "KSampler", "inputs": {"steps": 10**9, "model": ["1", 0]}},
    "4": {"class_type": "VAEDecode", "inputs": {"samples": ["3:7", 0]}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["4", 0]}},
}
DOWNLOAD = 6_938_040_682
"""Bytes of a checkpoint, as a node counts them that fetches it."""
IDS = st.sampled_from(["0", "1", "3:7", "4", "2", "1.0.0.3", "99", "", "3:7.0.1"])
NUMBERS = st.sampled_from(
    [0.0, 0.5, 1.0, 3.0, 19.0, 20.0, -1.0, 2.0**31, 1e9, DOWNLOAD, 1e15 - 1]
) | st.floats(allow_nan=True, allow_infinity=True)
SECONDS = st.sampled_from([0.0, 1e-6, 0.01, 0.3, 1.0, 30.0, 4000.0, -5.0, -60.0, -3600.0, 86400.0])
LEARNED = st.none() | st.sampled_from([0.0, 1e-9, 3.0, 1e6, 1e300])
STATES = st.sampled_from(list(ev.NodeState))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    plan = make_plan(GRAPH)
    nodes = {
        id_: replace(node, seconds=draw(LEARNED), first_seconds=draw(LEARNED))
        for id_, node in plan.nodes.items()
    }
    return replace(plan, nodes=nodes)


def events() -> st.SearchStrategy[ev.Event]:
    reports = st.lists(st.builds(ev.NodeReport, IDS, NUMBERS, NUMBERS, STATES, IDS, IDS))
    x, at = st.just("x"), st.just(0.0)
    kinds: list[st.SearchStrategy[ev.Event]] = [
        st.builds(ev.Started, x, at),
        st.builds(ev.NodeStarted, x, at, IDS, IDS),
        st.builds(ev.Stepped, x, at, IDS, NUMBERS, NUMBERS),
        st.builds(ev.Stepped, x, at, st.just("1"), st.integers(0, 20), st.just(20.0)),
        st.builds(ev.Reported, x, at, reports.map(tuple)),
        st.builds(ev.Cached, x, at, st.lists(IDS, max_size=3).map(tuple)),
        st.builds(ev.Queued, x, at, st.integers(0, 3)),
        st.builds(ev.Produced, x, at, IDS),
        st.builds(ev.Succeeded, x, at),
        st.builds(ev.Ended, x, at),
        st.builds(ev.Finished, x, at, started_at=NUMBERS, ended_at=NUMBERS),
        st.builds(ev.Lost, x, at),
    ]
    return st.one_of(kinds)


HISTORIES = st.lists(st.tuples(SECONDS, events()), max_size=40)


def played(plan: Plan, history: Sequence[tuple[float, ev.Event]]) -> list[Progress]:
    at, found = 1.8e9, [begin("x", plan, at=1.8e9)]
    for step, event in history:
        at += step
        found.append(advance(found[-1], replace(event, at=at)))
    return found


CLOCK_SET_BACK = [
    (0.0, ev.NodeStarted("x", 0.0, "1")),
    *((5.0, ev.Stepped("x", 0.0, "1", n, 20)) for n in range(1, 12)),
    (-85.0, ev.Stepped("x", 0.0, "1", 12, 20)),
    *((5.0, ev.Stepped("x", 0.0, "1", n, 20)) for n in range(13, 16)),
]
"""Steps of five seconds, then the clock goes back by a minute and a half."""


@settings(max_examples=examples(500), deadline=None)
@given(plans(), HISTORIES)
@example(make_plan(GRAPH), CLOCK_SET_BACK)
def test_whatever_is_heard_and_whenever_all_that_is_shown_can_be_believed(
    plan: Plan, history: Sequence[tuple[float, ev.Event]]
) -> None:
    for progress in played(plan, history):
        heard = progress.heard_at or 0.0
        for now in (heard - 10, heard, heard + 1, heard + 1e5):
            share, left = progress.fraction_at(now), seconds_left(progress, now)
            assert progress.fraction <= share <= 1.0
            assert share <= CEILING or progress.phase is Phase.FINISHED
            assert share <= RUNNING_CEILING or progress.phase is not Phase.RUNNING
            assert left is None or (0.0 <= left < math.inf and progress.phase is Phase.RUNNING)
        pace = speed(progress)
        assert pace is None or 0.0 < pace < math.inf
        for span in spans(progress):
            assert 0 <= span.steps <= MAX_STEPS
            assert span.started_at <= span.ended_at
            assert all(0.0 <= seconds < math.inf for seconds in span.step_seconds)
        if progress.started_at is not None and progress.ended_at is not None:
            assert 0.0 <= progress.ended_at - progress.started_at < math.inf


@settings(max_examples=examples(300), deadline=None)
@given(plans(), HISTORIES, st.data())
def test_no_look_is_below_one_before_it_whoever_looks_and_at_what_moment(
    plan: Plan, history: Sequence[tuple[float, ev.Event]], data: st.DataObject
) -> None:
    tracker, at, shown = Tracker(lambda _: None), 1.8e9, [0.0]
    tracker.expect("x", GRAPH, plan)
    for step, event in history:
        at += step
        tracker.feed(replace(event, at=at))
        # What a look is of goes back too: to when a link was lost.
        shown.append(tracker.reached("x", at + data.draw(SECONDS)))
    assert shown == sorted(shown)


def test_only_a_new_attempt_begins_anew() -> None:
    tracker = Tracker(lambda _: None)
    tracker.expect("x", GRAPH, make_plan(GRAPH))
    tracker.feed(ev.NodeStarted("x", 1.8e9, "1"))
    tracker.feed(ev.Stepped("x", 1.8e9, "1", 10, 20))
    assert tracker.reached("x", 1.8e9) > 0
    tracker.feed(ev.Lost("x", 1.8e9))
    assert tracker.reached("x", 0.0) > 0
    tracker.forget("x")
    tracker.expect("x", GRAPH, make_plan(GRAPH))
    assert tracker.reached("x", 1.8e9) == 0.0


def run(plan: Plan, *history: tuple[float, ev.Event]) -> Progress:
    progress = begin("x", plan, at=0.0)
    for at, event in history:
        progress = advance(progress, replace(event, at=at))
    return progress


def test_what_counts_bytes_moves_the_bar_and_has_no_steps() -> None:
    graph = {
        "1": {"class_type": "HFDownloader", "inputs": {}},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
    }
    heard: list[tuple[float, ev.Event]] = [(0.0, ev.NodeStarted("x", 0.0, "1"))]
    heard += [
        (float(n), ev.Stepped("x", 0.0, "1", n * DOWNLOAD / 10, DOWNLOAD)) for n in range(1, 6)
    ]
    half = run(make_plan(graph), *heard)
    assert 0.2 < half.fraction < 0.6
    assert (half.step, half.steps, speed(half)) == (0, 0, None)
    over = advance(half, ev.Finished("x", 10.0))
    assert [(span.steps, span.step_seconds) for span in spans(over)] == [(0, ())]


SLOW: dict[str, Any] = {
    "1": {"class_type": "KSampler", "inputs": {"steps": 2, "model": ["0", 0]}},
    "2": {"class_type": "RealSlow", "inputs": {"images": ["1", 0]}},
    "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0]}},
}
"""As seen on a real server: a node that nobody ever timed takes 30 s, after 0.2 s of all else."""


@pytest.mark.parametrize("learned", [{}, {"1": 0.1, "3": 0.01}, {"1": 0.1, "2": 1.0, "3": 0.01}])
def test_what_takes_longer_than_anybody_thought_is_not_about_to_end(
    learned: dict[str, float],
) -> None:
    progress = run(
        make_plan(SLOW, learned=learned),
        (0.0, ev.NodeStarted("x", 0.0, "1")),
        (0.05, ev.Stepped("x", 0.0, "1", 1, 2)),
        (0.1, ev.Stepped("x", 0.0, "1", 2, 2)),
        (0.2, ev.NodeStarted("x", 0.0, "2")),
    )
    for now in (5.0, 10.0, 29.9, 3600.0):
        assert progress.is_overdue(now)
        assert seconds_left(progress, now) is None
        assert progress.fraction_at(now) <= RUNNING_CEILING
    saving = advance(progress, ev.NodeStarted("x", 30.0, "3"))
    assert not saving.is_overdue(30.0)
    assert saving.fraction <= RUNNING_CEILING


def test_a_node_that_counted_to_its_end_and_goes_on_is_overdue_too() -> None:
    progress = run(
        make_plan(SLOW),
        (0.0, ev.NodeStarted("x", 0.0, "1")),
        *((float(n), ev.Stepped("x", 0.0, "1", n, 2)) for n in (1, 2)),
    )
    assert not progress.is_overdue(3.0)
    assert progress.is_overdue(10.0)


def test_a_pause_between_two_nodes_is_overdue_too() -> None:
    over = (ev.NodeReport("1", 2, 2, ev.NodeState.FINISHED),)
    progress = run(
        make_plan(SLOW, learned={"1": 1.0, "2": 1.0, "3": 1.0}),
        (0.0, ev.NodeStarted("x", 0.0, "1")),
        (1.0, ev.Reported("x", 0.0, over)),
    )
    assert progress.is_overdue(30.0)
    assert seconds_left(progress, 30.0) is None


def test_before_it_runs_nobody_knows_what_is_left() -> None:
    plan = make_plan(SLOW, learned={"1": 1.0, "2": 1.0, "3": 1.0})
    assert seconds_left(run(plan, (0.0, ev.Queued("x", 0.0, 3)))) is None


@pytest.mark.parametrize("times", [(1e12, 2e12), (-5.0, 1e12), (5.0, 1.0), (math.nan, 1.0)])
def test_times_of_a_server_that_nobody_can_believe_are_not_taken(
    times: tuple[float, float],
) -> None:
    heard = ev.Finished("x", 110.0, started_at=times[0], ended_at=times[1])
    histories: list[list[tuple[float, ev.Event]]] = [[], [(100.0, ev.Started("x", 0.0))]]
    for history in histories:
        over = run(make_plan(SLOW), *history, (110.0, heard))
        assert over.ended_at == 110.0
        assert over.started_at in (None, 100.0)


def test_nobody_knows_how_long_what_was_never_timed_and_unfolds_will_take() -> None:
    """As seen on a real server: three children of two seconds, one after the other."""
    plan = make_plan(SLOW, learned={"1": 0.01, "3": 0.001})
    progress = run(plan, (0.0, ev.Cached("x", 0.0, ("1",))), (0.01, ev.NodeStarted("x", 0.0, "2")))
    shown = []
    for number in range(3):
        for step in range(1, 6):
            child = ev.NodeReport(f"2.0.0.{number}", step, 5, ev.NodeState.RUNNING, "2")
            at = 0.01 + 2.0 * number + 0.4 * step
            progress = advance(progress, ev.Reported("x", at, (child,)))
            shown.append((progress.fraction, at / 6.01))
            assert seconds_left(progress) is None
    assert all(abs(share - truth) < 0.35 for share, truth in shown)
    assert shown[-1][0] < 0.9
