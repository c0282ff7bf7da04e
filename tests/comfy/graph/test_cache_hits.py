"""Which nodes a server still has the results of."""

from comfy.graph.cache_hits import repeated
from comfy.workflow.families.build import build_graph
from comfy.workflow.request import GenerationRequest

ASKED = GenerationRequest(prompt="a", checkpoint="m")
BEFORE = build_graph(ASKED, 1)


def test_the_very_same_runs_no_node_again() -> None:
    assert repeated(build_graph(ASKED, 1), BEFORE) == set(BEFORE)


def test_another_seed_runs_from_the_sampler_on() -> None:
    assert set(BEFORE) - repeated(build_graph(ASKED, 2), BEFORE) == {"6", "7", "8"}


def test_another_prompt_runs_its_encoder_too() -> None:
    other = build_graph(ASKED.model_copy(update={"prompt": "b"}), 1)
    assert set(BEFORE) - repeated(other, BEFORE) == {"3", "6", "7", "8"}


def test_another_checkpoint_runs_all_that_hangs_on_it() -> None:
    other = build_graph(ASKED.model_copy(update={"checkpoint": "n"}), 1)
    assert repeated(other, BEFORE) == {"5"}


def test_ids_do_not_matter() -> None:
    graph = {"a": {"class_type": "EmptyLatentImage", "inputs": BEFORE["5"]["inputs"]}}
    assert repeated(graph, BEFORE) == {"a"}


def test_circles_and_rubbish_are_never_repeated() -> None:
    odd = {"1": {"class_type": "A", "inputs": {"x": ["2", 0]}}}
    odd["2"] = {"class_type": "B", "inputs": {"x": ["1", 0]}}
    assert repeated(odd, odd) <= {"1", "2"}
    assert repeated({"1": 3, "2": {"inputs": 7}}, BEFORE) == frozenset()
    assert repeated({"1": {"class_type": "A", "inputs": {"x": [[], {}]}}}, BEFORE) == frozenset()
