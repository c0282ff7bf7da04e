"""What is forecast from the runs of the past."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comfy.graph.plan import make_plan
from comfy.workflow.families.build import build_graph
from comfy.workflow.presets import PRESETS
from comfy.workflow.request import GenerationRequest
from storage.records import NodeRun, Status
from storage.stats.timings import NodeTiming
from studio.forecast.estimator import Estimator
from studio.forecast.history import Asked, exponent, node_seconds, past_of
from studio.forecast.prediction import forecast_plan, learned_plan
from studio.generations.new_records import press_of, records_of
from tests.studio.forecast.histories import asked_of, forecast
from tests.studio.forecast.timings import REQUEST, timing
from tests.support.examples import examples
from tests.support.stores import open_store


def test_without_a_basis_nothing_is_forecast() -> None:
    assert forecast(REQUEST, []) is None
    assert forecast(REQUEST, [timing("loading", 10, checkpoint="other")]) is None


def test_the_very_same_takes_as_long_as_it_took() -> None:
    past = [timing("sampling", 10, steps=20), timing("decoding", 1)]
    found = forecast(REQUEST, past)
    assert found
    assert found.seconds == pytest.approx(11)
    assert found.low < found.seconds < found.high < 2 * found.low
    assert (found.basis, found.like, found.cold) == (1, "", False)


def test_sampling_grows_with_steps_and_pixels_and_decoding_with_pixels() -> None:
    past = [timing("sampling", 10, steps=20), timing("decoding", 1)]
    twice = GenerationRequest(prompt="x", checkpoint="a", width=1024, height=512, steps=40)
    found = forecast(twice, past)
    assert found
    assert found.seconds == pytest.approx(10 * 2 * 2 + 1 * 2)


def test_loading_counts_when_another_checkpoint_ran_last() -> None:
    past = [
        timing("sampling", 5, generation="g3", checkpoint="other", steps=20),
        timing("sampling", 10, generation="g2", steps=20),
        timing("loading", 30, generation="g1", cold=True),
        timing("sampling", 10, generation="g1", steps=20, cold=True),
    ]
    cold = forecast(REQUEST, past)
    warm = forecast(REQUEST, past[1:])
    assert cold
    assert warm
    assert cold.seconds == pytest.approx(40)
    assert warm.seconds == pytest.approx(10)


def test_runs_of_the_same_size_count_alone_where_there_are_enough() -> None:
    same = [timing("sampling", 10, generation=f"s{n}", steps=20) for n in range(3)]
    other = [timing("sampling", 100, generation="o", megapixels=0.5, steps=20)]
    found = forecast(REQUEST, [*same, *other])
    assert found
    assert found.basis == 3
    assert found.seconds == pytest.approx(10)


def test_a_node_is_learned_by_its_class_and_checkpoint() -> None:
    plan = make_plan(build_graph(REQUEST, 1))
    runs = past_of([timing("sampling", 10, steps=20), timing("loading", 3)]).runs
    asked = asked_of(REQUEST)
    found = {
        n.node_class: (node_seconds(n, asked, runs, cold=True, power=1.0) or (None,))[:2]
        for n in plan.nodes.values()
    }
    assert found["KSampler"] == pytest.approx((10, 0.5))
    assert found["CheckpointLoaderSimple"] == (3, None)
    assert found["VAEDecode"] == (None,)


def test_what_is_learned_is_doubted_as_far_as_runs_differ() -> None:
    plan = make_plan(build_graph(REQUEST, 1))
    node = next(n for n in plan.nodes.values() if n.steps)

    def doubt(*seconds: float) -> float:
        past = [timing("sampling", s, generation=str(n), steps=20) for n, s in enumerate(seconds)]
        found = node_seconds(node, asked_of(REQUEST), past_of(past).runs, cold=True, power=1.0)
        return found[2] if found else 0.0

    assert doubt(10, 10.1, 9.9) < doubt(10) < doubt(10, 20, 5)


# The range


def test_steps_grow_with_pixels_as_they_did_before() -> None:
    sizes = (0.25, 0.5, 1.0, 2.0)
    past = [
        timing("sampling", 10 * size**1.4, generation=str(size), megapixels=size, steps=20)
        for size in sizes
    ]
    assert exponent(past_of(past).runs, "a") == pytest.approx(1.4, abs=0.1)
    assert exponent(past_of(past[:1]).runs, "a") == 1.0


# What will run


def test_what_a_server_still_has_takes_no_time() -> None:
    past = [
        timing("sampling", 10, generation="g2", steps=20),
        timing("loading", 30, generation="g1", cold=True),
        timing("sampling", 12, generation="g1", steps=20, cold=True),
    ]
    last = build_graph(REQUEST, 1)
    found = forecast(REQUEST, past, last)
    assert found
    assert not found.cold
    assert found.seconds == pytest.approx(10)
    other = build_graph(REQUEST.model_copy(update={"checkpoint": "b"}), 1)
    cold = forecast(REQUEST, past, other)
    assert cold
    assert cold.cold
    assert cold.seconds == pytest.approx(42)


def test_the_two_samplers_of_a_workflow_are_learned_apart() -> None:
    graph = PRESETS["hires_fix"].graph
    asked = Asked("a", "euler", "hires", 0.25)
    first = replace(timing("sampling", 5, steps=20, megapixels=0.25), node="6", workflow="hires")
    second = replace(first, node="11", seconds=14.0, steps=14, step_seconds_median=1.0)
    plan = learned_plan(make_plan(graph), graph, asked, past_of([first, second]))
    assert plan.nodes["6"].seconds == pytest.approx(5)
    assert plan.nodes["11"].seconds == pytest.approx(14)


def test_waiting_ones_are_reckoned_once_a_shape_and_again_when_more_is_known(
    tmp_path: Path,
) -> None:
    store = open_store(tmp_path)
    estimator = Estimator(store)
    record = records_of(press_of(REQUEST), "user:a")[0]
    assert estimator.waiting(record, ["s"]) is None
    runs = [
        NodeRun("6", "Sampler", "KSampler", "sampling", 10.0, 20.0, 20, (0.5,) * 20),
        NodeRun("7", "Decode", "VAEDecode", "decoding", 20.0, 21.0),
    ]
    store.generations.add([record])
    ended = store.generations.complete(
        record.id,
        node_runs=runs,
        status=Status.FINISHED,
        server="s",
        graph=build_graph(REQUEST, 1),
        started_at=10.0,
        finished_at=21.0,
    )
    another = records_of(press_of(REQUEST), "user:b")[0]
    assert estimator.waiting(another, ["s"]) is None
    estimator.learn(ended, runs)
    estimator.learn(ended, runs)
    found = estimator.waiting(another, ["s"])
    assert found
    assert found.seconds == pytest.approx(11)
    assert found.basis == 1
    assert estimator.waiting(another, ["s"]) is found
    read = Estimator(store).waiting(another, ["s"])
    assert read
    assert (read.seconds, read.low, read.basis) == pytest.approx((found.seconds, found.low, 1))
    store.close()


# Never less for more


SIZES = st.sampled_from([256, 512, 640, 768, 1024, 1536])
PAST = st.lists(
    st.tuples(SIZES, SIZES, st.integers(1, 60), st.floats(0.01, 1e4), st.booleans()),
    min_size=1,
    max_size=12,
)


def ran(number: int, width: int, height: int, steps: int, seconds: float) -> list[NodeTiming]:
    size, id_ = width * height / 1e6, str(number)
    return [
        timing("sampling", seconds, generation=id_, megapixels=size, steps=steps),
        timing("decoding", seconds / 10, generation=id_, megapixels=size),
    ]


@settings(max_examples=examples(300), deadline=None)
@given(PAST, SIZES, SIZES, st.integers(1, 80), SIZES, SIZES, st.integers(0, 40))
def test_more_steps_or_pixels_are_never_forecast_to_take_less(
    past: list[tuple[int, int, int, float, bool]],
    width: int,
    height: int,
    steps: int,
    wider: int,
    higher: int,
    more: int,
) -> None:
    known = [
        one
        for number, (w, h, s, seconds, cold) in enumerate(past)
        for one in (
            *ran(number, w, h, s, seconds),
            *([timing("loading", 9.0, generation=str(number), cold=True)] if cold else []),
        )
    ]
    small = REQUEST.model_copy(update={"width": width, "height": height, "steps": steps})
    large = REQUEST.model_copy(
        update={
            "width": max(width, wider),
            "height": max(height, higher),
            "steps": steps + more,
        }
    )
    less, most = forecast(small, known), forecast(large, known)
    assert less
    assert most
    assert less.seconds <= most.seconds * (1 + 1e-9)
    for found in (less, most):
        assert found.low <= found.seconds <= found.high
        assert found.rough == (found.partial or found.high > 4 * found.low)


def video(length: int) -> dict[str, dict[str, object]]:
    size = {"width": 768, "height": 512, "length": length, "batch_size": 1}
    return {
        "1": {"class_type": "EmptyLTXVLatentVideo", "inputs": size},
        "2": {"class_type": "KSampler", "inputs": {"steps": 20, "latent_image": ["1", 0]}},
        "3": {"class_type": "SaveVideo", "inputs": {"video": ["2", 0]}},
    }


def test_a_longer_video_takes_longer() -> None:
    size = 768 * 512 / 1e6
    past = past_of(
        NodeTiming(
            id_, 1.0, "2", "KSampler", "sampling", "ltx", "euler", "ltx", size, 20, 40.0, 2.0, 2.0,
            "s", False, size * 49,
        )
        for id_ in "abc"
    )  # fmt: skip
    asked = Asked("ltx", "euler", "ltx", size)
    found = {
        length: forecast_plan(make_plan(video(length)), video(length), asked, past)
        for length in (25, 49, 241)
    }
    short, same, long = (found[length] for length in (25, 49, 241))
    assert short
    assert same
    assert long
    assert same.seconds == pytest.approx(40)
    assert same.like == ""
    assert long.seconds == pytest.approx(40 * 241 / 49)
    assert short.seconds == pytest.approx(40 * 25 / 49)
    assert long.like == short.like == "of another size"
    learned = learned_plan(make_plan(video(241)), video(241), asked, past)
    assert learned.nodes["2"].seconds == pytest.approx(40 * 241 / 49)
