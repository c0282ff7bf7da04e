"""A form with what is filled in: what is wrong with it, what it runs, looked at once."""

from typing import Any

import pytest

from comfy.errors import WorkflowError
from comfy.workflow.catalogue import parse_catalogue
from comfy.workflow.form.validate import NO_FILE
from studio.workflows.from_a1111 import named, restored
from studio.workflows.prepared import Prepared, prepare

CATALOGUE = parse_catalogue(
    {
        "LoadImage": {"input": {"required": {"image": [["here.png"], {"image_upload": True}]}}},
        "Take": {"input": {"required": {"mask": ["MASK"]}}, "output_node": True},
        "CheckpointLoaderSimple": {"input": {"required": {"ckpt_name": [["sd/One.safetensors"]]}}},
        "LoraLoader": {"input": {"required": {"lora_name": [["ink.safetensors"]]}}},
    }
)
GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "gone.png"}},
    "2": {"class_type": "Take", "inputs": {"mask": ["1", 1]}},
}


def prepared(given: dict[str, Any], uploads: dict[str, str] | None = None) -> Prepared:
    return prepare("w", GRAPH, CATALOGUE, given, uploads or {})


def test_a_file_that_the_server_lacks_stands_in_the_way_until_one_is_chosen() -> None:
    found = prepared({}).problems
    assert [one.kind for one in found] == [NO_FILE]
    assert "gone.png" in found[0].message
    assert prepared({"1.image": "here.png"}).problems == ()
    assert prepared({"1.image": "made.png [output]"}).problems == ()
    assert prepared({}, {"1.image": "kept"}).problems == ()
    assert prepared({}).with_uploads({"1.image": "kept"}).problems == ()
    assert prepared({}, {"1.image": "kept"}).with_uploads({}).problems == found


def test_settings_of_another_program_become_a_graph() -> None:
    settings = {"prompt": "a cat", "negative_prompt": "", "checkpoint": "one", "steps": 12}
    more = {"loras": (("Ink", 0.8), ("other", 1.0)), "seed": 2**64 - 1, "denoise": 0.5}
    graph, notes = restored(settings | more, CATALOGUE)
    values = {name: v for node in graph.values() for name, v in node["inputs"].items()}
    assert values["ckpt_name"] == "sd/One.safetensors"
    assert values["lora_name"] == "ink.safetensors"
    assert values["seed"] == 2**64 - 1
    assert len(notes) == 2
    with pytest.raises(WorkflowError, match="steps"):
        restored(settings | {"steps": 10**9}, CATALOGUE)


def test_a_model_that_is_not_there_keeps_its_name() -> None:
    assert named("two", ("one.safetensors",)) == "two"
