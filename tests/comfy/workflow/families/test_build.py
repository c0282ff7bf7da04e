"""Graphs of families: whole, with what was asked for where it belongs."""

from dataclasses import replace

import pytest

from comfy.graph.plan import links
from comfy.workflow.families.assembly import Loader, assemble
from comfy.workflow.families.build import build_graph, seed_key, workflow_name
from comfy.workflow.families.family import Family, Task
from comfy.workflow.families.known import FAMILIES
from comfy.workflow.limits import MAX_LORAS
from comfy.workflow.loras import LoraUse, loras_in
from comfy.workflow.request import GenerationRequest
from tests.comfy.workflow.families.samples import asked, every_task

SEVERAL = [
    {"name": "style.safetensors"},
    {"name": "more.safetensors", "weight": 0.5, "clipWeight": 0.25},
]


@pytest.mark.parametrize(("family", "task"), every_task())
def test_every_task_makes_a_whole_graph_with_one_output(family: Family, task: Task) -> None:
    graph = build_graph(asked(family, task), 7)
    read = {source for node in graph.values() for source, _ in links(node)}
    assert read <= graph.keys()
    assert [id_ for id_ in graph if id_ not in read] == ["8"]


@pytest.mark.parametrize(("family", "task"), every_task())
def test_the_seed_is_where_it_is_said_to_be(family: Family, task: Task) -> None:
    graph = build_graph(asked(family, task), 7)
    node, _, name = seed_key(graph).partition(".")
    assert graph[node]["inputs"][name] == 7


@pytest.mark.parametrize(("family", "task"), every_task())
def test_loras_lie_between_every_model_and_what_reads_it(family: Family, task: Task) -> None:
    if not family.takes_loras:
        return
    graph = build_graph(asked(family, task, loras=SEVERAL), 7)
    loaders = {id_ for id_, node in graph.items() if "unet_name" in node["inputs"]}
    for id_, node in graph.items():
        for source, slot in links(node):
            if source in loaders or (source == "1" and slot == 0):
                assert node["class_type"].startswith("LoraLoader"), id_


@pytest.mark.parametrize(("family", "task"), every_task())
def test_as_many_loras_as_there_may_be_take_no_other_nodes_place(
    family: Family, task: Task
) -> None:
    many = [{"name": f"{n}.pt"} for n in range(MAX_LORAS)]
    graph = build_graph(asked(family, task, loras=many), 7)
    assert build_graph(asked(family, task), 7).keys() <= graph.keys()
    loaded = [
        node["inputs"]["lora_name"] for node in graph.values() if "lora_name" in node["inputs"]
    ]
    halves = 2 if family.partner else 1
    names = [one["name"] for one in many]
    assert sorted(loaded) == sorted(names * halves * family.takes_loras)


def test_loras_change_the_encoders_that_their_models_are_trained_with() -> None:
    def nodes(family: str, *encoders: str) -> list[tuple[str, float | None]]:
        loader: Loader = "UNETLoader" if encoders else "CheckpointLoaderSimple"
        usual = assemble(FAMILIES[family], "m", None)
        made = replace(usual, loader=loader, encoders=encoders, vae="v" if encoders else "")
        request = asked(FAMILIES[family], "text", loras=SEVERAL)
        return [
            (node["class_type"], node["inputs"].get("strength_clip"))
            for node in build_graph(request, 7, assembly=made).values()
            if "lora_name" in node["inputs"]
        ]

    assert nodes("sdxl") == [("LoraLoader", 1.0), ("LoraLoader", 0.25)]
    assert nodes("sdxl", "l", "g") == nodes("sdxl")
    assert nodes("flux1-dev", "l", "t5") == [("LoraLoaderModelOnly", None)] * 2
    assert nodes("flux1-dev") == nodes("sdxl")


def test_loras_that_are_off_are_not_loaded() -> None:
    off = [{"name": "a", "on": False}, {"name": "b", "weight": 0.5}]
    graph = build_graph(asked(FAMILIES["sd15"], "text", loras=off), 7)
    assert loras_in(graph) == (LoraUse(name="b", weight=0.5),)


def test_halves_of_a_lora_go_to_the_halves_of_a_model() -> None:
    wan = FAMILIES["wan22"]
    halves = [{"name": "light_high_noise.safetensors"}, {"name": "light_low_noise.safetensors"},
              {"name": "slower.safetensors"}]  # fmt: skip
    graph = build_graph(asked(wan, "text", checkpoint="wan2.2_high", loras=halves), 7)

    def chain(node: str) -> list[str]:
        above = graph[node]["inputs"].get("model")
        own = graph[node]["inputs"].get("lora_name")
        return [*(chain(above[0]) if above else ()), *([own] if own else ())]

    assert chain("6") == ["light_high_noise.safetensors", "slower.safetensors"]
    assert chain("31") == ["light_low_noise.safetensors", "slower.safetensors"]


def test_several_copies_of_an_image_share_one_encoding() -> None:
    request = asked(FAMILIES["sd15"], "image", images_per_prompt=3)
    graph = build_graph(request, 7, "a.png")
    assert graph["5"]["inputs"] == {"samples": ["11", 0], "amount": 3}
    assert graph["11"]["inputs"]["pixels"] == ["10", 0]


@pytest.mark.parametrize(
    ("family", "seconds", "fps", "frames"),
    [("wan21", 2.0, 16, 33), ("wan22", 5, 16, 81), ("wan22-5b", 5, 24, 121), ("ltxv", 4, 24, 97),
     ("hunyuan-video", 3, 24, 73), ("wan21", 0.01, 1, 5)],
)  # fmt: skip
def test_lengths_are_those_that_a_family_takes(
    family: str, seconds: float, fps: float, frames: int
) -> None:
    assert FAMILIES[family].frames(seconds, fps) == frames


def test_what_a_request_leaves_open_is_what_is_usual() -> None:
    flux = FAMILIES["flux1-dev"]
    assert build_graph(asked(flux, "text"), 7)["17"]["inputs"]["guidance"] == 3.5
    chosen = build_graph(asked(flux, "text", guidance=2.0), 7)
    assert chosen["17"]["inputs"]["guidance"] == 2.0


def test_a_family_has_the_fields_that_its_graphs_read() -> None:
    assert "negative_prompt" in FAMILIES["sd15"].fields()
    assert "negative_prompt" not in FAMILIES["flux1-dev"].fields()
    assert "cfg" not in FAMILIES["flux1-dev"].fields()
    assert {"seconds", "lyrics"} <= FAMILIES["ace-step"].fields()
    assert "width" not in FAMILIES["ace-step"].fields()
    assert {"frames", "fps"} <= FAMILIES["wan21"].fields()


@pytest.mark.parametrize(
    ("checkpoint", "image", "name"),
    [("a", "", "txt2img"), ("a", "x.png", "img2img"), ("wan2.1_t2v", "", "txt2vid"),
     ("wan2.1_i2v", "x.png", "img2vid"), ("ace_step_v1", "", "txt2audio"),
     ("qwen_image_edit", "x.png", "edit")],
)  # fmt: skip
def test_what_is_made_has_a_name(checkpoint: str, image: str, name: str) -> None:
    assert workflow_name(GenerationRequest(checkpoint=checkpoint, image=image)) == name
