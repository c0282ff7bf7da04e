"""Forecasts from past generations."""

import pytest

from comfy.plan import make_plan
from comfy.workflow.presets import build_graph
from comfy.workflow.request import GenerationRequest
from storage.timings import NodeTiming
from studio.estimate import asked_of, forecast
from studio.past import node_seconds, past_of

REQUEST = GenerationRequest(prompt="x", checkpoint="a", width=512, height=512, steps=20)


def timing(
    activity: str,
    seconds: float,
    *,
    generation: str = "g1",
    checkpoint: str = "a",
    megapixels: float = REQUEST.megapixels,
    steps: int = 0,
    cold: bool = False,
) -> NodeTiming:
    classes = {"sampling": "KSampler", "decoding": "VAEDecode", "loading": "CheckpointLoaderSimple"}
    pace = seconds / steps if steps else None
    return NodeTiming(
        generation, 0.0, "1", classes.get(activity, "X"), activity, checkpoint, "euler", "txt2img",
        megapixels, steps, seconds, pace, pace, "s", cold,
    )  # fmt: skip


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


def test_the_range_holds_most_of_what_was_seen() -> None:
    past = [timing("sampling", 10 + n, generation=str(n), steps=20) for n in range(11)]
    found = forecast(REQUEST, past)
    assert found
    assert found.seconds == pytest.approx(15, rel=0.04)
    assert (found.low, found.high) == pytest.approx((11, 19), rel=0.12)


def test_a_node_is_learned_by_its_class_and_checkpoint() -> None:
    plan = make_plan(build_graph(REQUEST, 1))
    runs = past_of([timing("sampling", 10, steps=20), timing("loading", 3)]).runs
    asked = asked_of(REQUEST)
    found = {
        n.node_class: node_seconds(n, asked, runs, cold=True, power=1.0)
        for n in plan.nodes.values()
    }
    assert found["KSampler"] == pytest.approx((10, 0.5))
    assert found["CheckpointLoaderSimple"] == (3, None)
    assert found["VAEDecode"] is None
