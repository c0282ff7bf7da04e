"""A pasted text is settings, a workflow, or a prompt like any other."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.workflow.files.pasted import MAX_PASTED, read_pasted
from comfy.workflow.files.texts import read_texts
from tests.comfy.workflow.files.test_programs import FOX, SHORT, SWARM, common

NODE = {"class_type": "KSampler", "inputs": {}}


@pytest.mark.parametrize(
    "text",
    [
        f"a fox\nNegative prompt: blurry\n{SHORT}",
        f"\ufeff  a fox\r\nNegative prompt: blurry\r\n{SHORT}\r\n",
        f"a fox Negative prompt: blurry {SHORT}",
        f"a fox\nNegative prompt: blurry\n{SHORT}\nTemplate: a {{b|c}}\nNegative Template: blurry",
        f"a fox\nNegative prompt: blurry\n{SHORT}".encode("utf-16").decode("utf-16"),
    ],
)
def test_a_text_of_a1111_is_settings(text: str) -> None:
    found = read_pasted(text).settings
    assert found
    assert common(found) == FOX


@pytest.mark.parametrize(
    ("document", "program"),
    [
        ({"sui_image_params": SWARM}, "SwarmUI"),
        ({"positive_prompt": "a fox", "generation_mode": "txt2img", "steps": 7}, "InvokeAI"),
        ({"Prompt": "a fox", "Base Model": "toy", "Guidance Scale": 4.5}, "Fooocus"),
        ({"prompt": "a fox", "uc": "blurry", "scale": 4.5, "steps": 7}, "NovelAI"),
    ],
)
def test_json_of_other_programs_is_settings(document: object, program: str) -> None:
    found = read_pasted(json.dumps(document, indent=2)).settings
    assert found
    assert (found.program, found.prompt) == (program, "a fox")


@pytest.mark.parametrize(
    "document",
    [{"3": NODE}, {"prompt": {"3": NODE}}, {"nodes": [{"id": 1, "type": "KSampler"}]}],
)
def test_json_of_comfyui_is_a_workflow(document: object) -> None:
    found = read_pasted(json.dumps(document))
    assert found.graph or found.workflow
    assert not found.settings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a stair, Steps: 20, wide",
        "Steps: 20, mood: calm, light: soft",
        "Steps: the way up, mood: calm, light: soft",
        "Style: oil, light: soft, mood: calm",
        "an essay about Negative prompt: what it is",
        "{red|blue} fox",
        "{not json",
        '{"a": 1}',
        "[1, 2]",
        '{"a":' * 5_000,
        f"a fox\n{SHORT}" + " " * MAX_PASTED,
    ],
)
def test_any_other_text_is_left_alone(text: str) -> None:
    assert not read_pasted(text)


@given(st.text() | st.lists(st.sampled_from([*'{}[]":,\n \\', "Steps: 1", "<lora:"])).map("".join))
def test_no_text_is_too_odd(text: str) -> None:
    read_pasted(text)


def test_a_choice_may_begin_the_prompt_in_a_file_too() -> None:
    text = f"{{red|blue}} fox\n{SHORT}"
    for found in (read_pasted(text), read_texts([("parameters", text)])):
        assert found.settings
        assert found.settings.prompt == "{red|blue} fox"
    broken = read_texts([("parameters", '{"sui_image_params": {"prompt": "a fox"')])
    assert not broken
    assert "“parameters” is not JSON" in broken.notes[0]
