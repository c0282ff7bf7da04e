"""What a snapshot may and may not do, on recorded runs and on arbitrary ones."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comfy.graph.plan import make_plan
from comfy.progress.advance import CEILING, Phase, Progress, advance, begin
from comfy.protocol import events as ev
from comfy.protocol.events import NodeReport, NodeState
from tests.support.examples import examples
from tests.support.runs import Run, run_of, runs

each_run = pytest.mark.parametrize("run", runs(), ids=repr)
RUNNING, FINISHED = NodeState.RUNNING, NodeState.FINISHED

GRAPH = {
    "1": {"class_type": "CheckpointLoaderSimple", "inputs": {}},
    "2": {"class_type": "KSampler", "inputs": {"model": ["1", 0], "steps": 4}},
    "3": {"class_type": "KSampler", "inputs": {"model": ["1", 0], "steps": 8}},
    "4": {"class_type": "SaveImage", "inputs": {"a": ["2", 0], "b": ["3", 0]}},
}
START = begin("p", make_plan(GRAPH))


def after(*events: ev.Event, start: Progress = START) -> Progress:
    for event in events:
        start = advance(start, event)
    return start


def denominator(progress: Progress) -> float:
    cached = {id_ for id_, node in progress.nodes.items() if node.cached}
    return sum(w for id_, w in progress.weights.items() if id_ not in cached)


# Recorded runs


@each_run
def test_a_recorded_run_ends_as_it_should(run: Run) -> None:
    assert run.snapshots()[-1].phase is run.verdict


@each_run
def test_the_fraction_never_falls(run: Run) -> None:
    fractions = [s.fraction for s in run.snapshots()]
    assert fractions == sorted(fractions)


@each_run
def test_the_fraction_is_whole_only_once_history_confirms(run: Run) -> None:
    *before, last = run.snapshots()
    assert all(s.fraction <= 0.99 for s in before)
    assert last.fraction == 1.0 if run.verdict is Phase.FINISHED else last.fraction <= 0.99


@each_run
def test_the_denominator_never_grows(run: Run) -> None:
    sizes = [denominator(s) for s in run.snapshots()]
    assert sizes == sorted(sizes, reverse=True)
    assert {id_ for s in run.snapshots() for id_ in s.nodes} <= set(run.plan.nodes)


@each_run
def test_no_step_is_missed(run: Run) -> None:
    last = run.snapshots()[-1]
    seen = {id_: [v for v, _ in n.step_times] for id_, n in last.nodes.items() if n.step_times}
    assert seen == {id_: v for id_, v in run.values().items() if id_ in run.plan.nodes}


@each_run
def test_no_output_is_missed(run: Run) -> None:
    files, texts = run.output()
    last = run.snapshots()[-1]
    assert {(f.filename, f.type) for f in last.files} == files
    assert sorted(last.texts) == sorted(texts)


@each_run
def test_outputs_show_before_history_is_read(run: Run) -> None:
    socket_alone = after(*run.events[: -len(run.settlement)], start=run.begun)
    said = [f for f in run.own_frames if f.type == "executed"]
    assert len(socket_alone.files) + len(socket_alone.texts) >= len(said)


@each_run
def test_only_nodes_said_to_be_cached_count_as_cached(run: Run) -> None:
    last = run.snapshots()[-1]
    assert {id_ for id_, n in last.nodes.items() if n.cached} == run.cached() & set(run.plan.nodes)


@each_run
def test_every_node_that_ran_is_done_at_the_end(run: Run) -> None:
    last = run.snapshots()[-1]
    assert run.verdict is not Phase.FINISHED or all(n.is_done for n in last.nodes.values())


@each_run
def test_previews_count_up_and_are_of_this_prompt_alone(run: Run) -> None:
    numbers = [s.preview.number for s in run.snapshots() if s.preview]
    own = [e for e in run.events if isinstance(e, ev.Previewed) and e.prompt_id == run.prompt_id]
    assert numbers == sorted(numbers)
    assert max(numbers, default=0) == len(own)


@each_run
def test_what_comes_after_the_end_changes_nothing(run: Run) -> None:
    last = run.snapshots()[-1]
    assert after(*run.events, start=last) is last


@each_run
def test_history_alone_leads_to_the_same_verdict(run: Run) -> None:
    heard, asked = run.snapshots()[-1], after(*run.settlement, start=run.begun)
    assert (asked.phase, asked.files, asked.failure) == (heard.phase, heard.files, heard.failure)


@each_run
@pytest.mark.parametrize("lost", range(2, 60, 7))
def test_a_gap_in_the_frames_changes_no_verdict(run: Run, lost: int) -> None:
    heard = run.events
    after_gap = after(*heard[:lost], *heard[lost + 20 :], *run.settlement, start=run.begun)
    assert (after_gap.phase, after_gap.fraction == 1.0) == (
        run.verdict,
        run.verdict is Phase.FINISHED,
    )


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("comfyui-0.3.64/txt2img", {"3": 6}),
        ("comfyui-0.33.0/txt2img", {"3": 6}),
        ("comfyui-0.33.0/txt2img_preview_metadata", {"3": 6}),
        ("comfyui-0.33.0/txt2img_no_previews", {"3": 6}),
        ("comfyui-0.33.0/two_samplers", {"3": 5, "11": 4}),
    ],
)
def test_the_recorded_steps_are_seen_one_by_one(name: str, steps: dict[str, int]) -> None:
    nodes = run_of(name).snapshots()[-1].nodes
    seen = {i: [v for v, _ in n.step_times] for i, n in nodes.items() if n.step_times}
    assert seen == {node: list(range(1, n + 1)) for node, n in steps.items()}


@pytest.mark.parametrize("version", ["0.3.64", "0.33.0"])
def test_a_fully_cached_prompt_finishes_without_a_step(version: str) -> None:
    first, second = (run_of(f"comfyui-{version}/fully_cached", n).snapshots()[-1] for n in (0, 1))
    assert not any(n.step_times for n in second.nodes.values())
    assert (second.phase, second.files) == (first.phase, first.files)


def test_expanded_nodes_move_the_bar_of_the_node_they_came_from() -> None:
    run = run_of("comfyui-0.33.0/node_expansion")
    while_expanded = [s.fraction for s in run.snapshots() if s.node == "1"]
    assert len(set(while_expanded)) > 10
    assert {n.parent for n in run.snapshots()[-1].expanded.values()} == {"1"}


def test_the_steps_of_a_node_that_expanded_are_those_of_the_last_child_that_counts() -> None:
    seen = []
    progress = after(ev.NodeStarted("p", 1, "2", "2"))
    for event in (
        ev.Stepped("p", 2, "2.0.load", 1, 1),
        ev.Stepped("p", 3, "2.0.sample", 3, 20),
        ev.Stepped("p", 4, "2.0.decode", 1, 1),
        ev.Stepped("p", 5, "2.0.refine", 2, 8),
        ev.Reported("p", 6, (NodeReport("2.0.refine", 8, 8, FINISHED, "2", "2"),)),
        ev.Stepped("p", 7, "2.0.sample", 4, 20),
        ev.Stepped("p", 8, "2", 1, 5),
        ev.NodeStarted("p", 9, "3", "3"),
    ):
        progress = advance(progress, event)
        seen.append((progress.step, progress.steps))
    assert seen == [(0, 0), (3, 20), (3, 20), (2, 8), (3, 20), (4, 20), (1, 5), (0, 0)]


def test_the_failed_node_is_named_with_its_reason() -> None:
    failure = run_of("comfyui-0.33.0/execution_error").snapshots()[-1].failure
    assert failure is not None
    assert (failure.node, failure.node_type) == ("9", "SaveImage")
    assert "outside the output folder" in failure.message


def test_files_of_three_kinds_and_a_text_are_told_apart() -> None:
    last = run_of("comfyui-0.33.0/two_outputs").snapshots()[-1]
    assert sorted((f.type, PurePath(f.filename).suffix) for f in last.files) == [
        ("output", ".png"),
        ("output", ".webp"),
        ("temp", ".png"),
    ]
    assert len(last.texts) == 1


# Rules


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

NODES = st.sampled_from(["1", "2", "3", "4", "2.0.0.1", "2.0.0.2", "x", "y", ""])
NUMBERS = st.one_of(
    st.floats(-1e15, 1e15), st.integers(-5, 40).map(float), st.just(0.0), st.just(1.0)
)
FILES = st.lists(st.builds(ev.OutputFile, st.just("4"), st.just("images"), st.text(max_size=3)))
REPORTS = st.builds(
    NodeReport, NODES, NUMBERS, NUMBERS, st.sampled_from(NodeState), parent=NODES, real=NODES
)


def events() -> st.SearchStrategy[ev.Event]:
    """Any event of this prompt, or now and then of another."""
    id_ = st.sampled_from(["p"] * 9 + ["q", ""])
    at = st.floats(0, 2e9)
    texts = st.lists(st.text(max_size=3), max_size=3).map(tuple)
    files = FILES.map(tuple)
    times = {"started_at": st.none() | at, "ended_at": st.none() | at}
    return st.one_of(
        st.builds(ev.Queued, id_, at, st.integers(-1, 9)),
        st.builds(ev.Accepted, id_, at, st.just(()), texts),
        st.builds(ev.Started, id_, at),
        st.builds(ev.Cached, id_, at, st.lists(NODES, max_size=4).map(tuple)),
        st.builds(ev.NodeStarted, id_, at, NODES, NODES),
        st.builds(ev.Stepped, id_, at, NODES, NUMBERS, NUMBERS),
        st.builds(ev.Reported, id_, at, st.lists(REPORTS, max_size=4).map(tuple)),
        st.builds(ev.Previewed, id_, at, st.binary(max_size=3)),
        st.builds(ev.Said, id_, at, NODES, st.text(max_size=3)),
        st.builds(ev.Produced, id_, at, st.just("4"), files, texts),
        st.builds(ev.Succeeded, id_, at),
        st.builds(ev.Ended, id_, at),
        st.builds(ev.Finished, id_, at, files, texts, **times),
        st.builds(ev.Interrupted, id_, at, NODES, **times),
        st.builds(ev.Failed, id_, at),
        st.builds(ev.Lost, id_, at),
    )


SEQUENCES = st.lists(events(), max_size=30)


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
