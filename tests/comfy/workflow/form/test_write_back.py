"""A form that was arranged, written back into the workflow it came from."""

from dataclasses import replace
from typing import Any

from comfy.workflow.convert.convert import convert
from comfy.workflow.form.form import Form, make_form
from comfy.workflow.form.write_back import as_app
from tests.comfy.workflow.convert.test_subgraphs import with_subgraph
from tests.support.workflow_samples import Json, Saved, cases, catalogue, text_to_image


def written(saved: Json, keys: list[str], names: dict[str, str] | None = None) -> tuple[Json, Any]:
    """*saved* with the fields *keys* first, and what was left out."""
    graph = convert(saved, catalogue()).template
    form = make_form(graph, catalogue())
    order = [one for key in keys for one in form.fields if one.key == key]
    rest = [one for one in form.fields if one.key not in keys]
    chosen = (*(replace(o, first=True) for o in order), *(replace(o, first=False) for o in rest))
    return as_app(saved, graph, Form(chosen), catalogue(), names or {})


def keys_first(saved: Json) -> list[str]:
    form = make_form(convert(saved, catalogue()).template, catalogue())
    return [one.key for one in form.fields if one.first]


def test_it_opens_as_it_was_arranged() -> None:
    saved = with_subgraph([640]).node(30, "PrimitiveNode", [9, "fixed"], outputs="INT")
    data = saved.link(30, 0, 6, "steps").json()
    app, left = written(data, ["5:10.width", "6.steps", "3.text"])
    assert app["extra"]["linearData"] == {
        "inputs": [[5, "width"], [30, "value"], [3, "text"]], "outputs": [8]
    }  # fmt: skip
    assert app["extra"]["linearMode"] is True
    assert left == ()
    assert keys_first(app) == ["5:10.width", "6.steps", "3.text"]
    assert "extra" not in data


def test_what_the_author_said_of_a_field_stays_with_it() -> None:
    data = cases()["form_app_linear_data"]["workflow"]
    app, _ = written(data, ["5.steps", "2.text"])
    inputs = app["extra"]["linearData"]["inputs"]
    assert inputs == [[5, "steps"], [2, "text", {"height": 120}]]


def test_a_new_name_is_written_where_the_page_keeps_it() -> None:
    saved: Saved = text_to_image()
    app, _ = written(saved.json(), ["5.width"], {"5.width": "Breadth"})
    form = make_form(convert(app, catalogue()).template, catalogue())
    assert [one.label for one in form.fields if one.first] == ["Breadth"]


def test_what_comfyui_cannot_show_is_said() -> None:
    app, left = written(with_subgraph([640]).json(), ["5:10.height", "6.cfg"])
    assert left == ("Height",)
    assert keys_first(app) == ["6.cfg"]
