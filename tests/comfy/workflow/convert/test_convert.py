"""Saved workflows become graphs: values, links, muted and bypassed nodes, the command line."""

import json
from pathlib import Path

import pytest

from comfy.workflow.catalogue import parse_catalogue
from comfy.workflow.convert.__main__ import main
from comfy.workflow.convert.convert import convert
from tests.comfy.workflow.convert.saved import change, graph_of, inputs_of, unlink
from tests.support.workflow_samples import Saved, catalogue, read, text_to_image


def test_values_go_to_widgets_in_order_without_what_follows_seeds() -> None:
    assert inputs_of(text_to_image()) == {
        "seed": 2**53 - 1,
        "steps": 20,
        "cfg": 7.5,
        "sampler_name": "euler",
        "scheduler": "karras",
        "denoise": 0.9,
        "model": ["2", 0],
        "positive": ["3", 0],
        "negative": ["4", 0],
        "latent_image": ["5", 0],
    }


def test_ids_and_titles_survive() -> None:
    graph = graph_of(text_to_image())
    assert list(graph) == [str(n) for n in range(1, 9)]
    assert graph["3"]["_meta"]["title"] == "What to paint"
    assert graph["6"]["_meta"]["title"] == "KSampler"


@pytest.mark.parametrize("seed", [0, 2**53 + 1, 2**64 - 1])
def test_seeds_keep_all_their_digits(seed: int) -> None:
    saved = change(text_to_image(), 6, widgets_values=[seed, "fixed", 20, 7, "euler", "normal", 1])
    assert inputs_of(saved)["seed"] == seed


def test_what_was_not_saved_takes_its_default() -> None:
    assert inputs_of(change(text_to_image(), 6, widgets_values=[5, "fixed", 11]))["cfg"] == 8


def test_values_saved_by_name_are_taken_by_name() -> None:
    found = inputs_of(change(text_to_image(), 6, widgets_values={"steps": 7, "seed": 5, "x": 1}))
    assert (found["steps"], found["seed"], found["cfg"], found["x"]) == (7, 5, 8, 1)


def test_lists_are_wrapped_for_they_would_pass_for_links() -> None:
    saved = Saved().node(1, "CreateBoundingBoxes", [512, 512, [{"x": 1}], []])
    wrapped = [v for v in inputs_of(saved, "1").values() if isinstance(v, dict)]
    assert {"__value__": [{"x": 1}]} in wrapped


def test_a_muted_node_is_gone_with_what_came_from_it() -> None:
    graph = graph_of(change(text_to_image(), 2, mode=2))
    assert "2" not in graph
    assert "model" not in graph["6"]["inputs"]


def test_a_bypassed_node_passes_on_by_type() -> None:
    graph = graph_of(change(text_to_image(), 2, mode=4))
    assert graph["6"]["inputs"]["model"] == ["1", 0]
    assert graph["3"]["inputs"]["clip"] == ["1", 1]


def test_a_bypassed_node_without_a_fitting_input_passes_on_nothing() -> None:
    assert "images" not in inputs_of(change(text_to_image(), 7, mode=4), "8")


def test_reroutes_are_followed_and_keep_the_type_that_is_wanted() -> None:
    saved = change(text_to_image(), 2, mode=4)
    unlink(saved, 3, "clip").node(20, "Reroute", inputs="in:*", outputs="*")
    saved.node(21, "Reroute", inputs="in:*", outputs="*")
    saved.link(2, 1, 20, "in").link(20, 0, 21, "in").link(21, 0, 3, "clip")
    assert inputs_of(saved, "3")["clip"] == ["1", 1]


def test_set_and_get_nodes_are_followed_by_name() -> None:
    saved = unlink(text_to_image(), 7, "vae")
    saved.node(20, "SetNode", ["the vae"], inputs="VAE:VAE", outputs="*").link(1, 2, 20, "VAE")
    saved.node(21, "GetNode", ["the vae"], outputs="VAE").link(21, 0, 7, "vae")
    graph = graph_of(saved)
    assert graph["7"]["inputs"]["vae"] == ["1", 2]
    assert {"20", "21"}.isdisjoint(graph)


def test_a_get_node_without_its_set_node_gives_nothing() -> None:
    saved = unlink(text_to_image(), 7, "vae").node(21, "GetNode", ["the vae"], outputs="VAE")
    assert "vae" not in inputs_of(saved.link(21, 0, 7, "vae"), "7")


@pytest.mark.parametrize("mode", [0, 2])
def test_a_primitive_writes_its_value_muted_or_not(mode: int) -> None:
    saved = text_to_image().node(30, "PrimitiveNode", [33, "fixed"], outputs="INT", mode=mode)
    graph = graph_of(saved.link(30, 0, 6, "steps"))
    assert graph["6"]["inputs"]["steps"] == 33
    assert "30" not in graph


def test_what_a_primitive_writes_becomes_a_whole_number_of_steps() -> None:
    saved = text_to_image().node(30, "PrimitiveNode", [513, "fixed"], outputs="INT")
    assert inputs_of(saved.link(30, 0, 5, "width"), "5")["width"] == 512


def test_notes_are_left_out() -> None:
    saved = text_to_image().node(40, "Note", ["hi"]).node(41, "MarkdownNote", ["# hi"])
    assert {"40", "41"}.isdisjoint(graph_of(saved))


def test_links_may_be_objects() -> None:
    saved = text_to_image().json()
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    saved["links"] = [dict(zip(names, link, strict=True)) for link in saved["links"]]
    assert graph_of(saved) == graph_of(text_to_image())


def test_comments_are_cut_and_choices_of_several_kept() -> None:
    saved = change(text_to_image(), 3, widgets_values=["a {cat} // no\n/* no */ http: x"])
    assert inputs_of(saved, "3")["text"] == "a cat \n http: x"
    saved = change(text_to_image(), 3, widgets_values=["a {cat|dog} // no"])
    assert inputs_of(saved, "3")["text"] == "a {cat|dog} "


def test_values_for_inputs_that_are_sockets_now_are_dropped() -> None:
    class_ = parse_catalogue(
        {"Old": {"input": {"required": {
            "a": ["STRING", {"forceInput": True}], "b": ["INT", {}], "c": ["STRING", {}]}}}}
    )  # fmt: skip
    old, new = (Saved().node(1, "Old", values).json() for values in (["", 5, "x"], [5, "x"]))
    assert convert(old, class_).graph == convert(new, class_).graph
    assert convert(new, class_).graph["1"]["inputs"] == {"b": 5, "c": "x"}


def test_an_unknown_node_is_kept_with_a_warning_and_its_values() -> None:
    saved = text_to_image().node(
        50, "Mystery", [1, "two", "randomize"], inputs="image:IMAGE n:INT! s:STRING!",
        outputs="IMAGE", properties={"cnr_id": "mystery-pack"},
    )  # fmt: skip
    converted = convert(saved.link(7, 0, 50, "image").json(), catalogue())
    assert converted.graph["50"]["class_type"] == "Mystery"
    assert converted.graph["50"]["inputs"] == {"n": 1, "s": "two", "image": ["7", 0]}
    assert converted.graph["50"]["_meta"]["package"] == "mystery-pack"
    assert "“Mystery”" in converted.warnings[0]
    assert "“mystery-pack”" in converted.warnings[0]


def test_values_of_an_unknown_node_are_taken_by_the_names_saved_beside() -> None:
    saved = Saved().node(1, "Mystery", [1, "x"], widgets_values_named={"n": 1, "s": "x"})
    assert inputs_of(saved, "1") == {"n": 1, "s": "x"}


def test_values_of_an_unknown_node_that_cannot_be_named_are_numbered() -> None:
    assert inputs_of(Saved().node(1, "Mystery", [1, "x"]), "1") == {"UNKNOWN": 1, "UNKNOWN_1": "x"}


def test_links_in_a_ring_feed_nothing() -> None:
    saved = unlink(text_to_image(), 7, "vae")
    for id_ in (20, 21):
        saved.node(id_, "Reroute", inputs="in:*", outputs="VAE")
    saved.link(20, 0, 21, "in").link(21, 0, 20, "in").link(20, 0, 7, "vae")
    assert "vae" not in inputs_of(saved, "7")


def test_a_long_chain_is_followed_to_its_end() -> None:
    saved = unlink(text_to_image(), 7, "vae")
    for id_ in range(100, 1500):
        saved.node(id_, "Reroute", inputs="in:*", outputs="VAE")
        saved.link(1 if id_ == 100 else id_ - 1, 2 if id_ == 100 else 0, id_, "in")
    assert inputs_of(saved.link(1499, 0, 7, "vae"), "7")["vae"] == ["1", 2]


def test_the_command_line_converts_many_and_names_those_it_cannot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "info.json").write_text(json.dumps(read("object_info")))
    (tmp_path / "good.json").write_text(json.dumps(text_to_image().json()))
    (tmp_path / "bad.json").write_text('{"nodes": [NaN, ')
    (tmp_path / "none.json").write_text("[]")
    files = [str(tmp_path / name) for name in ("bad.json", "good.json", "none.json", "away.json")]
    out = tmp_path / "made" / "here"
    assert main(["--catalogue", str(tmp_path / "info.json"), "--out", str(out), *files]) == 1
    written = json.loads((out / "good.api.json").read_text())
    assert written == graph_of(text_to_image())
    assert [one.name for one in out.iterdir()] == ["good.api.json"]
    said = capsys.readouterr().err
    assert all(name in said for name in ("bad.json", "none.json", "away.json"))
    assert "good.json" not in said


def test_the_command_line_needs_a_catalogue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "info.json").write_text("<html>")
    with pytest.raises(SystemExit) as ended:
        main(["--catalogue", str(tmp_path / "info.json"), "--out", str(tmp_path), "x.json"])
    assert ended.value.code == 2
    assert "is not JSON" in capsys.readouterr().err
