"""A form with what is filled in: what is wrong with it, what it runs, looked at once."""

from dataclasses import replace
from typing import Any

from comfy.workflow.catalogue import parse_catalogue
from comfy.workflow.files.programs.settings import Lora, Settings
from comfy.workflow.form.validate import NO_FILE
from comfy.workflow.replacements import read_replacements
from studio.workflows.from_settings import restored
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
    loras = (Lora("Ink", 0.8), Lora("other", 0.5))
    settings = Settings("A1111", "a cat", checkpoint="one", steps=10**9, loras=loras)
    settings = replace(settings, seed=2**64 - 1, denoise=0.5, from_image=True)
    graph, notes = restored(settings, CATALOGUE)
    values = [(name, v) for node in graph.values() for name, v in node["inputs"].items()]
    assert ("ckpt_name", "sd/One.safetensors") in values
    assert [v for name, v in values if name == "lora_name"] == ["ink.safetensors", "other"]
    assert ("seed", 2**64 - 1) in values
    assert ("steps", 20) in values
    assert notes == [
        "It was made from another image, which is not in it: this makes a new one.",
        "Steps “1000000000” cannot be used: 20 is taken.",
        "“one” is “sd/One.safetensors” on this server.",
        "“Ink” is “ink.safetensors” on this server.",
    ]


RENAMED = {"Old": [{"new_node_id": "LoadImage", "old_node_id": "Old", "old_widget_ids": ["file"],
                    "input_mapping": [{"new_id": "image", "old_id": "file"}],
                    "output_mapping": [{"new_idx": 1, "old_idx": 0}]}]}  # fmt: skip


def test_a_node_that_the_server_has_under_another_name_is_not_missing() -> None:
    graph = {
        "1": {"class_type": "Old", "inputs": {"file": "here.png"}},
        "2": {"class_type": "Take", "inputs": {"mask": ["1", 0]}},
    }
    assert [one.kind for one in prepare("w", graph, CATALOGUE, {}, {}).problems] == [
        "missing_node_type"
    ]
    known = replace(CATALOGUE, replacements=read_replacements(RENAMED))
    found = prepare("w", graph, known, {}, {})
    assert found.problems == ()
    assert [one.key for one in found.form.fields] == ["1.image"]
    assert found.filled["2"]["inputs"]["mask"] == ["1", 1]


SHARED = {"shared": "9.picture"}


def test_what_is_typed_goes_to_all_inputs_that_hold_the_same() -> None:
    graph = {
        "1": {**GRAPH["1"], "_meta": {"form": {"image": SHARED}}},
        "2": {"class_type": "Take", "inputs": {"mask": ["1", 1]}},
        "3": {**GRAPH["1"], "_meta": {"form": {"image": SHARED}}},
        "4": {"class_type": "Take", "inputs": {"mask": ["3", 1]}},
    }
    found = prepare("w", graph, CATALOGUE, {"1.image": "here.png"}, {})
    assert [(one.key, one.also) for one in found.form.fields] == [("1.image", ("3.image",))]
    assert found.filled["3"]["inputs"]["image"] == "here.png"
