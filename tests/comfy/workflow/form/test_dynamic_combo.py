"""Choices that bring fields along: another option, other fields, and what is sent."""

from typing import Any

from comfy.workflow.form.dynamic_combo import chosen, is_beneath, standing
from comfy.workflow.form.form import fill, make_form
from tests.support.workflow_samples import catalogue

RESIZE = {
    "resize_type": "scale dimensions",
    "resize_type.width": 640,
    "resize_type.height": 480,
    "resize_type.crop": "center",
    "scale_method": "area",
    "input": ["1", 0],
}
GRAPH: dict[str, Any] = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "a.png"}},
    "2": {"class_type": "ResizeImageMaskNode", "inputs": RESIZE},
    "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "x"}},
    "4": {
        "class_type": "SaveVideo",
        "inputs": {"video": ["9", 0], "filename_prefix": "v", "format": "auto"},
    },
}


def keys(values: dict[str, Any], node: str = "2") -> list[str]:
    form = make_form(chosen(GRAPH, catalogue(), values), catalogue())
    return [one.input for one in form.fields if one.node == node]


def test_nothing_changes_while_the_graphs_own_option_stands() -> None:
    assert chosen(GRAPH, catalogue(), {}) == GRAPH
    assert chosen(GRAPH, catalogue(), {"2.resize_type": "scale dimensions"}) == GRAPH
    assert "resize_type.width" in keys({})


def test_another_option_brings_its_fields_and_takes_the_others_away() -> None:
    found = keys({"2.resize_type": "scale by multiplier"})
    assert "resize_type.multiplier" in found
    assert "resize_type.width" not in found


def test_what_is_sent_is_the_choice_and_what_stands_beneath_it() -> None:
    values = {"2.resize_type": "scale by multiplier", "2.resize_type.multiplier": 1.5}
    graph = chosen(GRAPH, catalogue(), values)
    inputs = fill(graph, make_form(graph, catalogue()), values)["2"]["inputs"]
    assert inputs == {
        "resize_type": "scale by multiplier",
        "resize_type.multiplier": 1.5,
        "scale_method": "area",
        "input": ["1", 0],
    }


def test_a_choice_beneath_a_choice_brings_its_own() -> None:
    values: dict[str, Any] = {"4.format": "mp4"}
    assert chosen(GRAPH, catalogue(), values)["4"]["inputs"]["format.codec"]
    values |= {"4.format.codec": "h264"}
    assert chosen(GRAPH, catalogue(), values)["4"]["inputs"]["format.codec"] == "h264"


def test_a_choice_falls_back_to_what_the_graph_holds() -> None:
    drawn = make_form(chosen(GRAPH, catalogue(), {"2.resize_type": "match size"}), catalogue())
    own = standing(drawn, GRAPH).get("2.resize_type")
    assert own
    assert (own.value, own.dynamic) == ("scale dimensions", True)
    assert is_beneath("2.resize_type.width", drawn)
    assert not is_beneath("2.scale_method", drawn)


def test_an_option_that_the_server_lacks_changes_nothing() -> None:
    assert chosen(GRAPH, catalogue(), {"2.resize_type": "by magic"}) == GRAPH
