"""Every recorded run, fed to `advance` event by event."""

from pathlib import PurePath

import pytest

from comfy.progress.advance import Phase, advance
from comfy.protocol import events as ev
from comfy.protocol.events import NodeReport
from tests.comfy.progress.made_up import FINISHED, after, denominator
from tests.support.runs import Run, run_of, runs

each_run = pytest.mark.parametrize("run", runs(), ids=repr)


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
