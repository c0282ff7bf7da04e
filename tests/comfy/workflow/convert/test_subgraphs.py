"""Subgraphs and group nodes are unfolded as the page does."""

from typing import Any

import pytest

from comfy.errors import WorkflowError
from tests.comfy.workflow.convert.saved import INNER, OUTER, change, graph_of, unlink
from tests.support.workflow_samples import Json, Saved, text_to_image


def latent_subgraph(id_: int = 10) -> Json:
    """Width is an input of the subgraph, the rest is not."""
    inside = Saved().node(id_, "EmptyLatentImage", [512, 768, 1], inputs="width:INT!", outputs="L")
    inside.nodes[0]["inputs"][0]["link"] = 1
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    links = [(1, -10, 0, id_, 0, "INT"), (2, id_, 0, -20, 0, "LATENT")]
    return {
        "id": INNER,
        "name": "Latent",
        "nodes": inside.nodes,
        "links": [dict(zip(names, link, strict=True)) for link in links],
        "inputs": [{"name": "width", "type": "INT", "linkIds": [1]}],
        "outputs": [{"name": "LATENT", "type": "LATENT", "linkIds": [2]}],
    }


def with_subgraph(values: list[Any], **more: Any) -> Saved:
    saved = text_to_image()
    saved.nodes = [n for n in saved.nodes if n["id"] != 5]
    unlink(saved, 6, "latent_image").subgraphs.append(latent_subgraph())
    saved.node(5, INNER, values, inputs="width:INT!", outputs="LATENT", **more)
    return saved.link(5, 0, 6, "latent_image")


@pytest.mark.parametrize(("values", "width"), [([640], 640), ([], 512)])
def test_a_subgraph_is_unfolded_and_promoted_values_override(values: list[Any], width: int) -> None:
    graph = graph_of(with_subgraph(values))
    assert graph["6"]["inputs"]["latent_image"] == ["5:10", 0]
    assert graph["5:10"]["inputs"] == {"width": width, "height": 768, "batch_size": 1}
    assert "5" not in graph


def test_values_go_where_proxy_widgets_say() -> None:
    proxies = {"proxyWidgets": [["10", "batch_size"], ["-1", "width"], ["10", "height"]]}
    graph = graph_of(with_subgraph([4, 640], properties=proxies))
    assert graph["5:10"]["inputs"] == {"width": 640, "height": 768, "batch_size": 4}


def test_ids_that_are_taken_are_renumbered_and_proxies_follow() -> None:
    saved = with_subgraph([4], properties={"proxyWidgets": [["6", "batch_size"]]})
    saved.subgraphs = [latent_subgraph(6)]
    assert graph_of(saved)["5:9"]["inputs"]["batch_size"] == 4


def nested(mode: int = 0) -> Saved:
    inside = Saved().node(11, INNER, [640], inputs="width:INT!", outputs="LATENT", mode=mode)
    inside.nodes[0]["inputs"][0]["link"] = 1
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    links = [(1, -10, 0, 11, 0, "INT"), (2, 11, 0, -20, 0, "LATENT")]
    outer = latent_subgraph() | {
        "id": OUTER,
        "nodes": inside.nodes,
        "links": [dict(zip(names, link, strict=True)) for link in links],
    }
    saved = change(with_subgraph([320]), 5, type=OUTER)
    saved.subgraphs.append(outer)
    return saved


def test_nested_subgraphs_take_the_outermost_value() -> None:
    graph = graph_of(nested())
    assert graph["6"]["inputs"]["latent_image"] == ["5:11:10", 0]
    assert graph["5:11:10"]["inputs"]["width"] == 320


def test_a_bypassed_subgraph_at_the_top_is_gone() -> None:
    graph = graph_of(with_subgraph([640], mode=4))
    assert not [id_ for id_ in graph if ":" in id_]
    assert "latent_image" not in graph["6"]["inputs"]


def test_a_subgraph_in_itself_is_refused_with_a_sentence() -> None:
    saved = with_subgraph([])
    saved.subgraphs[0]["nodes"].append({"id": 99, "type": INNER})
    with pytest.raises(WorkflowError, match="contain themselves"):
        graph_of(saved)


def test_group_nodes_are_unpacked_with_the_ids_that_the_page_gives() -> None:
    inner = (
        Saved()
        .node(0, "EmptyLatentImage", [1, 2, 3], outputs="LATENT")
        .node(1, "KSampler", [1, "fixed", 2, 3, "euler", "normal", 1], outputs="LATENT",
              inputs="model:MODEL positive:CONDITIONING negative:CONDITIONING latent_image:LATENT")
    )  # fmt: skip
    group = {"nodes": inner.nodes, "links": [[0, 0, 1, 3, 1, "LATENT"]], "external": []}
    saved = unlink(text_to_image(), 7, "samples")
    saved.nodes = [n for n in saved.nodes if n["id"] not in (5, 6)]
    saved.node(9, "workflow>paint", [640, 480, 2, 99, "fixed", 11, 4.5, "heun", "karras", 0.8],
               inputs="model:MODEL positive:CONDITIONING negative:CONDITIONING",
               outputs="LATENT")  # fmt: skip
    saved.link(2, 0, 9, "model").link(3, 0, 9, "positive").link(4, 0, 9, "negative")
    data = saved.link(9, 0, 7, "samples").json() | {"extra": {"groupNodes": {"paint": group}}}
    graph = graph_of(data)
    assert graph["7"]["inputs"]["samples"] == ["12:11", 0]
    assert graph["12:10"]["inputs"] == {"width": 640, "height": 480, "batch_size": 2}
    assert graph["12:11"]["inputs"] == {
        "seed": 99, "steps": 11, "cfg": 4.5, "sampler_name": "heun", "scheduler": "karras",
        "denoise": 0.8, "model": ["2", 0], "positive": ["3", 0], "negative": ["4", 0],
        "latent_image": ["12:10", 0],
    }  # fmt: skip


def test_an_input_that_was_renamed_since_is_still_fed() -> None:
    saved = with_subgraph([]).node(30, "PrimitiveInt", [640, "fixed"], outputs="INT")
    saved = saved.link(30, 0, 5, "width")
    change(saved, 5, inputs=[{"name": "old name", "type": "INT", "link": saved.links[-1][0]}])
    assert graph_of(saved)["5:10"]["inputs"]["width"] == ["30", 0]
