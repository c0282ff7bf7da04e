"""Each way in which a server refuses a prompt is a sentence: where, what, what to do."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comfy.errors import Problem, Rejected
from comfy.protocol.refusal import (
    MAX_CHOICES,
    MAX_PROBLEMS,
    MAX_SHOWN,
    completed,
    read_problems,
    rejection,
)
from tests.support.transcript import Call, transcript

VERSIONS = ("0.3.64", "0.33.0")
SENTENCES = (
    (
        "Load Checkpoint: ckpt_name “missing.safetensors” is not on this server; "
        "the nearest is “tiny-random.safetensors”."
    ),
    "KSampler: steps cannot be “many”; it wants a whole number.",
    "Empty Latent Image: width 7 is too small; the least is 16. (1 more)",
    "KSampler: model is missing; connect or fill it.",
    "KSampler: model is connected to the wrong kind of output (CONDITIONING).",
    "KSampler: the server has no node “NoSuchNode”; install the custom node it comes from.",
    "The workflow has no output: add a Save Image or Preview Image node.",
    "KSampler: the node has no class; the workflow may be damaged.",
    "The workflow has no output: add a Save Image or Preview Image node.",
    "The server got no workflow: send it again.",
)


def refusals() -> list[Any]:
    found = []
    for version in VERSIONS:
        calls = transcript(f"comfyui-{version}/validation_errors").refused
        told = [call for call in calls if isinstance(call.answer, dict)]
        for number, (call, sentence) in enumerate(zip(told, SENTENCES, strict=True)):
            found.append(pytest.param(call, sentence, id=f"{version}-{number}"))
    return found


@pytest.mark.parametrize(("call", "sentence"), refusals())
def test_each_recorded_refusal_is_a_sentence(call: Call, sentence: str) -> None:
    assert str(rejection(call.answer, call.body.get("prompt", {}))) == sentence


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_server_drops_and_runs_on_without_is_told_too(version: str) -> None:
    (taken,) = transcript(f"comfyui-{version}/validation_errors").prompts
    problems, dropped = read_problems(taken.answer["node_errors"], taken.body["prompt"])
    assert dropped
    assert [p.node for p in problems] == ["30"]
    assert "nothing-here.png" in problems[0].message


def problem(kind: str, details: Any = "", message: str = "", **info: Any) -> Problem:
    """The one problem of node 4 in an answer that says so."""
    error = {"type": kind, "message": message, "details": details, "extra_info": info}
    graph = {"4": {"class_type": "Loader", "inputs": {}, "_meta": {"title": "Load"}}}
    (found,), _ = read_problems({"4": {"errors": [error]}}, graph)
    return found


def choice(value: Any, config: Any) -> Problem:
    return problem(
        "value_not_in_list", input_name="name", received_value=value, input_config=config
    )


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        ("sd_xl_base.safetensors", "SDXL/sd_xl_base_1.0.safetensors"),
        ("sd_xl_base_1.0.ckpt", "SDXL/sd_xl_base_1.0.safetensors"),
        ("v1-5-pruned.safetensors", "v1-5-pruned-emaonly.safetensors"),
        ("qqqq", ""),
        (7, "7"),
        (None, ""),
    ],
)
def test_the_nearest_of_the_choices_is_named(value: Any, nearest: str) -> None:
    names = ["SDXL/sd_xl_base_1.0.safetensors", "v1-5-pruned-emaonly.safetensors", 7]
    for config in ([names, {}], ["COMBO", {"options": names}]):
        found = choice(value, config)
        assert found.nearest == nearest
        assert (f"nearest is “{nearest}”" in found.message) is bool(nearest)
        assert found.choices == tuple(map(str, names))


def test_where_there_is_nothing_to_choose_the_sentence_says_so() -> None:
    assert choice("a", [[], {}]).message == "Load: name “a” is not on this server, which has none."


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            problem(
                "value_bigger_than_max",
                input_name="steps",
                received_value=20_000,
                input_config=["INT", {"max": 10_000}],
            ),
            "Load: steps 20000 is too large; the most is 10000.",
        ),
        (
            problem("value_bigger_than_max", input_name="steps", received_value=20_000),
            "Load: steps 20000 is too large.",
        ),
        (
            problem("invalid_input_type", input_name="cfg", received_value=["4", 0]),
            "Load: cfg cannot be “a list”.",
        ),
        (
            problem("custom_validation_failed", "image - Invalid image file: a.png"),
            "Load: image - Invalid image file: a.png.",
        ),
        (problem("new_kind", "It is new.", "Nobody knows."), "Load: Nobody knows. It is new."),
        (problem("new_kind"), "Load: new_kind."),
        (problem("new_kind", "line\n\n  break\0", "A"), "Load: A line break\0."),
    ],
)
def test_a_problem_is_one_sentence_with_one_end(found: Problem, sentence: str) -> None:
    assert found.message == sentence


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({}, "The server refuses the workflow: refused."),
        ({"error": "Not today"}, "The server refuses the workflow: Not today."),
        ({"error": {"type": "odd"}}, "The server refuses the workflow: odd."),
        (
            {"error": {"type": "odd", "message": "Why?", "details": "So."}, "node_errors": []},
            "The server refuses the workflow: Why? So.",
        ),
    ],
)
def test_a_refusal_of_the_whole_says_what_the_server_says(answer: Any, sentence: str) -> None:
    assert str(rejection(answer, {})) == sentence


def test_many_problems_with_many_long_choices_take_no_time() -> None:
    names = ["x" * 199 + str(i % 10) for i in range(10_000)] + ["y" * 10**6]
    error = {
        "type": "value_not_in_list",
        "extra_info": {
            "input_name": "n" * 10**6,
            "received_value": "xy" * 10**5,
            "input_config": [names, {}],
        },
    }
    answer = {"node_errors": {"4" * 10**6: {"errors": [error] * 1000}}}
    began = time.process_time()  # a loaded machine is not the claim
    refused = rejection(answer, {})
    assert time.process_time() - began < 5
    assert len(refused.problems) == MAX_PROBLEMS
    assert len(refused.problems[0].choices) == MAX_CHOICES
    assert len(str(refused)) < 5 * MAX_SHOWN


KEYS = (
    "error",
    "node_errors",
    "errors",
    "dependent_outputs",
    "type",
    "message",
    "details",
    "extra_info",
    "input_name",
    "input_config",
    "received_value",
    "received_type",
    "options",
    "min",
    "max",
    "node_id",
    "node_title",
    "class_type",
    "3",
)
KINDS = (
    "value_not_in_list",
    "value_smaller_than_min",
    "invalid_input_type",
    "return_type_mismatch",
    "custom_validation_failed",
    "invalid_prompt",
    "missing_node_type",
    "INT",
    "COMBO",
    "Node ID '#3'",
)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(KINDS),
    lambda more: (
        st.lists(more, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(), more, max_size=4)
    ),
    max_leaves=25,
)
INFO = st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS[8:18], ANYTHING))
ERROR = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS) | ANYTHING, "extra_info": INFO | ANYTHING},
    optional={"message": ANYTHING, "details": ANYTHING},
)
ENTRY = st.fixed_dictionaries(
    {"errors": st.lists(ERROR | ANYTHING, max_size=4) | ANYTHING},
    optional={"dependent_outputs": ANYTHING, "class_type": ANYTHING},
)
ANSWER = st.fixed_dictionaries(
    {},
    optional={
        "error": ERROR | ANYTHING,
        "node_errors": st.dictionaries(st.sampled_from(["3", "9:1", ""]), ENTRY | ANYTHING),
    },
)
GRAPH = {"3": {"class_type": "KSampler", "inputs": {}}}


@settings(deadline=None)
@given(ANSWER, st.sampled_from([GRAPH, {}]))
def test_whatever_the_shape_it_is_a_refusal_with_a_sentence(answer: Any, graph: Any) -> None:
    refused = rejection(answer, graph)
    assert isinstance(refused, Rejected)
    assert refused.problems
    for found in refused.problems:
        assert found.message[-1] in ".!?…"
        assert len(found.message) < 6 * MAX_SHOWN
        assert all(isinstance(text, str) for text in (found.kind, found.field, *found.choices))
    _, dropped = read_problems(answer.get("node_errors"), graph)
    assert all(isinstance(node, str) for node in dropped)


def test_a_list_that_is_left_out_is_not_said_to_be_empty() -> None:
    """ComfyUI leaves out lists of over 20 entries: input_config is null."""
    info = {"input_name": "ckpt_name", "input_config": None, "received_value": "fox"}
    details = "ckpt_name: 'fox' not in (list of length 25)"
    error = {"type": "value_not_in_list", "details": details, "extra_info": info}
    graph = {"4": {"class_type": "Loader", "inputs": {"ckpt_name": "fox"}}}
    left_out = rejection({"node_errors": {"4": {"errors": [error]}}}, graph)
    assert str(left_out) == "Loader: ckpt_name “fox” is not on this server."
    names = {("Loader", "ckpt_name"): ("a-fox", "a-hare")}
    known = completed(left_out, graph, lambda *asked: names.get(asked, ()))
    assert str(known) == "Loader: ckpt_name “fox” is not on this server; the nearest is “a-fox”."
    assert known.problems[0].choices == ("a-fox", "a-hare")
    assert completed(left_out, graph, lambda *_: ()).problems == left_out.problems
    assert completed(known, graph, lambda *_: ("other",)).problems == known.problems
