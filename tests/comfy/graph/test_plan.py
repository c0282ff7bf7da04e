"""Which nodes of a graph are expected to run, and what they weigh."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.graph.plan import (
    DECODE_UNITS,
    DEFAULT_STEPS,
    LOADER_UNITS,
    activity_of,
    make_plan,
    node_title,
    without_outputs,
)
from tests.support.runs import Run, run_of, runs


def node(class_type: str, title: str = "", **inputs: Any) -> dict[str, Any]:
    found = {"class_type": class_type, "inputs": inputs}
    return {**found, "_meta": {"title": title}} if title else found


def test_the_plan_holds_the_ancestors_of_the_outputs_and_nothing_else() -> None:
    graph = {
        "1": node("CheckpointLoaderSimple"),
        "2": node("VAEDecode", vae=["1", 2]),
        "3": node("SaveImage", images=["2", 0]),
        "4": node("CLIPTextEncode", clip=["1", 1]),
    }
    assert list(make_plan(graph, output_classes=frozenset({"SaveImage"})).nodes) == ["1", "2", "3"]


@pytest.mark.parametrize("run", runs(), ids=repr)
def test_what_a_server_runs_was_planned(run: Run) -> None:
    ran = {f.body["node"] for f in run.own_frames if f.type == "executing" and f.body["node"]}
    assert {node.split(".")[0] for node in ran} <= set(run.plan.nodes)


@pytest.mark.parametrize("run", runs(), ids=repr)
def test_the_planned_steps_are_those_that_the_server_counts(run: Run) -> None:
    counted = {i: n.max for i, n in run.snapshots()[-1].nodes.items() if n.step_times}
    assert counted == {i: run.plan.nodes[i].steps for i in counted}


@pytest.mark.parametrize(
    ("inputs", "steps"),
    [
        ({"steps": 12}, 12),
        ({"steps": 20, "start_at_step": 8, "end_at_step": 15}, 7),
        ({"steps": 20, "start_at_step": 8, "end_at_step": 10000}, 12),
        ({"steps": 20, "start_at_step": 30}, 1),
        ({"steps": "many"}, DEFAULT_STEPS),
        ({"steps": True}, DEFAULT_STEPS),
        ({"steps": -3}, DEFAULT_STEPS),
        ({"steps": math.inf}, 1_000_000),
        ({"steps": math.nan}, DEFAULT_STEPS),
        ({}, DEFAULT_STEPS),
    ],
)
def test_a_sampler_weighs_its_steps(inputs: dict[str, Any], steps: int) -> None:
    plan = make_plan({"1": node("Loader"), "2": node("KSampler", model=["1", 0], **inputs)})
    assert (plan.nodes["2"].steps, plan.weights()["2"]) == (steps, steps)


def test_a_sampler_takes_its_steps_from_the_nearest_ancestor_that_has_them() -> None:
    graph = {
        "1": node("KSampler", steps=4, model=["9", 0]),
        "2": node("BasicScheduler", steps=9),
        "3": node("SamplerCustomAdvanced", sigmas=["2", 0], latent=["5", 0]),
        "5": node("LatentUpscale", samples=["1", 0]),
    }
    assert make_plan(graph).nodes["3"].steps == 9


@pytest.mark.parametrize(
    ("class_type", "activity"),
    [
        ("CheckpointLoaderSimple", "loading"),
        ("LoraLoader", "loading"),
        ("LoadImage", "loading"),
        ("UpscaleModelLoader", "loading"),
        ("CLIPTextEncode", "encoding"),
        ("VAEEncode", "encoding"),
        ("KSampler", "sampling"),
        ("SamplerCustomAdvanced", "sampling"),
        ("KSamplerSelect", "other"),
        ("ModelSamplingFlux", "other"),
        ("VAEDecodeTiled", "decoding"),
        ("SaveImage", "saving"),
        ("PreviewImage", "saving"),
        ("EmptyLatentImage", "other"),
    ],
)
def test_a_class_is_known_by_its_name(class_type: str, activity: str) -> None:
    assert activity_of(class_type) == activity


def test_a_node_that_only_names_a_sampling_method_does_not_sample() -> None:
    graph = {"1": node("SamplerEulerAncestral", eta=1.0), "2": node("Use", sampler=["1", 0])}
    assert make_plan(graph).nodes["1"].activity == "other"


def test_cold_weights_are_in_steps() -> None:
    graph = {
        "1": node("CheckpointLoaderSimple"),
        "2": node("KSampler", model=["1", 0], steps=6),
        "3": node("VAEDecode", samples=["2", 0]),
    }
    assert make_plan(graph).weights() == {"1": LOADER_UNITS, "2": 6, "3": DECODE_UNITS}


def test_nodes_not_learned_are_weighed_at_the_rate_of_those_that_are() -> None:
    graph = {"1": node("KSampler", steps=10, model=["0", 0]), "2": node("VAEDecode", s=["1", 0])}
    assert make_plan(graph, learned={"1": 5.0}).weights() == {"1": 5.0, "2": 0.5 * DECODE_UNITS}


@pytest.mark.parametrize("learned", [{"2": 0.0}, {"1": 0.0, "2": 0.0}])
def test_learned_seconds_of_nothing_leave_every_weight_positive(learned: dict[str, float]) -> None:
    graph = {"1": node("KSampler", steps=10, model=["0", 0]), "2": node("VAEDecode", s=["1", 0])}
    assert all(weight > 0 for weight in make_plan(graph, learned=learned).weights().values())


def test_a_dropped_output_takes_along_what_it_alone_needed() -> None:
    run = run_of("comfyui-0.33.0/validation_errors")
    plan = without_outputs(run.graph, run.plan, ["31"])
    assert set(run.plan.nodes) - set(plan.nodes) == {"30", "31"}
    assert plan.outputs == ("9",)


def test_nodes_are_called_as_their_user_called_them() -> None:
    graph = {"1": node("KSampler", "My sampler"), "2": node("KSampler"), "3": node("Odd")}
    names = {"KSampler": "Sampler of K"}
    titles = [node_title(graph, id_, names) for id_ in ("1", "2", "3", "1.0.0.5", "7")]
    assert titles == ["My sampler", "Sampler of K", "Odd", "My sampler", "Node 7"]


def test_a_circle_does_not_hang() -> None:
    graph = {"1": node("KSampler", a=["2", 0]), "2": node("KSampler", a=["1", 0])}
    assert len(make_plan(graph, output_classes=frozenset({"KSampler"})).nodes) == 2


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
LINKS = st.tuples(st.sampled_from("12345"), st.integers(0, 3)).map(list)
NODES = st.fixed_dictionaries(
    {"class_type": st.sampled_from(["KSampler", "VAEDecode", "SaveImage", "Loader"]) | VALUES},
    optional={
        "inputs": st.dictionaries(st.sampled_from(["a", "b", "steps"]), LINKS | VALUES) | VALUES,
        "_meta": VALUES,
    },
)
GRAPHS = st.dictionaries(st.sampled_from("12345"), NODES | VALUES, max_size=5)


@given(GRAPHS, st.none() | st.frozensets(st.sampled_from(["SaveImage", "KSampler"])))
def test_no_graph_breaks_the_plan(graph: dict[str, Any], classes: frozenset[str] | None) -> None:
    plan = make_plan(graph, output_classes=classes)
    weights = plan.weights()
    assert set(weights) == set(plan.nodes) <= set(graph)
    assert all(math.isfinite(w) and w >= 0 for w in weights.values())
    assert all(plan.title(id_) for id_ in plan.nodes)
