"""Files that workflows name: read where they can be ones, however hostile."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.errors import WorkflowError
from comfy.workflow.wanted.files import MAX_FILES, wanted_file, wanted_files

URL = "https://huggingface.co/a/b/resolve/main/ae.safetensors"
HASH = "a" * 64


def saved(*models: Any, inner: list[Any] | None = None) -> dict[str, Any]:
    graph = {"nodes": [{"id": 1, "properties": {"models": list(models)}}]}
    if inner is None:
        return graph
    return {**graph, "definitions": {"subgraphs": [{"id": "x", **saved(*inner)}]}}


def test_files_are_read_from_nodes_and_subgraphs_once_each() -> None:
    one = {"name": "ae.safetensors", "directory": "vae", "url": URL}
    other = {"name": "sub/t5.safetensors", "directory": "text_encoders", "url": URL}
    hashed = {**other, "hash": HASH.upper(), "hash_type": "SHA256"}
    found = wanted_files(saved(one, one, inner=[hashed]))
    assert [(f.path, f.url, f.sha256) for f in found] == [
        ("models/vae/ae.safetensors", URL, ""),
        ("models/text_encoders/sub/t5.safetensors", URL, HASH),
    ]


@pytest.mark.parametrize("kind", ["BLAKE3", "md5", 7, ["sha256"]])
def test_a_hash_of_another_kind_is_not_taken_for_sha256(kind: object) -> None:
    one = {"name": "a.gguf", "directory": "vae", "url": URL, "hash": HASH, "hash_type": kind}
    assert [f.sha256 for f in wanted_files(saved(one))] == [""]


@pytest.mark.parametrize(
    "name",
    [
        *("../a.safetensors", "/etc/a.safetensors", "a/../b.safetensors", "C:a.safetensors", ""),
        *("a\\..\\b.safetensors", "a.exe", "a", "-a.safetensors", "x\n.safetensors", "a//b.gguf"),
        *("nul.safetensors", "a.safetensors ", "$(x)|a.gguf", "b/./a.gguf", "a" * 300 + ".gguf"),
    ],
)
def test_a_name_that_leads_elsewhere_or_is_no_model_is_refused(name: str) -> None:
    with pytest.raises(WorkflowError):
        wanted_file(name, "vae", URL)
    assert wanted_files(saved({"name": name, "directory": "vae", "url": URL})) == ()


@pytest.mark.parametrize(
    "folder", ["", "..", "custom_nodes", "configs", "a/../b", "/vae", "vae/", "a b"]
)
def test_a_folder_that_holds_no_models_is_refused(folder: str) -> None:
    with pytest.raises(WorkflowError):
        wanted_file("a.safetensors", folder, URL)


def test_no_more_than_some_are_read() -> None:
    many = [{"name": f"{n}.gguf", "directory": "vae", "url": URL} for n in range(MAX_FILES + 9)]
    assert len(wanted_files(saved(*many))) == MAX_FILES


SCRAP = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["nodes", "properties", "models", "definitions", "subgraphs", "name"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(SCRAP)
def test_whatever_is_in_a_file_is_read_or_left_out(scrap: Any) -> None:
    found = wanted_files(scrap if isinstance(scrap, dict) else {"nodes": scrap})
    assert all(".." not in one.path.split("/") for one in found)
    json.dumps([one.name for one in found])
