"""Whatever a file holds, only the package's own errors come out of reading it."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comfy.errors import ComfyError, WorkflowError
from comfy.workflow.catalogue import parse_catalogue
from comfy.workflow.convert.convert import convert
from comfy.workflow.files.documents import read_document
from comfy.workflow.files.metadata import read_any
from comfy.workflow.form.form import fill, make_form
from comfy.workflow.form.results import results_only
from comfy.workflow.form.validate import check_values, missing_nodes
from comfy.workflow.json_text import MAX_DEPTH, parse_json
from comfy.workflow.name_patterns import fill_names
from comfy.workflow.replacements import read_replacements, replaced
from tests.support.examples import examples
from tests.support.workflow_samples import catalogue, packs_catalogue, text_to_image

SUBGRAPH = "11111111-1111-4111-8111-111111111111"
CLASSES = (
    "KSampler",
    "CustomCombo",
    "SaveVideo",
    "PrimitiveNode",
    "Reroute",
    "SetNode",
    "GetNode",
    "ImageCropV2",
    "Load3D",
    "Mystery",
    "CLIPTextEncode",
    "SaveImage",
    "Reroute (rgthree)",
    "easy getNode",
    "easy setNode",
    "Anything Everywhere",
    "Anything Everywhere?",
    "Seed Everywhere",
    "Power Lora Loader (rgthree)",
    "VHS_VideoCombine",
    SUBGRAPH,
    "workflow>g",
)

plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["-10", "-20", "-1", "model", "steps", "*", "INT", "fixed", "__value__"]),
)
anything = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)
ids = st.one_of(st.integers(-21, 6), st.sampled_from(["1", "2", "x", None, 1.0, True]))
slots = st.one_of(
    anything,
    st.fixed_dictionaries(
        {"name": st.one_of(plain, st.just("steps")), "type": plain, "link": ids},
        optional={"widget": st.one_of(anything, st.just({"name": "steps"}))},
    ),
)
nodes = st.fixed_dictionaries(
    {"id": ids, "type": st.one_of(st.sampled_from(CLASSES), plain)},
    optional={
        "mode": st.one_of(st.sampled_from([0, 2, 4]), anything),
        "inputs": st.one_of(st.lists(slots, max_size=4), anything),
        "outputs": st.one_of(st.lists(slots, max_size=3), anything),
        "widgets_values": st.one_of(st.lists(anything, max_size=8), anything),
        "widgets_values_named": anything,
        "title": plain,
        "properties": st.one_of(
            anything,
            st.fixed_dictionaries(
                {"proxyWidgets": st.lists(st.lists(ids, max_size=3), max_size=3)}
            ),
        ),
    },
)
links = st.one_of(
    st.tuples(ids, ids, ids, ids, ids, plain).map(list),
    st.fixed_dictionaries(
        {"id": ids, "origin_id": ids, "origin_slot": ids, "target_id": ids, "target_slot": ids}
    ),
    anything,
)
boundaries = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["steps", "a", 3]), "linkIds": st.lists(ids, max_size=3)}
    ),
    max_size=3,
)
graphs = st.fixed_dictionaries(
    {"nodes": st.lists(nodes, max_size=6), "links": st.lists(links, max_size=8)},
    optional={"inputs": boundaries, "outputs": boundaries, "last_node_id": anything},
)
groups = st.fixed_dictionaries(
    {"nodes": st.lists(nodes, max_size=3), "links": st.lists(links, max_size=4)},
    optional={"external": st.lists(st.lists(ids, max_size=3), max_size=3)},
)
extras = st.fixed_dictionaries(
    {},
    optional={
        "linearData": st.one_of(
            anything,
            st.fixed_dictionaries(
                {"inputs": st.lists(st.lists(st.one_of(ids, anything), max_size=3), max_size=4),
                 "outputs": st.lists(ids, max_size=3)}
            ),
        ),
        "ue_links": st.one_of(
            anything,
            st.lists(
                st.fixed_dictionaries(
                    {"upstream": ids, "upstream_slot": ids, "downstream": ids,
                     "downstream_slot": ids}
                ),
                max_size=3,
            ),
        ),
    },
)  # fmt: skip
workflows = st.tuples(
    graphs, st.lists(graphs, max_size=2), st.one_of(groups, anything), extras
).map(
    lambda four: (
        four[0]
        | {
            "definitions": {"subgraphs": [{**one, "id": SUBGRAPH} for one in four[1]]},
            "extra": {"groupNodes": {"g": four[2]}, **four[3]},
        }
    )
)
slow = settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))


@slow
@given(workflows)
def test_no_workflow_however_odd_raises_anything_but_our_own(workflow: Any) -> None:
    try:
        converted = convert(workflow, packs_catalogue())
    except ComfyError:
        return
    assert json.dumps(converted.graph)
    results_only(converted.template, packs_catalogue())
    fill_names(converted.template)
    form = make_form(converted.template, packs_catalogue())
    check_values(form, {})
    missing_nodes(converted.template, packs_catalogue())
    filled = fill(converted.template, form, {one.key: one.value for one in form.fields})
    assert filled.keys() == converted.graph.keys()


@slow
@given(anything, st.dictionaries(st.sampled_from(["KSampler", "Old", "x"]), anything, max_size=3))
def test_odd_replacements_do_no_harm(data: Any, listed: Any) -> None:
    graph = {"1": {"class_type": "Old", "inputs": {"a": ["2", 0]}}, "2": {"class_type": "x"}}
    mapped = {old: [{"new_node_id": "KSampler", "input_mapping": of}] for old, of in listed.items()}
    for one in (data, listed, mapped):
        assert replaced(graph, {"KSampler": None}, read_replacements(one)).keys() == graph.keys()


@slow
@given(st.dictionaries(st.text(max_size=6), anything, max_size=4), anything)
def test_no_object_and_no_catalogue_raises_anything_but_our_own(data: Any, info: Any) -> None:
    known = parse_catalogue(data)
    for one in (data, info):
        with suppress(ComfyError):
            found = read_document(one)
            if found.workflow:
                convert(found.workflow, known)
            if found.graph:
                make_form(found.graph, known)


@slow
@given(
    st.dictionaries(
        st.text(max_size=4),
        st.dictionaries(st.sampled_from(["class_type", "inputs", "_meta"]), anything),
        max_size=5,
    ),
    workflows,
)
def test_odd_catalogues_do_no_harm(info: Any, workflow: Any) -> None:
    specs = {"KSampler": {"input": {"required": info}}, **info}
    with suppress(ComfyError):
        convert(workflow, parse_catalogue(specs))


@slow
@given(st.binary(max_size=200), st.sampled_from(["a.json", "a.png", "a.txt", ""]))
def test_no_bytes_raise_anything_but_our_own(data: bytes, name: str) -> None:
    with suppress(WorkflowError):
        read_any(data, name)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 900, 200_000])
@pytest.mark.parametrize("shape", ["[", '{"a":'])
def test_deep_nesting_is_refused_with_a_sentence(depth: int, shape: str) -> None:
    text = shape * depth + "1" + ("]" if shape == "[" else "}") * depth
    with pytest.raises(WorkflowError, match="levels deep"):
        parse_json(text, "The file")


def test_a_value_nested_too_deeply_is_refused_by_the_converter() -> None:
    value: Any = 1
    for _ in range(5000):
        value = [value]
    saved = text_to_image().json()
    saved["nodes"][5]["widgets_values"] = [value]
    with pytest.raises(WorkflowError, match="levels deep"):
        convert(saved, catalogue())


def test_too_many_nodes_are_refused_with_a_sentence() -> None:
    crowd = [{"id": i, "type": "KSampler"} for i in range(20_001)]
    with pytest.raises(WorkflowError, match="20001 nodes"):
        convert({"nodes": crowd}, catalogue())


def test_subgraphs_that_multiply_are_refused_with_a_sentence() -> None:
    names = [f"{n:08}-1111-4111-8111-111111111111" for n in range(12)]
    subgraphs = [
        {"id": name, "nodes": [{"id": i, "type": after} for i in range(10)]}
        for name, after in zip(names, [*names[1:], "KSampler"], strict=True)
    ]
    workflow = {"nodes": [{"id": 1, "type": names[0]}], "definitions": {"subgraphs": subgraphs}}
    with pytest.raises(WorkflowError, match="too many"):
        convert(workflow, catalogue())
