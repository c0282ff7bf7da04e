"""What is to come of a prompt, and what a bar may show of it before the server says so."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.graph.plan import Plan, make_plan
from comfy.progress.advance import CEILING, Phase, Progress, advance, begin
from comfy.progress.stretch import KNEE, NO_KNEE, eased
from comfy.progress.timeline import seconds_left
from comfy.protocol import events as ev
from tests.comfy.progress.any_events import SEQUENCES
from tests.comfy.progress.made_up import after

SECONDS = st.floats(0, 1e6)
GRAPH = {
    "1": {"class_type": "CheckpointLoaderSimple", "inputs": {}},
    "2": {"class_type": "KSampler", "inputs": {"model": ["1", 0], "steps": 10}},
    "3": {"class_type": "VAEDecode", "inputs": {"samples": ["2", 0]}},
}


def started(learned: dict[str, float], *events: ev.Event) -> Progress:
    return run(make_plan(GRAPH, learned=learned), *events)


def run(plan: Plan, *events: ev.Event) -> Progress:
    progress = begin("p", plan, at=0.0)
    for event in (ev.Started("p", 0.0), *events):
        progress = advance(progress, event)
    return progress


def stepped(*times: float, node: str = "2", steps: int = 10) -> list[ev.Event]:
    return [ev.Stepped("p", at, node, n, steps) for n, at in enumerate(times, 1)]


@given(SECONDS, SECONDS, st.floats(1e-3, 1e6))
def test_a_stretch_only_goes_forward_and_is_never_over(a: float, b: float, span: float) -> None:
    first, last = sorted((a, b))
    assert 0.0 <= eased(first, span) <= eased(last, span) <= 1.0
    assert eased(span, span) < 1.0


def test_a_stretch_passes_evenly_at_first() -> None:
    assert [eased(s, 10.0) for s in (0.0, 2.0, 8.0)] == [0.0, 0.2, 0.8]


KNEES = st.sampled_from((NO_KNEE, KNEE))


@given(SECONDS, SECONDS, st.floats(1e-3, 1e6))
def test_what_was_never_timed_goes_slower_and_slower(a: float, b: float, span: float) -> None:
    first, last = sorted((a, b))
    assert 0.0 <= eased(first, span, NO_KNEE) <= eased(last, span, NO_KNEE) <= 1.0
    assert eased(first, span, NO_KNEE) <= eased(first, span, KNEE) + 1e-9


@given(SEQUENCES, st.floats(0, 1e9), st.floats(0, 1e9))
def test_whatever_comes_a_bar_moves_forward_and_stays_under_its_ceiling(
    sequence: list[ev.Event], a: float, b: float
) -> None:
    progress = after(*sequence)
    first, last = sorted((a, b))
    assert progress.fraction <= progress.fraction_at(first) <= progress.fraction_at(last)
    if progress.phase is not Phase.FINISHED:
        assert progress.fraction_at(last) <= CEILING


@given(SEQUENCES, st.floats(0, 1e9))
def test_what_was_shown_meanwhile_is_not_taken_back(sequence: list[ev.Event], gone: float) -> None:
    progress = after(*sequence)
    now = (progress.heard_at or 0.0) + gone
    following = advance(progress, ev.Stepped("p", now, "3", 1, 8))
    assert following.fraction >= progress.fraction_at(now) - 1e-9


@given(SEQUENCES, st.floats(0, 1e9))
def test_nothing_is_shown_beyond_the_present_stretch(sequence: list[ev.Event], now: float) -> None:
    progress = after(*sequence)
    found, measured = progress.outlook, progress.measured_at
    if found is None or measured is None or found.left(measured) <= 0:
        return
    whole = 1 - progress.fraction
    limit = progress.fraction + whole * (1 - found.rest / found.left(measured))
    assert progress.fraction_at(now) <= max(limit, progress.fraction) + 1e-9


def test_a_node_that_tells_nothing_is_passed_by_its_learned_seconds() -> None:
    loading = started({"1": 10.0, "2": 10.0, "3": 0.0}, ev.NodeStarted("p", 0.0, "1", "1"))
    shown = [loading.fraction_at(at) for at in (0.0, 4.0, 8.0)]
    assert shown == pytest.approx([0.0, 0.2, 0.4])
    assert seconds_left(loading) == pytest.approx(20.0)


def test_a_node_that_takes_longer_than_learned_does_not_pass_its_end() -> None:
    loading = started({"1": 10.0, "2": 10.0, "3": 0.0}, ev.NodeStarted("p", 0.0, "1", "1"))
    assert 0.48 < loading.fraction_at(15.0) < loading.fraction_at(25.0) < 0.5


def test_the_bar_does_not_stick_while_a_step_is_late_nor_reach_its_end() -> None:
    learned = {"1": 0.0, "2": 10.0, "3": 0.0}
    third = started(learned, ev.NodeStarted("p", 0.0, "2", "2"), *stepped(1.0, 2.0, 3.0))
    late = [third.fraction_at(3.0 + x) for x in (0.5, 1.0, 1.2)]
    assert late[0] == pytest.approx(0.35, abs=0.01)
    assert late == sorted(set(late))
    assert third.fraction_at(60.0) < 0.40


def test_a_run_that_is_slower_than_learned_is_believed_step_by_step() -> None:
    learned = {"1": 0.0, "2": 10.0, "3": 5.0}
    lefts = [
        seconds_left(
            started(
                learned,
                ev.NodeStarted("p", 0.0, "2", "2"),
                *stepped(*(2.0 * n for n in range(1, steps + 1))),
            )
        )
        for steps in (2, 5, 9)
    ]
    by_learned = [8 + 5, 5 + 5, 1 + 5]
    by_itself = [16 + 10, 10 + 10, 2 + 10]
    for left, low, high in zip(lefts, by_learned, by_itself, strict=True):
        assert left is not None
        assert low < left < high
    assert lefts[2] == pytest.approx(by_itself[2], rel=0.25)


def test_a_second_sampler_at_twice_the_size_is_given_its_time_before_any_is_learned() -> None:
    graph = {
        "1": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 512}},
        "2": {"class_type": "KSampler", "inputs": {"steps": 10, "latent_image": ["1", 0]}},
        "3": {"class_type": "LatentUpscaleBy", "inputs": {"scale_by": 2.0, "samples": ["2", 0]}},
        "4": {"class_type": "KSampler", "inputs": {"steps": 10, "latent_image": ["3", 0]}},
    }
    half = run(make_plan(graph), ev.NodeStarted("p", 0.0, "2", "2"), *stepped(*range(1, 11)))
    left = seconds_left(half)
    assert left == pytest.approx(35.0, rel=0.1)
    assert half.fraction == pytest.approx(10 / 45, abs=0.03)


def test_a_run_first_heard_of_in_the_middle_is_not_shown_at_its_beginning() -> None:
    late = run(
        make_plan(GRAPH, learned={"1": 0.0, "2": 10.0, "3": 0.0}),
        *[ev.Stepped("p", 0.1 + n, "2", 6 + n, 10) for n in range(3)],
    )
    assert late.fraction == pytest.approx(0.8, abs=0.1)


def test_without_a_basis_a_steps_worth_passes_and_nothing_is_told() -> None:
    unknown = started({}, ev.NodeStarted("p", 0.0, "1", "1"))
    step = 1 / sum(unknown.weights.values())
    shown = [unknown.fraction_at(after) for after in (0.0, 0.2, 1.0, 60.0, 3600.0)]
    assert shown[0] == 0.0
    assert shown == sorted(set(shown))
    assert shown[-1] < step
    assert seconds_left(unknown) is None
    assert not unknown.is_overdue(3600.0), "nobody knows what is usual here"


def test_steps_are_believed_the_sooner_the_less_runs_before_agreed() -> None:
    plan = make_plan(GRAPH, learned={"1": 0.0, "2": 10.0, "3": 0.0})
    events = [ev.NodeStarted("p", 0.0, "2", "2"), *stepped(2.0, 4.0, 6.0)]

    def left(doubt: float) -> float:
        nodes = {id_: replace(node, doubt=doubt) for id_, node in plan.nodes.items()}
        slow = run(replace(plan, nodes=nodes), *events)
        return slow.outlook.left(6.0) if slow.outlook else 0.0

    learned, own = 7.0, 14.0
    assert learned < left(0.05) < left(0.2) < left(1.0) < own
    assert left(1.0) == pytest.approx(own, rel=0.1)


def test_a_first_step_tells_already_how_slow_a_run_is() -> None:
    plan = make_plan(GRAPH, learned={"1": 0.0, "2": 10.0, "3": 0.0})
    nodes = {id_: replace(node, first_seconds=1.0, doubt=0.3) for id_, node in plan.nodes.items()}
    begun = ev.NodeStarted("p", 0.0, "2", "2")

    def left(first: float) -> float:
        heard = run(replace(plan, nodes=nodes), begun, ev.Stepped("p", first, "2", 1, 10))
        return heard.outlook.left(first) if heard.outlook else 0.0

    assert left(1.0) == pytest.approx(9.0)
    assert 12.0 < left(2.0) < 18.0
    assert left(100.0) == left(3.0), "that much is a model that loads, and no pace"


def test_learned_times_that_sum_to_no_number_are_no_basis() -> None:
    progress = started({"1": 1.5e308, "2": 1.5e308, "3": 1.5e308})
    assert seconds_left(progress, 1.0) is None
