"""Links that a server refuses, found before it does, and what still runs."""

import pytest

from comfy.protocol.refusal import rejection
from comfy.workflow.form.form import make_form
from comfy.workflow.form.link_check import spoiled, wiring
from comfy.workflow.form.validate import missing_nodes
from studio.workflows.prepared import prepare
from tests.support.transcript import FOLDER, Call, Transcript
from tests.support.workflow_samples import catalogue, read

RECORDING = Transcript(FOLDER / "comfyui-0.33.0" / "validation_errors.jsonl")
TAKEN = RECORDING.prompts[0].body["prompt"]
BY_HAND = ("steps", "width", "ckpt_name")
"""Inputs that are typed or chosen; what else is wrong with a refused prompt is in its graph."""


def graphs() -> list[Call]:
    return [one for one in RECORDING.refused if isinstance(one.body, dict) and "prompt" in one.body]


def test_nothing_is_wrong_with_what_comfyui_itself_sends() -> None:
    found = {name: wiring(graph, catalogue()) for name, graph in read("oracle").items()}
    assert len(found) == 120
    assert not {name: wrong for name, wrong in found.items() if wrong}


@pytest.mark.parametrize("number", range(9))
def test_a_recorded_refusal_is_foreseen_at_the_same_field(number: int) -> None:
    call = graphs()[number]
    refused = rejection(call.answer, call.body["prompt"]).problems
    graph = call.body["prompt"]
    form = make_form(graph, catalogue())
    # Whatever can be typed is typed into the form of the sound graph.
    typed = {
        f"{id_}.{name}": value
        for id_, node in graph.items()
        for name, value in node.get("inputs", {}).items()
        if name in BY_HAND and form.get(f"{id_}.{name}")
    }
    found = prepare("w", graph, catalogue(), typed, {}).problems
    told = {(one.kind, one.node, one.field) for one in found}
    assert {(one.kind, one.node, one.field) for one in refused} <= told
    assert all(one.message.endswith((".", "!")) for one in found)


def test_an_output_that_cannot_be_made_does_not_keep_the_others() -> None:
    problems = prepare("w", TAKEN, catalogue(), {}, {}).problems
    found = [one for one in problems if one.field != "ckpt_name"]
    assert [(one.node, one.field) for one in found] == [("30", "image")]
    assert spoiled(TAKEN, catalogue(), found) == ("Preview Image",)


def test_nothing_is_left_where_all_outputs_or_a_whole_class_are_missing() -> None:
    alone = {key: node for key, node in TAKEN.items() if key in ("30", "31")}
    assert spoiled(alone, catalogue(), prepare("w", alone, catalogue(), {}, {}).problems) is None
    odd = TAKEN | {"40": {"class_type": "NoSuchNode", "inputs": {}}}
    assert spoiled(odd, catalogue(), missing_nodes(odd, catalogue())) is None
