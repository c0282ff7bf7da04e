"""Forms as the author of a workflow chose them, and the names that people gave."""

from typing import Any

import pytest

from comfy.workflow.catalogue import Catalogue, parse_catalogue
from comfy.workflow.convert.convert import convert
from comfy.workflow.form.form import Form, fill, make_form
from comfy.workflow.form.results import costs, results_only
from comfy.workflow.hints import MAX_HEIGHT, hints_of, spread
from tests.comfy.workflow.convert.saved import INNER, change, unlink
from tests.comfy.workflow.convert.test_subgraphs import nested, with_subgraph
from tests.support.workflow_samples import (
    Json,
    Saved,
    cases,
    catalogue,
    packs_catalogue,
    text_to_image,
)

GRAPH_ID = "e13112f7-3d09-4ae1-9e84-633a0627d945"


def form_of(saved: Saved | Json, known: Catalogue | None = None) -> Form:
    data = saved.json() if isinstance(saved, Saved) else saved
    return make_form(convert(data, known or catalogue()).template, known or catalogue())


def first(form: Form) -> list[str]:
    return [one.label for one in form.fields if one.first]


def app(saved: Saved, *inputs: Any, outputs: Any = (), **extra: Any) -> Json:
    chosen = {"inputs": list(inputs), "outputs": list(outputs)}
    return saved.json() | {"extra": {"linearMode": True, "linearData": chosen, **extra}}


@pytest.mark.parametrize("name", [name for name, case in cases().items() if "form" in case])
def test_cases_have_first_on_their_forms_what_people_want(name: str) -> None:
    case = cases()[name]
    shown = iter(
        [one.label, one.value]
        for one in form_of(case["workflow"], packs_catalogue()).fields
        if one.first
    )
    assert all(wanted in shown for wanted in case["form"]["first"])  # in this order


def test_what_an_author_chose_is_all_that_stands_first() -> None:
    data = app(text_to_image(), [6, "steps"], ["3", "text", {"height": 120, "description": "Say."}])
    form = form_of(data)
    assert first(form) == ["Steps", "Prompt"]
    prompt = form.get("3.text")
    assert prompt
    assert (prompt.height, prompt.help) == (120, "Say.")
    assert {"CFG", "Seed"} <= {one.label for one in form.fields if not one.first}


@pytest.mark.parametrize(
    "entry",
    [
        ["5", "width"],
        [5, "width"],
        [f"{GRAPH_ID}:5:width", "width"],
        [f"{GRAPH_ID}:%35:wi%64th", "width"],
        ["5:10", "width"],
        ["10", "width"],
    ],
)
def test_an_entry_names_a_widget_in_any_of_its_forms(entry: Any) -> None:
    form = form_of(app(with_subgraph([640]), entry, ["6", "steps"]))
    assert [one.key for one in form.fields if one.first] == ["5:10.width", "6.steps"]


def test_a_primitive_stands_for_all_that_it_feeds() -> None:
    saved = text_to_image().node(30, "PrimitiveNode", [640, "fixed"], outputs="INT")
    saved = change(saved, 5, inputs=saved.nodes[4]["inputs"] + [
        {"name": "height", "type": "INT", "link": None, "widget": {"name": "height"}}
    ])  # fmt: skip
    saved = saved.link(30, 0, 5, "width").link(30, 0, 5, "height")
    form = form_of(app(saved, ["30", "value"]))
    (field,) = [one for one in form.fields if one.first]
    assert (field.key, field.also, field.value) == ("5.width", ("5.height",), 640)
    graph = convert(saved.json(), catalogue()).template
    filled = fill(graph, form, {"5.width": 320})["5"]["inputs"]
    assert (filled["width"], filled["height"]) == (320, 320)


@pytest.mark.parametrize(
    "entry",
    [["99", "steps"], ["6", "gone"], [f"{GRAPH_ID}:99:steps", "steps"], ["9:9", "x"], ["7"],
     [None, "steps"], ["6", 7], "6", [True, "steps"], ["6", "model"]],
)  # fmt: skip
def test_what_is_there_no_more_is_dropped_in_silence(entry: Any) -> None:
    form = form_of(app(text_to_image(), entry, ["6", "cfg"]))
    assert first(form) == ["CFG"]
    assert form.unfit == ()


def test_an_app_of_nothing_that_is_left_is_a_form_like_any_other() -> None:
    assert first(form_of(app(text_to_image(), ["99", "x"]))) == first(form_of(text_to_image()))


def test_an_inner_node_of_two_instances_is_too_little_to_say_which() -> None:
    saved = with_subgraph([640])
    saved.node(50, INNER, [320], inputs="width:INT!", outputs="LATENT")
    form = form_of(app(saved, ["10", "width"], ["6", "cfg"]))
    assert first(form) == ["CFG"]


def test_only_the_results_that_an_author_chose_are_made() -> None:
    saved = text_to_image().node(20, "PreviewImage", inputs="images:IMAGE").link(7, 0, 20, "images")
    graph = convert(app(saved, ["6", "cfg"], outputs=["8"]), catalogue()).template
    kept, left = results_only(graph, catalogue())
    assert "20" not in kept
    assert left == ("Preview Image",)
    assert set(kept) == set(graph) - {"20"}


@pytest.mark.parametrize("outputs", [[], ["7"], ["99"], [None, True]])
def test_without_a_chosen_output_all_are_made(outputs: list[Any]) -> None:
    graph = convert(app(text_to_image(), ["6", "cfg"], outputs=outputs), catalogue()).template
    assert results_only(graph, catalogue()) == (graph, ())


def test_a_promoted_input_has_the_name_that_was_given_to_it_and_is_one_field() -> None:
    saved = with_subgraph([640])
    saved.subgraphs[0]["inputs"][0]["label"] = "how wide"
    assert "How wide" in first(form_of(saved))
    outer = change(nested(), 5, inputs=[
        {"name": "width", "type": "INT", "link": None, "widget": {"name": "width"}, "label": "W"}
    ])  # fmt: skip
    assert "W" in first(form_of(outer))


def test_a_promoted_input_is_called_as_it_is_named_where_that_says_more() -> None:
    saved = with_subgraph([640])
    saved.subgraphs[0]["inputs"][0]["name"] = "canvas_width"
    change(saved, 5, inputs=[])
    assert "Canvas width" in first(form_of(saved))


def test_a_widget_that_somebody_renamed_has_that_name() -> None:
    saved = text_to_image()
    change(saved, 5, inputs=[{"name": "width", "type": "INT", "widget": {"name": "width"},
                              "link": None, "label": "breadth"}])  # fmt: skip
    assert "Breadth" in first(form_of(saved))


@pytest.mark.parametrize(
    ("title", "target", "label"),
    [("", "steps", "Steps"), ("My number", "steps", "Steps"), ("Frame Rate (fps)", "", ""),
     ("My number", "denoise", "Denoise")],
)  # fmt: skip
def test_a_value_is_called_by_what_it_feeds(title: str, target: str, label: str) -> None:
    kind = "PrimitiveFloat" if target == "denoise" else "PrimitiveInt"
    saved = text_to_image().node(30, kind, [12, "fixed"], outputs="X", title=title)
    saved = saved.link(30, 0, 6, target) if target else saved
    assert (label in first(form_of(saved))) is bool(label)


def test_the_title_of_a_value_counts_where_what_it_feeds_says_nothing() -> None:
    saved = Saved().node(1, "PrimitiveInt", [24, "fixed"], outputs="INT", title="Frame Rate")
    saved.node(2, "PreviewAny", inputs="source:*").node(
        3, "PrimitiveInt", [1, "fixed"], outputs="INT", title="Whatever"
    )
    saved = saved.link(1, 0, 2, "source").node(4, "PreviewAny", inputs="source:*")
    form = form_of(saved.link(3, 0, 4, "source"))
    assert [(one.label, one.first) for one in form.fields] == [
        ("Frame Rate", True), ("Whatever", False)
    ]  # fmt: skip


def test_labels_bear_no_numbers_of_nodes_however_many_are_alike() -> None:
    graph: Json = {}
    for number in range(30):
        id_ = str(100 + number)
        graph[id_] = {"class_type": "EmptyImage", "inputs": {"width": 5}, "_meta": {}}
        graph[f"1{id_}"] = {"class_type": "PreviewImage", "inputs": {"images": [id_, 0]}}
    labels = first(make_form(graph, catalogue()))
    assert len(set(labels)) == 30
    assert labels[0].endswith("A)")
    assert labels[-1].endswith("AD)")


def test_settings_beyond_the_limit_are_said() -> None:
    inputs = {f"n{number}": ["INT", {}] for number in range(2003)}
    known = parse_catalogue({"Many": {"output_node": True, "input": {"required": inputs}}})
    graph = {"1": {"class_type": "Many", "inputs": dict.fromkeys(inputs, 0)}}
    form = make_form(graph, known)
    assert len(form.fields) == 2000
    assert form.unfit == ("3 settings have no field: a form has 2,000.",)


def test_values_of_one_input_go_to_all_that_hold_the_same() -> None:
    case = cases()["form_one_promoted_input_two_fields"]["workflow"]
    graph = convert(case, catalogue()).template
    assert spread({"1:10.width": 9}, graph) == {"1:10.width": 9, "1:11.width": 9}


def test_what_runs_on_a_paid_service_is_said() -> None:
    info = {"Paid": {"output_node": True, "api_node": True, "display_name": "Paid One"},
            "Free": {"output_node": True}}  # fmt: skip
    graph = {"1": {"class_type": "Paid", "inputs": {}}, "2": {"class_type": "Free", "inputs": {}}}
    (said,) = costs(graph, parse_catalogue(info))
    assert "“Paid One”" in said
    assert costs({"2": graph["2"]}, parse_catalogue(info)) == ()


def test_hints_of_any_shape_do_no_harm() -> None:
    odd = {"a": {"label": 5, "at": True, "height": 10**9, "shared": None}, "b": [], "c": {"at": 3}}
    graph = {"1": {"_meta": {"form": odd}}, "2": {"_meta": {"form": 7}}, "3": 4, "4": {"_meta": []}}
    hints = hints_of(graph)
    assert (hints["1.a"].label, hints["1.a"].height, hints["1.c"].at) == ("", MAX_HEIGHT, 3)
    assert set(hints) == {"1.a", "1.c"}


def test_a_muted_node_is_no_field_of_an_app() -> None:
    saved = change(unlink(text_to_image(), 6, "latent_image"), 5, mode=2)
    assert first(form_of(app(saved, ["5", "width"], ["6", "cfg"]))) == ["CFG"]


def test_a_value_behind_a_switch_is_called_by_what_comes_out_of_it() -> None:
    saved = text_to_image().node(30, "PrimitiveInt", [4, "fixed"], outputs="INT", title="Fast")
    saved.node(31, "PrimitiveInt", [20, "fixed"], outputs="INT", title="Fine")
    saved.node(32, "PrimitiveBoolean", [True], outputs="BOOLEAN", title="Boolean (Be quick)")
    saved.node(33, "ComfySwitchNode", inputs="on_false:* on_true:* switch:BOOLEAN!", outputs="INT")
    saved = saved.link(31, 0, 33, "on_false").link(30, 0, 33, "on_true").link(32, 0, 33, "switch")
    form = form_of(saved.link(33, 0, 6, "steps"))
    assert {"Steps (Fast)", "Steps (Fine)"} <= set(first(form))
    switch = form.get("32.value")
    assert switch
    assert switch.label == "Be quick"
