"""What the page is told of an open form."""

import json
import math

import pytest

from comfy.errors import Problem
from comfy.workflow.catalogue import parse_catalogue
from comfy.workflow.form.form import Field, Form, Kind, make_form
from ui.workflows import view as drawing

CATALOGUE = parse_catalogue(
    {
        "LoadImage": {"input": {"required": {"image": [["here.png"], {"image_upload": True}]}}},
        "Take": {"input": {"required": {"mask": ["MASK"]}}, "output_node": True},
        "CheckpointLoaderSimple": {"input": {"required": {"ckpt_name": [["sd/One.safetensors"]]}}},
        "LoraLoader": {"input": {"required": {"lora_name": [["ink.safetensors"]]}}},
    }
)
GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "gone.png"}},
    "2": {"class_type": "Take", "inputs": {"mask": ["1", 1]}},
}


@pytest.mark.parametrize(
    ("value", "drawn"),
    [
        (2**64 - 1, "18446744073709551615"),
        (2**53 - 1, 2**53 - 1),
        (math.nan, "nan"),
        (math.inf, "inf"),
        ({"__value__": [1, 2]}, [1, 2]),
        (True, True),
        (None, None),
    ],
)
def test_the_page_gets_only_what_it_can_hold(value: object, drawn: object) -> None:
    assert drawing.plain(value) == drawn


def test_lists_of_choices_travel_once_and_everything_is_json() -> None:
    names = tuple(f"name {n}" for n in range(50))
    form = Form(
        tuple(Field(f"{n}.a", str(n), "a", "A", "N", Kind.CHOICE, names[0], names) for n in "12")
    )
    drawn, lists = drawing.fields(form, form, {})
    assert lists == [list(names)]
    assert [one["list"] for one in drawn] == [0, 0]
    assert json.loads(json.dumps(drawn, allow_nan=False)) == drawn


@pytest.mark.parametrize(
    ("least", "most", "step", "slider"),
    [(0, 1, 0.01, True), (0, 100, 0.1, True), (1, 10_000, 1, False), (None, 5, 1, False)],
)
def test_a_slider_is_only_for_a_small_range(
    least: float | None, most: float, step: float, *, slider: bool
) -> None:
    one = Field(
        "1.a", "1", "a", "A", "N", Kind.NUMBER, 0, least=least, most=most, step=step
    )  # fmt: skip
    drawn, _ = drawing.fields(Form((one,)), Form((one,)), {})
    assert drawn[0]["slider"] is slider


def test_a_mask_is_offered_where_the_graph_reads_one() -> None:
    form = make_form(GRAPH, CATALOGUE)
    assert [one["mask"] for one in drawing.fields(form, form, GRAPH)[0]] == [True]
    without = {**GRAPH, "2": {"class_type": "Take", "inputs": {"mask": ["1", 0]}}}
    assert [one["mask"] for one in drawing.fields(form, form, without)[0]] == [False]


def test_problems_name_their_field_and_say_the_nearest() -> None:
    problem = Problem("value_not_in_list", "no", "1", "T", "a", nearest="b")
    assert drawing.problems([problem, Problem("x", "y", "1")]) == [
        {"key": "1.a", "says": "no", "nearest": "b"},
        {"key": "", "says": "y", "nearest": ""},
    ]


def test_many_notes_are_counted() -> None:
    said = drawing.notes(f"note {n}" for n in range(drawing.MAX_NOTES + 7))
    assert len(said) == drawing.MAX_NOTES + 1
    assert said[-1] == "And 7 more."
