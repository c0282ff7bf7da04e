from typing import Any

import pytest

from comfy.workflow.families.build import build_graph
from comfy.workflow.file_names import named, unnamed
from comfy.workflow.request import GenerationRequest

ID = "0198f0a0-0000-7000-8000-000000000001"
OTHER = "0198f0a0-0000-7000-8000-000000000002"


def saving(prefix: Any) -> dict[str, Any]:
    return {
        "8": {"class_type": "SaveImage", "inputs": {"images": ["7", 0], "filename_prefix": prefix}}
    }


def test_only_what_saves_is_named_by_the_generation() -> None:
    graph = build_graph(GenerationRequest(checkpoint="a", prompt="b"), 1)
    sent = named(graph, ID)
    assert {id_ for id_ in graph if graph[id_] != sent[id_]} == {"8"}
    assert sent["8"]["inputs"]["filename_prefix"] == f"stepglass_{ID}"
    assert unnamed(sent) == graph


def test_a_graph_of_an_earlier_generation_is_named_anew() -> None:
    assert named(saving(f"stepglass_{OTHER}"), ID) == saving(f"stepglass_{ID}")


@pytest.mark.parametrize(
    "prefix",
    [
        "ComfyUI",
        "stepglass2",
        "stepglass/x",
        f"stepglass_{OTHER}/x",
        "stepglass_x",
        "",
        ["5", 0],
        7,
    ],
)
def test_what_people_chose_stays_theirs(prefix: Any) -> None:
    assert named(saving(prefix), ID) == unnamed(saving(prefix)) == saving(prefix)


@pytest.mark.parametrize("graph", [{"1": 3}, {"1": {}}, {"1": {"inputs": []}}, {}])
def test_what_is_no_node_is_left_alone(graph: dict[str, Any]) -> None:
    assert named(graph, ID) == graph
