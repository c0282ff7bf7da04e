"""`advance`, event by event: made-up runs, and any sequence of events."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings

from comfy.progress.advance import CEILING, Phase, advance
from comfy.protocol import events as ev
from comfy.protocol.events import NodeReport
from tests.comfy.progress.any_events import SEQUENCES
from tests.comfy.progress.made_up import FINISHED, GRAPH, RUNNING, START, after, denominator
from tests.support.examples import examples


def test_a_node_is_over_when_the_next_begins() -> None:
    progress = after(ev.NodeStarted("p", 1, "1", "1"), ev.NodeStarted("p", 2, "2", "2"))
    assert progress.nodes["1"].is_done
    assert progress.node == "2"


def test_nodes_that_a_server_reports_side_by_side_both_run() -> None:
    both = (NodeReport("2", 1, 4, RUNNING), NodeReport("3", 0, 8, RUNNING))
    progress = after(ev.Reported("p", 1, both), ev.NodeStarted("p", 1, "3", "3"))
    assert not progress.nodes["2"].is_done
    assert not progress.nodes["3"].is_done


def test_when_one_of_two_nodes_ends_the_other_is_current() -> None:
    both = (NodeReport("2", 1, 4, RUNNING), NodeReport("3", 0, 8, RUNNING))
    one = (NodeReport("2", 2, 4, RUNNING), NodeReport("3", 8, 8, FINISHED))
    progress = after(ev.Reported("p", 1, both), ev.Reported("p", 2, one))
    assert (progress.node, progress.step, progress.steps) == ("2", 2, 4)


@pytest.mark.parametrize(
    "child",
    [
        ev.Reported("p", 1, (NodeReport("any-name", 1, 2, RUNNING, parent="2", real="2"),)),
        ev.Reported("p", 1, (NodeReport("any-name", 1, 2, RUNNING, real="2"),)),
        ev.NodeStarted("p", 1, "any-name", "2"),
        ev.Stepped("p", 1, "2.0.0.7", 1, 2),
    ],
    ids=["parent", "real node", "display node", "dotted id"],
)
def test_an_expanded_node_folds_into_the_node_it_came_from(child: ev.Event) -> None:
    progress = after(child)
    assert [n.parent for n in progress.expanded.values()] == ["2"]
    assert progress.node == "2"
    assert denominator(progress) == denominator(START)


def test_a_grandchild_folds_into_the_planned_node() -> None:
    child = NodeReport("a", 0, 1, RUNNING, parent="2")
    grandchild = NodeReport("b", 1, 1, RUNNING, parent="a")
    progress = after(ev.Reported("p", 1, (child, grandchild)))
    assert {n.parent for n in progress.expanded.values()} == {"2"}


def test_a_node_that_counts_again_does_not_fall_back() -> None:
    up, again = ev.Stepped("p", 1, "2", 4, 4), ev.Stepped("p", 2, "2", 1, 4)
    assert after(up, again).fraction == after(up).fraction
    assert after(up, again).nodes["2"].fraction == 1.0
    assert after(up, again).step == 1


def test_cached_nodes_are_no_part_of_the_whole() -> None:
    progress = after(ev.Cached("p", 1, ("1", "3", "4")), ev.Stepped("p", 2, "2", 2, 4))
    assert progress.fraction == 0.5


def test_over_without_success_does_not_fill_the_bar() -> None:
    progress = after(ev.Stepped("p", 1, "2", 1, 4), ev.Ended("p", 2))
    assert progress.phase is Phase.SETTLING
    assert progress.fraction < CEILING / 2


def test_frames_that_come_late_after_success_do_no_harm() -> None:
    late = ev.Reported("p", 3, (NodeReport("3", 1, 8, RUNNING),))
    assert after(ev.Succeeded("p", 2), late, ev.NodeStarted("p", 4, "2", "2")).node == ""


def test_a_waiting_prompt_shows_its_place_and_no_percentage() -> None:
    progress = after(ev.Queued("p", 1, 3), ev.Accepted("p", 1))
    assert (progress.phase, progress.place, progress.fraction) == (Phase.QUEUED, 3, 0.0)


def test_success_without_files_is_success() -> None:
    assert after(ev.Finished("p", 1)).phase is Phase.FINISHED


@pytest.mark.parametrize("skew", [-5000.0, 0.0, 5000.0])
@pytest.mark.parametrize("end", [ev.Finished, ev.Failed, ev.Interrupted])
def test_a_server_whose_clock_is_wrong_does_not_bend_the_times(
    end: type[ev.Over], skew: float
) -> None:
    told = end("p", 30.0, started_at=10.0 + skew, ended_at=22.0 + skew)
    progress = after(ev.Started("p", 10.0), ev.NodeStarted("p", 12.0, "1", "1"), told)
    assert (progress.started_at, progress.ended_at) == (10.0, 22.0)


def test_a_prompt_taken_up_again_late_has_lasted_as_long_as_the_server_says() -> None:
    told = ev.Finished("p", 100.0, started_at=10.0, ended_at=99.0)
    progress = after(ev.Started("p", 95.0), told)
    assert (progress.started_at, progress.ended_at) == (11.0, 100.0)


def test_a_prompt_that_ended_unheard_has_the_times_of_the_server() -> None:
    progress = after(ev.Finished("p", 100.0, started_at=10.0, ended_at=22.0))
    assert (progress.started_at, progress.ended_at) == (10.0, 22.0)


# Anything at all


@settings(max_examples=examples(400), deadline=None)
@given(SEQUENCES)
def test_no_sequence_of_events_breaks_a_snapshot(sequence: Sequence[ev.Event]) -> None:
    progress = START
    for event in sequence:
        before, progress = progress, advance(progress, event)
        assert before.fraction <= progress.fraction <= 1.0
        assert progress.fraction <= CEILING or progress.phase is Phase.FINISHED
        assert 0 <= progress.step <= progress.steps or progress.steps == 0
        assert set(progress.nodes) <= set(GRAPH)
        if before.phase.is_final or event.prompt_id != "p":
            assert progress is before
        if before.heard_at is not None:
            assert progress.heard_at is not None
            assert progress.heard_at >= before.heard_at


def test_a_child_reported_before_its_parent_is_counted_at_once() -> None:
    child = ev.NodeReport("2.0.0.1", 1, 2, ev.NodeState.RUNNING, parent="2.0.0.2")
    parent = ev.NodeReport("2.0.0.2", 0, 1, ev.NodeState.RUNNING, parent="2")
    progress = advance(START, ev.Reported("p", 1.0, (child, parent)))
    assert progress.expanded.keys() == {"2.0.0.1", "2.0.0.2"}


def test_parents_in_a_circle_end() -> None:
    reports = tuple(ev.NodeReport(a, 0, 1, ev.NodeState.RUNNING, parent=b) for a, b in ("ab", "ba"))
    assert set(ev.Reported("p", 1.0, reports).parents_first()) == set(reports)


@settings(max_examples=examples(200), deadline=None)
@given(SEQUENCES)
def test_the_same_event_twice_is_as_good_as_once(sequence: Sequence[ev.Event]) -> None:
    progress = START
    for event in sequence:
        once = advance(progress, event)
        twice = advance(once, event)
        if not isinstance(event, ev.Previewed):
            assert replace(twice, nodes={}, expanded={}) == replace(once, nodes={}, expanded={})
        progress = twice


def test_a_blocked_branch_is_a_warning_once_whichever_way_it_is_told() -> None:
    blocked = ev.Blocked("p", 2, "4", "SaveImage", "because I say so.")
    last = after(
        ev.Started("p", 1),
        blocked,
        ev.Accepted("p", 2, warnings=("An output was dropped.",)),
        blocked,
        ev.Succeeded("p", 3),
        blocked,
        ev.Finished("p", 4),
    )
    assert last.phase is Phase.FINISHED
    assert last.warnings == (
        "An output was dropped.",
        "SaveImage was not run, for the workflow blocked it: because I say so.",
    )
