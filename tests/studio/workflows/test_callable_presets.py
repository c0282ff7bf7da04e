"""A preset as a function: how many of its fields are arguments."""

from comfy.workflow.catalogue import parse_catalogue
from comfy.workflow.form.form import make_form
from comfy.workflow.form.signature import MAX_ARGUMENTS, arguments_of
from studio.workflows.callable_presets import Endpoint
from studio.workflows.presets import Preset


def endpoint(count: int) -> Endpoint:
    """Of a form of *count* fields."""
    inputs = {f"n{number}": ["INT", {}] for number in range(count)}
    known = parse_catalogue({"Many": {"output_node": True, "input": {"required": inputs}}})
    graph = {"1": {"class_type": "Many", "inputs": dict.fromkeys(inputs, 0)}}
    form = make_form(graph, known)
    return Endpoint("many", Preset("Many", graph), form, arguments_of(form))


def test_fields_that_are_no_arguments_are_said() -> None:
    many = endpoint(MAX_ARGUMENTS + 3)
    assert len(many.arguments) == MAX_ARGUMENTS
    assert f"Of its {MAX_ARGUMENTS + 3} fields {MAX_ARGUMENTS} are arguments" in many.description
    assert "are arguments" not in endpoint(MAX_ARGUMENTS).description
