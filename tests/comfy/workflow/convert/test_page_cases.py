"""What the newest page sends beyond plain conversion: answers of its own, and of packs' scripts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from comfy.workflow.catalogue import Catalogue, parse_catalogue
from comfy.workflow.convert.convert import convert
from comfy.workflow.name_patterns import as_written, fill_names
from tests.comfy.workflow.convert.saved import change, graph_of, inputs_of, unlink
from tests.comfy.workflow.convert.test_subgraphs import with_subgraph
from tests.support.workflow_samples import (
    Json,
    Saved,
    cases,
    catalogue,
    comparable,
    packs_catalogue,
    text_to_image,
)

NOON = datetime(2026, 3, 4, 12, 5, 6, tzinfo=UTC)


def known(info: Json, replacements: Any = None) -> Catalogue:
    """The recorded catalogue with more classes."""
    more = parse_catalogue(info)
    return Catalogue(
        {**catalogue().nodes, **more.nodes}, parse_catalogue({}, replacements).replacements
    )


def output(kind: str, required: Json) -> Json:
    return {kind: {"output_node": True, "input": {"required": required}}}


def sent(node: Json, info: Json) -> Json:
    """What is sent of one node of the class that *info* describes."""
    saved = {"nodes": [{"id": 1, "inputs": [], "outputs": [], **node}], "links": []}
    found: Json = convert(saved, known(info)).graph["1"]["inputs"]
    return found


@pytest.mark.parametrize("name", [name for name, case in cases().items() if "answer" in case])
def test_cases_are_sent_as_the_page_sends_them(name: str) -> None:
    case = cases()[name]
    converted = convert(case["workflow"], packs_catalogue())
    assert comparable(converted.graph) == comparable(case["answer"])


def test_power_loras_keep_both_strengths_where_they_are_separate() -> None:
    case = cases()["rgthree_power_lora_loader"]["workflow"]
    nodes = [
        {**one, "properties": {"Show Strengths": "Separate Model & Clip"}}
        if one["id"] == 8
        else one
        for one in case["nodes"]
    ]
    inputs = convert({**case, "nodes": nodes}, packs_catalogue()).graph["8"]["inputs"]
    assert inputs["lora_2"] == {
        "on": False, "lora": "b.safetensors", "strength": 1, "strengthTwo": 1
    }  # fmt: skip


def test_what_a_file_format_needs_comes_with_its_default() -> None:
    values = {"format": "video/h264-mp4", "crf": 30, "videopreview": {}, "own": "kept"}
    saved = Saved().node(1, "VHS_VideoCombine", values).json()
    inputs = convert(saved, packs_catalogue()).graph["1"]["inputs"]
    assert (inputs["crf"], inputs["pix_fmt"], inputs["own"]) == (30, "yuv420p", "kept")
    assert "videopreview" not in inputs


def prefixed(prefix: str, **more: Any) -> Saved:
    return change(text_to_image(), 8, widgets_values=[prefix], **more)


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        ("%KSampler.steps%", "20"),
        ("%KSampler.denoise%", "0.9"),
        ("%What to paint.text%", "a cat"),
        ("%CheckpointLoaderSimple.ckpt_name%", "sd.safetensors"),
        ("%KSampler.nothing%_%Nobody.steps%", "%KSampler.nothing%_%Nobody.steps%"),
        ("%width%x%height%", "%width%x%height%"),
        ("%a.b.c%", "%a.b.c%"),
        ("%SaveImage.filename_prefix%", "%SaveImage.filename_prefix%"),
        ("%date:yyyy-MM-dd_hh.mm.ss%", "2026-03-04_12"),
        ("%date:yyy%", "yyy"),
        ("%date:yyyy-MM-dd_hh-mm-ss%", "2026-03-04_12-05-06"),
        ("%date:d.M%", "%date:d.M%"),
        ("%date:d-M-yy h:m%", "4-3-26 12:5"),
    ],
)
def test_patterns_in_file_names_are_filled_in(prefix: str, name: str) -> None:
    graph = convert(prefixed(prefix).json(), catalogue(), NOON).graph
    assert graph["8"]["inputs"]["filename_prefix"] == name


def test_what_a_file_system_does_not_take_becomes_an_underscore() -> None:
    saved = change(prefixed("%Say.text%"), 3, title="Say", widgets_values=['a/b:c?"d"\n|<>*\\'])
    assert inputs_of(saved, "8")["filename_prefix"] == "a_b_c__d_______"


def test_a_node_is_named_by_its_property_before_a_title() -> None:
    saved = prefixed("%Mine.steps%")
    saved = change(saved, 6, properties={"Node name for S&R": "Mine"})
    saved = change(saved, 5, title="Mine")
    assert inputs_of(saved, "8")["filename_prefix"] == "20"


def test_a_form_keeps_the_pattern_and_the_name_follows_what_is_typed() -> None:
    template = convert(prefixed("%KSampler.steps%_%date:dd%").json(), catalogue()).template
    assert template["8"]["inputs"]["filename_prefix"] == "%KSampler.steps%_%date:dd%"
    template["6"]["inputs"]["steps"] = 33
    assert fill_names(template, NOON)["8"]["inputs"]["filename_prefix"] == "33_04"


def test_what_only_the_file_knows_is_filled_in_on_a_form_too() -> None:
    saved = prefixed("%Size.value%").node(
        30, "PrimitiveNode", [640, "fixed"], outputs="INT", title="Size"
    )
    template = convert(saved.link(30, 0, 5, "width").json(), catalogue()).template
    assert template["8"]["inputs"]["filename_prefix"] == "640"


def test_a_value_that_was_named_outside_is_known_inside_a_subgraph_but_not_the_other_way() -> None:
    saved = with_subgraph([])
    inside = saved.subgraphs[0]
    width = next(one for one in inside["nodes"] if one["type"] == "EmptyLatentImage")
    inside["nodes"].append(
        {"id": 40, "type": "GetNode", "widgets_values": ["w"], "inputs": [],
         "outputs": [{"name": "INT", "type": "INT", "links": [9]}]}
    )  # fmt: skip
    width["inputs"][0]["link"] = 9
    inside["links"].append(
        {"id": 9, "origin_id": 40, "origin_slot": 0, "target_id": 10, "target_slot": 0,
         "type": "INT"}
    )  # fmt: skip
    saved.node(41, "SetNode", ["w"], inputs="INT:INT", outputs="INT")
    saved.node(42, "PrimitiveInt", [640], outputs="INT").link(42, 0, 41, "INT")
    assert graph_of(saved)["5:10"]["inputs"]["width"] == ["42", 0]


def test_ids_that_clash_get_numbers_as_they_are_passed() -> None:
    saved = with_subgraph([])
    saved.subgraphs[0]["nodes"][0]["id"] = 6
    saved.subgraphs[0]["nodes"].append({"id": 9, "type": "EmptyLatentImage", "inputs": []})
    for one in saved.subgraphs[0]["links"]:
        one.update({k: 6 for k in ("origin_id", "target_id") if one[k] == 10})
    assert set(graph_of(saved)) >= {"5:9", "5:10"}


def test_of_two_nodes_with_one_id_the_second_gets_another_and_it_is_said() -> None:
    saved = text_to_image()
    saved.nodes.append({**saved.nodes[5], "widgets_values": [1, "fixed", 2]})
    converted = convert(saved.json(), catalogue())
    assert converted.graph["6"]["inputs"]["steps"] == 20
    assert converted.graph["9"]["inputs"]["steps"] == 2
    assert "model" not in converted.graph["9"]["inputs"]
    assert any("number 6: the second is 9" in one for one in converted.warnings)


def test_of_two_nodes_with_one_id_in_a_subgraph_the_first_counts_and_it_is_said() -> None:
    saved = with_subgraph([])
    nodes = saved.subgraphs[0]["nodes"]
    nodes.append({**nodes[0], "widgets_values": [1, 2, 3]})
    converted = convert(saved.json(), catalogue())
    assert converted.graph["5:10"]["inputs"]["height"] == 768
    assert any("number 10: the first counts" in one for one in converted.warnings)


@pytest.mark.parametrize("is_ring", [True, False])
def test_a_connection_that_leads_nowhere_is_said(is_ring: bool) -> None:
    saved = unlink(text_to_image(), 7, "samples")
    count = 2 if is_ring else 5002
    for number in range(100, 100 + count):
        saved.node(number, "Reroute", inputs=":LATENT", outputs="LATENT")
    ends = [(100 + n, 100 + (n + 1) % count) for n in range(count if is_ring else count - 1)]
    by_id = {node["id"]: node for node in saved.nodes}
    for id_, (origin, target) in enumerate([*ends, (99 + count, 7)], 1000):
        saved.links.append([id_, origin, 0, target, 0, "LATENT"])
        by_id[target]["inputs"][0]["link"] = id_
    converted = convert(saved.json(), catalogue())
    assert "samples" not in converted.graph["7"]["inputs"]
    assert any("samples leads in a circle" in one for one in converted.warnings)


ROW = {"name": ["STRING", {"default": "x"}], "many": ["INT", {"default": 2}]}
ROWS = ["COMFY_DYNAMICGROUP_V3", {"min": 1, "max": 5, "template": {"required": ROW}}]


@pytest.mark.parametrize(
    ("values", "inputs"),
    [
        ([2, "a", 1, "b", 5, True], {"rows.0.name": "a", "rows.0.many": 1, "rows.1.name": "b",
                                     "rows.1.many": 5, "last": True}),
        ([0, "a", 1, True], {"rows.0.name": "a", "rows.0.many": 1, "last": True}),
        ([], {"rows.0.name": "x", "rows.0.many": 2, "last": False}),
        ({"rows": 1, "rows.0.name": "q"}, {"rows.0.name": "q", "rows.0.many": 2, "last": False}),
    ],
)  # fmt: skip
def test_rows_of_a_group_are_sent_by_their_numbers(values: Any, inputs: Json) -> None:
    info = output("Rows", {"rows": ROWS, "last": ["BOOLEAN", {}]})
    assert sent({"type": "Rows", "widgets_values": values}, info) == inputs


def test_a_video_edit_that_nobody_touched_holds_what_the_page_gives_it() -> None:
    info = output("Cut", {"cut": ["VIDEO_EDIT", {"features": ["trim"]}], "n": ["INT", {}]})
    node = {"type": "Cut"}
    assert sent(node, info) == {"cut": {"trim": {"start_time": 0, "duration": 0}}, "n": 0}
    edit = {"trim": {"start_time": 1, "duration": 2}}
    assert sent({**node, "widgets_values": [edit, 4]}, info) == {"cut": edit, "n": 4}


def growing(values: list[Any]) -> Saved:
    """A node whose choice brings sockets along that become more."""
    saved = Saved().node(1, "LoadImage", ["a.png"], outputs="IMAGE MASK").node(
        2, "Grow", values, inputs="model:COMBO! model.images.image_1:IMAGE prompt:STRING!",
        widgets_values_named=dict(zip(("model", "model.size", "prompt"), values, strict=True)),
    )  # fmt: skip
    return saved.link(1, 0, 2, "model.images.image_1")


GROW = output("Grow", {"model": ["COMFY_DYNAMICCOMBO_V3", {"options": [{"key": "a", "inputs": {
    "required": {"size": ["INT", {}], "images": ["COMFY_AUTOGROW_V3", {"template": {
        "input": {"required": {"image": ["IMAGE", {}]}}, "names": ["image_1", "image_2"],
        "min": 0}}]}}}]}], "prompt": ["STRING", {"multiline": True}]})  # fmt: skip


def test_growing_sockets_beneath_a_choice_keep_their_links() -> None:
    converted = convert(growing(["a", 5, "cat"]).json(), known(GROW))
    assert converted.graph["2"]["inputs"] == {
        "model": "a", "model.size": 5, "model.images.image_1": ["1", 0], "prompt": "cat"
    }  # fmt: skip
    assert converted.warnings == ()


def test_a_form_takes_values_by_their_names_where_the_class_has_others_now() -> None:
    """The page puts them in others' places, and takes away what stands beneath the choice."""
    converted = convert(growing(["new", 5, "cat"]).json(), known(GROW))
    assert converted.graph["2"]["inputs"] == {"model": "new", "prompt": "5"}
    assert converted.template["2"]["inputs"] == {
        "model": "new", "model.size": 5, "model.images.image_1": ["1", 0], "prompt": "cat"
    }  # fmt: skip
    assert any("another version" in one for one in converted.warnings)


def everywhere(kind: str, slots: str, values: Any = None, **more: Any) -> Saved:
    saved = unlink(unlink(text_to_image(), 7, "vae"), 6, "negative")
    return saved.node(30, kind, values, inputs=slots, title="All", **more)


def test_what_is_sent_everywhere_is_guessed_by_type_and_said() -> None:
    saved = everywhere("Anything Everywhere", "anything:*").link(1, 2, 30, "anything")
    converted = convert(saved.json(), packs_catalogue())
    assert converted.graph["7"]["inputs"]["vae"] == ["1", 2]
    assert "30" not in converted.graph
    assert any("vae" in one and "guessed" in one for one in converted.warnings)


def test_prompts_are_sent_everywhere_by_their_names() -> None:
    saved = unlink(everywhere("Prompts Everywhere", "positive:* negative:*"), 6, "positive")
    saved = saved.link(3, 0, 30, "positive").link(4, 0, 30, "negative")
    inputs = convert(saved.json(), packs_catalogue()).graph["6"]["inputs"]
    assert (inputs["positive"], inputs["negative"]) == (["3", 0], ["4", 0])


def test_two_that_send_the_same_send_nothing() -> None:
    saved = everywhere("Anything Everywhere", "anything:*").link(1, 2, 30, "anything")
    saved.node(31, "VAELoader", ["x"], outputs="VAE").node(
        32, "Anything Everywhere", inputs="anything:*"
    )
    converted = convert(saved.link(31, 0, 32, "anything").json(), packs_catalogue())
    assert "vae" not in converted.graph["7"]["inputs"]


REPLACED = {"OldScale": [{"new_node_id": "ImageScaleBy", "old_node_id": "OldScale",
                          "old_widget_ids": ["method", "by"],
                          "input_mapping": [{"new_id": "image", "old_id": "pixels"},
                                            {"new_id": "scale_by", "old_id": "by"},
                                            {"new_id": "upscale_method", "set_value": "area"}],
                          "output_mapping": [{"new_idx": 0, "old_idx": 1}]}]}  # fmt: skip


def test_a_node_that_has_another_name_now_is_not_missing() -> None:
    saved = Saved().node(1, "LoadImage", ["a.png"], outputs="IMAGE MASK")
    saved.node(2, "OldScale", ["bicubic", 2.5], inputs="pixels:IMAGE", outputs="X IMAGE")
    saved.node(3, "PreviewImage", inputs="images:IMAGE")
    saved = saved.link(1, 0, 2, "pixels").link(2, 1, 3, "images")
    converted = convert(saved.json(), known({}, REPLACED))
    assert converted.warnings == ()
    assert converted.graph["2"]["inputs"] == {"method": "bicubic", "by": 2.5, "pixels": ["1", 0]}


def test_numbers_in_text_boxes_become_text() -> None:
    for value, text in ((1.5, "1.5"), (2.0, "2"), (True, "true"), (1e-7, "1e-7"), ([1, 2], "1,2")):
        saved = change(text_to_image(), 4, widgets_values=[value])
        assert inputs_of(saved, "4")["text"] == text


def test_a_name_that_was_filled_in_can_be_had_back_as_it_was_written() -> None:
    template = convert(prefixed("%KSampler.steps%").json(), catalogue()).template
    assert as_written(fill_names(template)) == template
    for odd in ({"1": 5}, {"1": {"_meta": {"pattern": 5}}}, {"1": {"_meta": {"pattern": "x"}}}):
        assert as_written(odd) == odd


def test_a_noted_link_names_a_socket_that_the_file_leaves_out() -> None:
    saved = text_to_image().node(30, "Seed Everywhere", [7, "fixed"], outputs="INT")
    change(saved, 6, inputs=saved.nodes[5]["inputs"][:4])
    link = {"upstream": "30", "upstream_slot": 0, "downstream": 6, "downstream_slot": 4}
    data = saved.json() | {"extra": {"ue_links": [{**link, "type": "INT"}]}}
    assert convert(data, packs_catalogue()).graph["6"]["inputs"]["seed"] == ["30", 0]


def test_a_promoted_name_is_sent_as_it_is_and_still_filled_in_by_us() -> None:
    """The page sends such patterns as they are, and servers do not know them."""
    saved = with_subgraph([], properties={"proxyWidgets": [["40", "filename_prefix"]]})
    inside = saved.subgraphs[0]
    inside["nodes"].append(
        {"id": 40, "type": "SaveLatent", "widgets_values": ["x"], "outputs": [],
         "inputs": [{"name": "samples", "type": "LATENT", "link": 9}]}
    )  # fmt: skip
    inside["links"].append(
        {"id": 9, "origin_id": 10, "origin_slot": 0, "target_id": 40, "target_slot": 0}
    )
    change(saved, 5, widgets_values=["%KSampler.steps%"])
    converted = convert(saved.json(), catalogue())
    for graph in (converted.graph, converted.template):
        assert graph["5:40"]["inputs"]["filename_prefix"] == "%KSampler.steps%"
    assert fill_names(converted.template)["5:40"]["inputs"]["filename_prefix"] == "20"
