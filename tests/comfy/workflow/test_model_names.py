"""A model goes by the server's spelling, however the file or the caller spells it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.workflow.catalogue import parse_catalogue
from comfy.workflow.model_names import matching_name, renamed, same_name

CHOICES = (
    "SDXL\\Demo-Neon.safetensors",
    "sd15/dream_v8.ckpt",
    "dream_v8.safetensors",
    "日本/アニメ風.safetensors",
    "style-1a2b3c4d5e.safetensors",
)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("SDXL\\Demo-Neon.safetensors", CHOICES[0]),
        ("SDXL/Demo-Neon.safetensors", CHOICES[0]),
        ("sdxl/demo-neon.safetensors", CHOICES[0]),
        ("日本\\アニメ風.safetensors", CHOICES[3]),
        ("Demo-Neon.safetensors", ""),
        ("", ""),
    ],
)
def test_slashes_and_case_make_no_other_name(name: str, wanted: str) -> None:
    assert same_name(name, CHOICES) == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("demo-neon", CHOICES[0]),
        ("models/checkpoints/Demo-Neon.ckpt", CHOICES[0]),
        ("demo_neon_f16.ckpt", CHOICES[0]),
        ("dream_v8.ckpt", CHOICES[1]),
        ("dream_v8", CHOICES[1]),
        ("Dream V8", CHOICES[1]),
        ("アニメ風", CHOICES[3]),
        ("dream_v9", ""),
        ("v8", ""),
    ],
)
def test_folders_and_extensions_are_another_program_s(name: str, wanted: str) -> None:
    assert matching_name(name, CHOICES) == wanted


def test_a_hash_in_a_name_tells_the_file() -> None:
    assert matching_name("unknown", CHOICES, "1A2B3C4D5E6F") == CHOICES[4]
    assert matching_name("unknown", CHOICES, "1a2b") == ""
    assert matching_name("demo-neon", CHOICES, "1a2b3c4d5e") == CHOICES[0]


def test_the_exact_name_wins() -> None:
    both = ("a/x.pt", "A\\X.pt", "A/x.pt")
    assert [same_name(one, both) for one in both] == list(both)
    assert matching_name("x", both) == "a/x.pt"


def test_a_graph_is_spelled_as_the_server_does_and_says_what_changed() -> None:
    spec = {"input": {"required": {"ckpt_name": [list(CHOICES)], "n": [[1, 2]]}}}
    catalogue = parse_catalogue({"Load": spec})
    graph: dict[str, Any] = {
        "1": {"class_type": "Load", "inputs": {"ckpt_name": "SDXL/Demo-Neon.safetensors", "n": 1}},
        "2": {"class_type": "Load", "inputs": {"ckpt_name": "gone"}},
        "3": {"class_type": "Other", "inputs": {"ckpt_name": "sd15\\dream_v8.ckpt"}},
    }
    changed, pairs = renamed(graph, catalogue)
    assert changed["1"]["inputs"] == {"ckpt_name": CHOICES[0], "n": 1}
    assert (changed["2"], changed["3"]) == (graph["2"], graph["3"])
    assert pairs == (("SDXL/Demo-Neon.safetensors", CHOICES[0]),)
    assert graph["1"]["inputs"]["ckpt_name"] == "SDXL/Demo-Neon.safetensors"


@given(st.text(), st.lists(st.text(), max_size=5))
def test_what_is_found_is_a_choice_and_one_that_is_there_is_itself(
    name: str, choices: list[str]
) -> None:
    assert same_name(name, choices) in (*choices, "")
    if name and name in choices:
        assert same_name(name, choices) == matching_name(name, choices) == name
