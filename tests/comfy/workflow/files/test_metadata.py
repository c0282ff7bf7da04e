"""Workflows and settings read out of files, whole, cut and hostile: one sentence for each fault."""

import json
from io import BytesIO
from typing import Any

import pytest

from comfy.errors import WorkflowError
from comfy.workflow.convert.convert import convert
from comfy.workflow.files.documents import PRESET_KEY
from comfy.workflow.files.found import Found
from comfy.workflow.files.metadata import read_any, read_metadata
from tests.comfy.workflow.files.builders import chunk, huge_png, png, with_chunks
from tests.support.workflow_samples import catalogue, text_to_image

WORKFLOW = text_to_image().json()
GRAPH = convert(WORKFLOW, catalogue()).graph
PARAMETERS = "a cat\nNegative prompt: text\nSteps: 28, Sampler: Euler a, Seed: 5, Size: 512x768"


def read(data: bytes) -> Found:
    return read_metadata(BytesIO(data))


def test_png_text_holds_graph_and_workflow() -> None:
    found = read(png(prompt=json.dumps(GRAPH), workflow=json.dumps(WORKFLOW)))
    assert found.graph == GRAPH
    assert found.workflow == WORKFLOW
    assert found.notes == ()


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_in_json_becomes_none(value: str) -> None:
    text = json.dumps(WORKFLOW).replace("7.5", value)
    found = read(png(workflow=text)).workflow
    assert found
    assert found["nodes"][5]["widgets_values"][3] is None


def test_one_of_two_that_is_broken_is_noted() -> None:
    found = read(png(prompt="{broken", workflow=json.dumps(WORKFLOW)))
    assert found.workflow == WORKFLOW
    assert "“prompt” is not JSON" in found.notes[0]


def test_a_picture_cut_short_still_tells_what_stands_at_its_front() -> None:
    whole = png(workflow=json.dumps(WORKFLOW))
    assert read(whole[:-30]).workflow == WORKFLOW


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"GIF89a, not that", "damaged or cut short"),
        (b"<html>", "no file that can be read"),
        (png()[:20], "cut short"),
        (png(), "does not say how it was made"),
        (png(workflow="{"), "“workflow” is not JSON"),
        (png(workflow="[]"), "“workflow” is no workflow"),
        (png(prompt='{"1": 2}'), "“prompt” is no workflow"),
        (png(workflow="[" * 100_000), "levels deep"),
        (png(parameters="just a text"), "does not say"),
        (with_chunks(chunk(b"zTXt", b"prompt\0\0no zlib")), "“prompt” is damaged"),
        (huge_png(60_000), "does not say how it was made"),
        (b'{"nodes": ', "not JSON"),
        (b'{"a": 1}', "neither one that ComfyUI saved"),
        (b"[1, 2]", "no object"),
        (b'{"nodes": [' + b"9" * 5000 + b"]}", "too long to read"),
        (b'{"nodes": "\xff\xfe"}', "no text in UTF-8"),
    ],
)
def test_rubbish_gets_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(WorkflowError, match=says):
        read_any(data, "some.png")


@pytest.mark.parametrize("name", ["a.json", "a.png", ""])
def test_json_files_are_told_apart(name: str) -> None:
    def read(data: Any) -> Found:
        return read_any(b"\xef\xbb\xbf " + json.dumps(data).encode(), name)

    assert read(WORKFLOW).workflow == WORKFLOW
    assert read(GRAPH).graph == GRAPH
    body = {"prompt": GRAPH, "extra_data": {"extra_pnginfo": {"workflow": WORKFLOW}}}
    assert (read(body).graph, read(body).workflow) == (GRAPH, WORKFLOW)
    preset = {PRESET_KEY: 1, "name": "Mine", "graph": GRAPH}
    assert (read(preset).preset, read(preset).graph) == (preset, GRAPH)


def test_settings_are_read_from_a_text_file_too() -> None:
    settings = read_any(PARAMETERS.encode(), "cat.txt").settings
    assert settings
    assert (settings.prompt, settings.steps) == ("a cat", 28)
    with pytest.raises(WorkflowError, match=r"“a\.txt” is no text as A1111 writes it"):
        read_any(b"hello", "folder/a.txt")


def test_a_node_without_a_class_is_named() -> None:
    node = {"inputs": {}, "_meta": {"title": "KSampler"}}
    graph = {"2": {"class_type": "A", "inputs": {}}, "3": node}
    for data in (graph, {"prompt": graph}):
        with pytest.raises(WorkflowError, match=r"“KSampler” \(node 3\) has no class_type"):
            read_any(json.dumps(data).encode(), "a.json")
