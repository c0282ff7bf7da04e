"""Which text is the prompt and which the negative one, by where a sampler reads it."""

from typing import Any

import pytest

from comfy.workflow.form.text_roles import text_roles
from comfy.workflow.presets import PRESETS

Graph = dict[str, Any]
BOTH = {"3.text": "prompt", "4.text": "negative"}
TEXTS: Graph = {"3": {"inputs": {"text": "a"}}, "4": {"inputs": {"text": "b"}}}


def sampled(*between: Graph) -> Graph:
    """A sampler that reads both texts, through what stands *between*."""
    graph = dict(TEXTS)
    positive, negative = ["3", 0], ["4", 0]
    for number, inputs in enumerate(between, 10):
        graph[str(number)] = {"inputs": {"positive": positive, "negative": negative, **inputs}}
        positive, negative = [str(number), 0], [str(number), 1]
    return {**graph, "9": {"inputs": {"positive": positive, "negative": negative}}}


@pytest.mark.parametrize("depth", range(4))
def test_the_two_stay_apart_where_one_node_passes_both_on(depth: int) -> None:
    assert text_roles(sampled(*[{"strength": 1.0}] * depth)) == BOTH


def test_a_guider_that_takes_both_is_no_prompt_of_its_own() -> None:
    guided = {**sampled(), "12": {"inputs": {"guider": ["9", 0]}}}
    assert text_roles(guided) == BOTH


def test_a_negative_made_of_the_prompt_is_no_second_text() -> None:
    graph = {**sampled(), "4": {"inputs": {"conditioning": ["3", 0]}}}
    assert text_roles(graph) == {"3.text": "prompt"}


@pytest.mark.parametrize(
    "node", [None, 5, {}, {"inputs": 1}, {"inputs": {"positive": ["10", 0], "negative": ["1"]}}]
)
def test_what_is_no_node_has_no_texts(node: Any) -> None:
    graph = {"9": {"inputs": {"positive": ["10", 0]}}, "10": node}
    assert text_roles(graph) == {}


def test_every_preset_that_paints_says_which_text_is_the_prompt() -> None:
    roles = {name: text_roles(preset.graph) for name, preset in PRESETS.items()}
    assert [name for name, found in roles.items() if found.get("3.text") != "prompt"] == ["upscale"]
    assert roles["controlnet"] == BOTH
