"""What a pasted text sets in the form, and what is said of the rest."""

from dataclasses import replace
from typing import Any

import pytest

from comfy.workflow.files.pasted import read_pasted
from comfy.workflow.files.programs.settings import Settings
from studio.servers.catalogues import Choices
from ui.generate.from_text import taken

SERVER = Choices(
    checkpoints=("SDXL/dreamBig_v8.safetensors", "toy.safetensors"),
    loras=("ink/Line_v2.safetensors",),
    samplers=("euler", "euler_ancestral", "dpmpp_2m"),
    schedulers=("normal", "karras"),
    loaded=True,
)
REST = "Steps: 28, Sampler: {sampler}, CFG scale: 6.5, Seed: 18446744073709551615, Size: 513x768"


def read(text: str) -> Settings:
    found = read_pasted(text).settings
    assert found
    return found


def of(text: str, choices: Choices = SERVER) -> tuple[dict[str, Any], tuple[str, ...]]:
    found = taken(read(text), "toy.safetensors", choices)
    return dict(found.values), found.notes


def test_all_that_is_named_is_set_and_nothing_is_said_where_all_fits() -> None:
    values, notes = of(
        "a fox <lora:line v2:0.8>\nNegative prompt: blurry\n"
        + REST.format(sampler="DPM++ 2M Karras").replace("513", "512")
        + ", Model: dreamBig_v8"
    )
    assert notes == ()
    assert values == {
        "prompt": "a fox",
        "negative_prompt": "blurry",
        "checkpoint": "SDXL/dreamBig_v8.safetensors",
        "loras": [{"name": "ink/Line_v2.safetensors", "weight": 0.8, "on": True}],
        "width": 512,
        "height": 768,
        "steps": 28,
        "cfg": 6.5,
        "sampler": "dpmpp_2m",
        "scheduler": "karras",
        "seed": "18446744073709551615",
        "image": "",
    }


def test_what_is_not_named_stays_but_for_what_would_make_another_image() -> None:
    values, notes = of("a fox\nNegative prompt: blurry")
    assert notes == ()
    assert values == {
        "prompt": "a fox",
        "negative_prompt": "blurry",
        "loras": [],
        "seed": "",
        "image": "",
    }


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (
            "Euler a, Model: dreamBigger",
            "Model “dreamBigger” is not on this server; the nearest is",
        ),
        ("Euler a, Model: dreamBigger", "The form keeps its model “toy.safetensors”."),
        ("Euler a, Model: ####", "Model “####” is not on this server."),
        ("Plotter 3000, Model: toy", "Sampler “Plotter 3000” is not known here: euler is taken."),
        ("LMS, Model: toy", "Sampler “lms” is not on this server: euler is taken."),
        ("Euler a, Model: toy", "Size 513 × 768 cannot be made: 512 × 768 is taken."),
        ("Euler a, VAE: a.pt", "Left out, for no field here takes it: VAE a.pt."),
    ],
)
def test_what_cannot_be_taken_is_said_field_by_field(text: str, note: str) -> None:
    values, notes = of(f"a fox\n{REST}".replace("{sampler}", text))
    assert any(note in one for one in notes), notes
    assert values["sampler"] == ("euler_ancestral" if "Euler" in text else "euler")
    assert values.get("checkpoint") == ("toy.safetensors" if "toy" in text else None)


def test_the_form_takes_every_lora_that_the_server_has() -> None:
    choices = replace(SERVER, loras=("ink/Line_v2.safetensors", "paper.pt"))
    tags = "<lora:gone:1> <lora:Line_v2:0.5> <lora:line-v2:0.7> <lora:paper:0.3:0.9>"
    values, notes = of(f"{tags} a fox\n{REST}", choices)
    assert values["loras"] == [
        {"name": "ink/Line_v2.safetensors", "weight": 0.5, "on": True},
        {"name": "paper.pt", "weight": 0.9, "clipWeight": 0.3, "on": True},
    ]
    assert [one for one in notes if "LoRA" in one] == ["LoRA “gone” is not on this server."]


def test_a_model_is_told_by_its_hash_and_that_is_said() -> None:
    choices = replace(SERVER, checkpoints=("other_0123abcd45.safetensors",))
    values, notes = of(f"a\n{REST}, Model hash: 0123abcd45, Model: mine", choices)
    assert values["checkpoint"] == "other_0123abcd45.safetensors"
    assert "“mine” is “other_0123abcd45.safetensors” on this server." in notes


def test_names_stay_as_they_are_while_no_server_has_answered() -> None:
    values, notes = of(f"<lora:ink:1> a\n{REST.format(sampler='LMS')}, Model: mine", Choices())
    assert (values["checkpoint"], values["sampler"]) == ("mine", "lms")
    assert values["loras"] == [{"name": "ink", "weight": 1.0, "on": True}]
    assert not any("server" in note for note in notes)
