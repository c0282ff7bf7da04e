"""Node catalogues in the old and the new spelling, whole and odd."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comfy.workflow.catalogue import MAX_CHOICES, Catalogue, parse_catalogue, read_input
from tests.support.examples import examples
from tests.support.workflow_samples import Json, catalogue


def one(inputs: Json, **more: object) -> Catalogue:
    return parse_catalogue({"It": {"input": inputs, **more}})


def test_the_recorded_catalogue_is_read_whole() -> None:
    known = catalogue()
    assert len(known.nodes) == 892
    sampler = known.nodes["KSampler"]
    assert list(sampler.inputs)[:3] == ["model", "seed", "steps"]
    assert sampler.inputs["seed"].options["max"] == 2**64 - 1
    assert sampler.outputs == ("LATENT",)
    assert "SaveImage" in known.output_classes
    assert known.display_names["CLIPTextEncode"] != "CLIPTextEncode"
    assert known.display_names is known.display_names  # looked up for every node: not made anew


def test_a_renewed_catalogue_knows_the_names_and_outputs_of_what_came() -> None:
    known, came = one({}), parse_catalogue({"New": {"display_name": "Brand", "output_node": True}})
    renewed = known.renewed(came)
    assert renewed.display_names == {"It": "It", "New": "Brand"}
    assert renewed.output_classes == {"New"}
    assert known == one({}) != renewed


@pytest.mark.parametrize(
    "spec",
    [
        [["a", "b"]],
        [["a", "b"], {"default": "b"}],
        ["COMBO", {"options": ["a", "b"]}],
        ("COMBO", {"options": ["a", "b"], "multiselect": True}),
    ],
)
def test_choices_are_read_in_both_spellings(spec: list[object]) -> None:
    found = read_input("it", spec, required=True)
    assert (found.type, found.choices) == ("COMBO", ("a", "b"))


def test_choices_keep_their_types_beside_their_text() -> None:
    found = read_input("it", [[8, 0.5, "x", True, None, ["y"]]], required=False)
    assert found.raw_choices == (8, 0.5, "x", True)
    assert found.choices == ("8", "0.5", "x", "True")


def test_empty_choices_are_choices() -> None:
    assert read_input("it", [[]], required=True).type == "COMBO"
    assert read_input("it", ["COMBO", {"options": []}], required=True).choices == ()


def test_order_is_that_of_the_server_then_whatever_it_forgot() -> None:
    inputs = {"required": {"b": ["INT"], "a": ["INT"], "c": ["INT"]}, "optional": {"z": ["INT"]}}
    found = one(inputs, input_order={"required": ["c", "a", "nowhere", 3]}).nodes["It"].inputs
    assert list(found) == ["c", "a", "b", "z"]
    assert [name for name, it in found.items() if it.required] == ["c", "a", "b"]


def test_choices_of_what_is_unknown_are_none() -> None:
    assert catalogue().choices("KSampler", "nowhere") == ()
    assert catalogue().choices("Nowhere", "x") == ()


def test_no_choice_is_endless() -> None:
    assert len(read_input("it", [list(range(MAX_CHOICES + 5))], required=True).choices) == (
        MAX_CHOICES
    )


@pytest.mark.parametrize("info", [{"It": 3}, {"It": {}}, {"It": {"input": []}}, {}])
def test_what_has_the_wrong_shape_is_left_out(info: Json) -> None:
    assert all(node.inputs == {} for node in parse_catalogue(info).nodes.values())


@settings(max_examples=examples(100), deadline=None)
@given(st.dictionaries(st.text(max_size=3), st.recursive(
    st.none() | st.text(max_size=3) | st.integers() | st.just("input") | st.just("required"),
    lambda i: st.lists(i, max_size=3) | st.dictionaries(
        st.sampled_from(["input", "required", "optional", "input_order", "output", "x"]), i),
    max_leaves=10)))  # fmt: skip
def test_no_catalogue_does_harm(info: Json) -> None:
    for node in parse_catalogue(info).nodes.values():
        assert all(isinstance(one.type, str) for one in node.inputs.values())
