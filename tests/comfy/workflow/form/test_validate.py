"""What a server would refuse, told before it is asked."""

from typing import Any

import pytest

from comfy.workflow.catalogue import parse_catalogue
from comfy.workflow.form.form import Form, make_form
from comfy.workflow.form.validate import check_values, missing_nodes
from tests.support.workflow_samples import catalogue

KNOWN = parse_catalogue(
    {"It": {"display_name": "The node", "output_node": True, "input": {"required": {
        "ckpt_name": [["sdxl_base.safetensors", "other.safetensors", 8]],
        "steps": ["INT", {"min": 1, "max": 50}],
        "cfg": ["FLOAT", {"min": 0.0, "max": 30.0}],
        "on": ["BOOLEAN", {}],
        "tags": ["COMBO", {"options": ["a", "b"], "multiselect": True}],
        "empty": [[]],
    }}}}
)  # fmt: skip
VALUES = {
    "ckpt_name": "sdxl_base.safetensors", "steps": 20, "cfg": 7.0, "on": True,
    "tags": {"__value__": ["a"]}, "empty": "x",
}  # fmt: skip


def form(**changed: Any) -> Form:
    return make_form({"1": {"class_type": "It", "inputs": {**VALUES, **changed}}}, KNOWN)


def test_what_the_server_has_is_no_problem() -> None:
    assert check_values(form(), {}) == ()
    assert check_values(form(), {"1.ckpt_name": "8", "1.steps": 50}) == ()


@pytest.mark.parametrize(
    ("key", "value", "kind"),
    [
        ("steps", 0, "value_smaller_than_min"),
        ("steps", 51, "value_bigger_than_max"),
        ("steps", 1.5, "invalid_input_type"),
        ("steps", True, "invalid_input_type"),
        ("steps", "20", "invalid_input_type"),
        ("steps", None, "invalid_input_type"),
        ("cfg", float("nan"), "invalid_input_type"),
        ("cfg", float("inf"), "value_bigger_than_max"),
        ("on", "yes", "invalid_input_type"),
        ("tags", ["a", "z"], "value_not_in_list"),
        ("ckpt_name", "gone.safetensors", "value_not_in_list"),
        ("ckpt_name", ["a"], "value_not_in_list"),
    ],
)
def test_what_it_would_refuse_is_told_with_node_and_field(key: str, value: Any, kind: str) -> None:
    (problem,) = check_values(form(), {f"1.{key}": value})
    assert (problem.kind, problem.node, problem.field) == (kind, "1", key)
    assert problem.message.startswith("The node: ")
    assert problem.message.endswith(".")


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), 1e300])
def test_numbers_beyond_all_bounds_are_told_too(value: float) -> None:
    assert len(check_values(form(), {"1.steps": value})) == 1


def test_the_nearest_choice_is_offered() -> None:
    (problem,) = check_values(form(), {"1.ckpt_name": "sd_xl.safetensors"})
    assert problem.nearest == "sdxl_base.safetensors"
    assert "the nearest is “sdxl_base.safetensors”" in problem.message
    assert problem.choices == ("sdxl_base.safetensors", "other.safetensors", "8")


def test_missing_nodes_are_named_with_their_package() -> None:
    graph = {
        "1": {"class_type": "Mystery", "inputs": {}, "_meta": {"package": "mystery-pack"}},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
        "3": {"class_type": "Unused", "inputs": {}},
        "4": {"class_type": ["odd"]},
    }
    problem, unused, odd = missing_nodes(graph, catalogue())
    assert (unused.node, odd.node) == ("3", "4")  # a server refuses these too
    assert (problem.kind, problem.node, problem.value) == ("missing_node_type", "1", "Mystery")
    assert "It comes with “mystery-pack”." in problem.message


def encoding(node_class: str, text: str) -> Form:
    known = parse_catalogue(
        {node_class: {"output_node": True, "input": {"required": {
            "text": ["STRING", {"multiline": True}]}}}}
    )  # fmt: skip
    return make_form({"1": {"class_type": node_class, "inputs": {"text": text}}}, known)


def test_a_lora_that_an_encoder_would_read_as_words_is_said() -> None:
    (problem,) = check_values(encoding("CLIPTextEncode", "a fox <lora:ink:0.8>"), {})
    assert (problem.key, problem.kind) == ("1.text", "lora_in_text")
    assert "“<lora:ink:0.8>” would be read as words here: take it out" in problem.message
    assert check_values(encoding("CLIPTextEncode", "a fox"), {"1.text": "<lyco:x>"}) != ()
    assert check_values(encoding("CLIPTextEncode", "a <3 fox <a:b>"), {}) == ()


def test_a_node_of_a_pack_may_load_the_loras_that_its_text_names() -> None:
    assert check_values(encoding("LoraTagLoader", "a fox <lora:ink:0.8>"), {}) == ()
