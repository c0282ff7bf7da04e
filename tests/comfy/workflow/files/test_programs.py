"""What each program writes, in all the shapes that it writes it in, as settings."""

import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.workflow.files.fit import fit, fitted, graph_of_settings
from comfy.workflow.files.metadata import read_metadata
from comfy.workflow.files.programs.a1111 import parse_parameters
from comfy.workflow.files.programs.invoke import dream_settings
from comfy.workflow.files.programs.known import settings_in
from comfy.workflow.files.programs.samplers import (
    AUTOMATIC,
    COMFY_SAMPLERS,
    SAMPLERS,
    SCHEDULES,
    comfy_sampling,
)
from comfy.workflow.files.programs.settings import Lora, Settings
from comfy.workflow.files.texts import read_texts
from comfy.workflow.loras import LoraUse
from comfy.workflow.request import MAX_PIXELS
from tests.comfy.workflow.files import builders as make
from tests.support.workflow_samples import catalogue

LINE = (
    "Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 18446744073709551615, Size: 512x768"
)
SHORT = "Steps: 7, Sampler: Euler a, CFG scale: 4.5, Seed: 42, Size: 512x768, Model: toy"


def of_text(text: str) -> Settings:
    found = parse_parameters(text)
    assert found
    return found


def of_texts(**texts: Any) -> Settings:
    pairs = [
        (k.replace("_", "-"), v if isinstance(v, str) else json.dumps(v)) for k, v in texts.items()
    ]
    found = read_texts(pairs).settings
    assert found
    return found


def common(found: Settings) -> tuple[Any, ...]:
    return (found.prompt, found.negative_prompt, found.steps, found.cfg, found.seed)


FOX = ("a fox", "blurry", 7, 4.5, 42)
"""What most texts here say."""


def test_a1111_s_text_is_read_whole() -> None:
    found = of_text(
        "a <lora:cosy:0.8> cat, (warm:1.2), <lora:night_v2>\non a sill\n"
        f"Negative prompt: blurred,\ntext\n{LINE}, Model hash: abc123, Model: dream, "
        'Denoising strength: 0.45, Lora hashes: "cosy: 1a, night_v2: 2b", Version: v1.7.0'
    )
    assert found == Settings(
        program="A1111",
        prompt="a cat, (warm:1.2),\non a sill",
        negative_prompt="blurred,\ntext",
        checkpoint="dream",
        checkpoint_hash="abc123",
        loras=(Lora("cosy", 0.8, "1a"), Lora("night_v2", 1.0, "2b")),
        sampler="dpmpp_2m",
        scheduler="karras",
        steps=28,
        cfg=6.5,
        seed=2**64 - 1,
        width=512,
        height=768,
        denoise=0.45,
        from_image=True,
    )


@pytest.mark.parametrize(
    "text",
    [
        f"a fox\nNegative prompt: blurry\n{SHORT}",
        f"a fox\r\nNegative prompt: blurry\r\n{SHORT}\r\n",
        f"a fox Negative prompt: blurry {SHORT}",
        f"a fox\nNegative prompt: blurry {SHORT}",
        f"a fox\nNegative prompt: blurry\n{SHORT}\nTemplate: a {{b|c}}\nNegative Template: blurry",
        f'a fox\nNegative prompt: blurry\n{SHORT}, Wildcard prompt: "a _x_, b", Hashes: {{"a": 1}}',
        f"a fox, Negative prompt: blurry, {SHORT}",
        f"\ufeffa fox\nNegative prompt: blurry\n{SHORT}",
    ],
)
def test_it_is_read_in_all_its_shapes(text: str) -> None:
    found = of_text(text)
    assert common(found) == FOX
    assert (found.checkpoint, found.sampler) == ("toy", "euler_ancestral")


def test_without_a_negative_prompt_or_with_nothing_else() -> None:
    assert common(of_text(f"a fox\n{SHORT}"))[:2] == ("a fox", "")
    assert common(of_text(SHORT))[0] == ""
    assert of_text("a fox\nNegative prompt: blurry").negative_prompt == "blurry"
    assert parse_parameters("a fox, Steps: 3") is None
    assert parse_parameters("") is None


def test_a_prompt_that_speaks_of_steps_keeps_them() -> None:
    text = "stairs\nSteps: three, width: wide, colour: red\nNegative prompt: blurry\n"
    assert of_text(text + SHORT).prompt == "stairs\nSteps: three, width: wide, colour: red"


def test_civitai_lists_models_as_resources() -> None:
    resources = json.dumps(
        [
            {"type": "checkpoint", "modelVersionId": 1, "modelName": "Dream, Big", "weight": 1},
            {"type": "lora", "weight": 0.6, "modelName": "Ink"},
            {"type": "lora", "weight": 0.4, "modelName": "Paper"},
        ]
    )
    found = of_text(
        "a fox\nNegative prompt: blurry\nSteps: 7, Sampler: Euler a, CFG scale: 4.5, Seed: 42, "
        f"Size: 512x768, Clip skip: 2, Civitai resources: {resources}, Civitai metadata: {{}}"
    )
    assert common(found) == FOX
    assert found.checkpoint == "Dream, Big"
    assert found.loras == (Lora("Ink", 0.6), Lora("Paper", 0.4))
    assert found.notes == ("Left out, for no field here takes it: Clip skip 2.",)


def test_civitai_s_generator_keeps_settings_beside_its_graph() -> None:
    more = {"prompt": "a fox", "negativePrompt": "blurry", "steps": 7, "cfgScale": 4.5, "seed": 42}
    node = {"class_type": "KSampler", "inputs": {}}
    text = json.dumps({"6": node, "extra": {"airs": []}, "extraMetadata": json.dumps(more)})
    found = read_texts([("usercomment", text)])
    assert found.graph == {"6": node}
    assert found.settings
    assert common(found.settings) == FOX


def test_forge_s_own_settings_are_named() -> None:
    found = of_text(f"a fox\n{SHORT}, Distilled CFG Scale: 3.5, Module 1: ae, Version: f2.0")
    assert found.notes == ("Left out, for no field here takes it: Distilled CFG 3.5.",)
    hires = of_text(f"a fox\n{SHORT}, Denoising strength: 0.4, Hires upscale: 2")
    assert not hires.from_image


SWARM: dict[str, Any] = {
    "prompt": "a fox", "negativeprompt": "blurry", "model": "SDXL/toy.safetensors", "seed": 42,
    "steps": 7, "cfgscale": 4.5, "width": 512, "height": 768, "sampler": "dpmpp_2m_sde_gpu",
    "scheduler": "karras", "loras": ["a/Ink", "Paper"], "loraweights": ["0.8", "-1"],
}  # fmt: skip
FOOOCUS: dict[str, Any] = {
    "prompt": "a fox", "negative_prompt": "blurry", "base_model": "toy.safetensors", "seed": "42",
    "base_model_hash": "abcdef0123", "steps": 7, "guidance_scale": 4.5,
    "resolution": "(512, 768)", "sampler": "dpmpp_2m_sde_gpu", "scheduler": "karras",
    "loras": [["ink.safetensors", 0.8, "1a2b"], ["paper.safetensors", -1.0]],
    "styles": "['Fooocus V2']", "version": "Fooocus v2.5.5",
}  # fmt: skip
FOOOCUS_2: dict[str, Any] = {
    "Prompt": "a fox", "Negative Prompt": "blurry", "Base Model": "toy.safetensors", "Seed": 42,
    "Resolution": "(512, 768)", "Guidance Scale": 4.5, "Steps": 7, "Sampler": "dpmpp_2m_sde_gpu",
    "Scheduler": "karras", "LoRA 1": "ink.safetensors : 0.8", "LoRA 2": "paper.safetensors : -1",
}  # fmt: skip
INVOKE: dict[str, Any] = {
    "positive_prompt": "a fox", "negative_prompt": "blurry", "width": 512, "height": 768,
    "seed": 42, "cfg_scale": 4.5, "steps": 7, "scheduler": "dpmpp_2m_sde_k",
    "model": {"name": "toy", "hash": "blake3:ab"},
    "loras": [
        {"model": {"name": "Ink"}, "weight": 0.8}, {"model": {"name": "Paper"}, "weight": -1},
    ],
}  # fmt: skip
INVOKE_3 = {
    **INVOKE,
    "model": {"model_name": "toy"},
    "loras": [
        {"lora": {"model_name": "Ink"}, "weight": 0.8},
        {"lora": {"model_name": "Paper"}, "weight": -1},
    ],
}
DRAW_THINGS: dict[str, Any] = {
    "c": "a fox", "uc": "blurry", "steps": 7, "scale": 4.5, "seed": 42, "size": "512x768",
    "sampler": "DPM++ 2M SDE Karras", "model": "toy.ckpt", "strength": 1,
    "lora": [{"model": "ink.ckpt", "weight": 0.8}, {"model": "paper.ckpt", "weight": -1}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("parameters", {"sui_image_params": SWARM}),
        ("usercomment", {"sui_image_params": SWARM}),
        ("parameters", FOOOCUS),
        ("usercomment", FOOOCUS),
        ("comment", FOOOCUS_2),
        ("invokeai_metadata", INVOKE),
        ("invokeai_metadata", INVOKE_3),
        ("usercomment", DRAW_THINGS),
    ],
)
def test_programs_that_write_json(key: str, data: dict[str, Any]) -> None:
    found = read_texts([(key, json.dumps(data))]).settings
    assert found
    assert common(found) == FOX
    assert (found.width, found.height) == (512, 768)
    assert found.checkpoint.partition(".")[0] == "toy"
    assert [(one.name.partition(".")[0].lower(), one.strength) for one in found.loras] == [
        ("ink", 0.8),
        ("paper", -1.0),
    ]
    assert found.sampler in ("dpmpp_2m_sde", "dpmpp_2m_sde_gpu")
    assert found.scheduler == "karras"


def test_hashes_are_kept_to_find_models_by() -> None:
    models = [
        {"name": "a/Ink.safetensors", "hash": "0x1a2b"},
        {"name": "toy.safetensors", "hash": "0xff"},
    ]
    swarm = settings_in(
        {"sui_image_params": {**SWARM, "loras": ["a/Ink.safetensors"]}, "sui_models": models}
    )
    fooocus, invoke = settings_in(FOOOCUS), settings_in(INVOKE)
    assert swarm
    assert fooocus
    assert invoke
    assert (swarm.loras[0].hash, swarm.checkpoint_hash) == ("1a2b", "ff")
    assert (fooocus.loras[0].hash, fooocus.checkpoint_hash) == ("1a2b", "abcdef0123")
    assert invoke.checkpoint_hash == "ab"
    assert "Fooocus V2" in fooocus.notes[0]


def test_invoke_2_in_both_its_keys() -> None:
    image = {
        "prompt": [{"prompt": "a fox [blurry]", "weight": 1}], "steps": 7, "cfg_scale": 4.5,
        "width": 512, "height": 768, "seed": 42, "sampler": "k_euler_a", "type": "txt2img",
    }  # fmt: skip
    data = {"app_id": "invoke-ai/InvokeAI", "model_weights": "toy", "image": image}
    dream = '"a fox [blurry]" -s 7 -S 42 -W 512 -H 768 -C 4.5 -A k_euler_a'
    both = of_texts(dream=dream, sd_metadata=data)
    alone = of_texts(dream=dream)
    assert common(both) == common(alone) == FOX
    assert (both.checkpoint, alone.checkpoint) == ("toy", "")
    assert both.sampler == alone.sampler == "euler_ancestral"
    assert dream_settings("a fox") is None


NOVELAI: dict[str, Any] = {
    "prompt": "a fox", "uc": "blurry", "steps": 7, "scale": 4.5, "seed": 42, "width": 512,
    "height": 768, "sampler": "k_dpmpp_2s_ancestral", "noise_schedule": "karras",
}  # fmt: skip


def test_novelai_in_text_and_hidden() -> None:
    texts = {
        "Title": "NovelAI generated image",
        "Description": "a fox",
        "Comment": json.dumps(NOVELAI),
    }
    found = read_texts((k.lower(), v) for k, v in texts.items()).settings
    assert found
    hidden = of_texts(parameters=texts)
    assert common(found) == common(hidden) == FOX
    assert (found.sampler, found.scheduler) == ("dpmpp_2s_ancestral", "karras")


def test_novelai_s_characters_belong_to_the_prompt() -> None:
    characters = [{"char_caption": "girl, red hair"}, {"char_caption": "cat"}]
    caption = {"base_caption": "a fox", "char_captions": characters}
    found = settings_in({**NOVELAI, "v4_prompt": {"caption": caption}})
    assert found
    assert found.prompt == "a fox\ngirl, red hair\ncat"


@pytest.mark.parametrize(
    ("sampler", "schedule", "wanted"),
    [
        ("Euler a", "", ("euler_ancestral", "normal")),
        ("DPM++ 2M SDE Karras", "", ("dpmpp_2m_sde", "karras")),
        ("DPM++ 2M SDE Heun Exponential", "", ("dpmpp_2m_sde_heun", "exponential")),
        ("DPM++ 2M", "Automatic", ("dpmpp_2m", "karras")),
        ("DPM++ 3M SDE", "Automatic", ("dpmpp_3m_sde", "exponential")),
        ("Euler", "SGM Uniform", ("euler", "sgm_uniform")),
        ("UniPC", "Simple", ("uni_pc", "simple")),
        ("DDIM", "", ("ddim", "ddim_uniform")),
        ("k_dpm_2_ancestral", "", ("dpm_2_ancestral", "normal")),
        ("dpmpp_sde_k", "", ("dpmpp_sde", "karras")),
        ("euler_a", "", ("euler_ancestral", "normal")),
        ("kdpm_2_a_k", "", ("dpm_2_ancestral", "karras")),
        ("DPM++ 2M Trailing", "", ("dpmpp_2m", "sgm_uniform")),
        ("res_multistep", "beta", ("res_multistep", "beta")),
        ("Restart", "", ("", "")),
        ("Restart", "Karras", ("", "karras")),
        ("Euler", "Align Your Steps", ("euler", "")),
        ("Euler A AYS", "", ("euler_ancestral", "")),
    ],
)
def test_samplers_are_translated(sampler: str, schedule: str, wanted: tuple[str, str]) -> None:
    found = comfy_sampling(sampler, schedule)
    assert (found.sampler, found.scheduler) == wanted
    assert bool(found.unknown_schedule) == (not wanted[1] and sampler != "Restart")


def test_all_translations_are_known_to_the_server() -> None:
    sampler = catalogue().nodes["KSampler"].inputs
    assert {*SAMPLERS.values()} <= COMFY_SAMPLERS
    assert {*SAMPLERS.values()} <= {*sampler["sampler_name"].choices}
    assert {*SCHEDULES.values()} <= {*sampler["scheduler"].choices}
    assert set(AUTOMATIC) <= set(SAMPLERS.values())


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("Steps: -4, Sampler: Euler, CFG scale: nan, Seed: 99999999999999999999999, Size: 9x", 4),
        ("Steps: 1e5, CFG scale: inf, Seed: x, Denoising strength: , Size: 0x0x0", 4),
        ("Steps: 20, Sampler: Euler, CFG scale: 7, Seed: -1, Size: 64x64", 0),
    ],
)
def test_settings_that_cannot_be_read_are_named_and_cost_no_other(line: str, named: int) -> None:
    found = of_text(f"a\n{line}")
    assert found.prompt == "a"
    assert found.seed is None
    assert len(found.notes) == named


@pytest.mark.parametrize(
    ("given", "field", "value", "named"),
    [
        ({"steps": 0}, "steps", 20, "Steps “0” cannot be used: 20 is taken."),
        ({"steps": 10**6}, "steps", 20, "Steps “1000000” cannot be used: 20 is taken."),
        ({"cfg": 1e9}, "cfg", 7.0, "CFG “1000000000.0” cannot be used: 7.0 is taken."),
        ({"width": 10, "height": 20}, "height", 64, "Size 10 × 20 cannot be made"),
        ({"prompt": "a\0b"}, "prompt", "", "Prompt “a\0b” cannot be used."),
        ({"lora": "x", "lora_strength": 99}, "loras", (LoraUse(name="x"),), "LoRA strength “99”"),
        ({"loras": [{"name": "x"}, {"weight": 2}]}, "loras", (LoraUse(name="x"),), "LoRA “None”"),
        ({"loras": [{"name": "x", "y": 2}]}, "loras", (LoraUse(name="x"),), "y “2” cannot be used"),
        ({"loras": "x"}, "loras", (), "LoRAs “x” cannot be used."),
    ],
)
def test_one_field_out_of_range_costs_no_other(
    given: dict[str, Any], field: str, value: Any, named: str
) -> None:
    request, notes = fit({"negative_prompt": "kept", "seed": 5, **given})
    assert (request.negative_prompt, request.seed) == ("kept", 5)
    assert getattr(request, field) == value
    assert len(notes) == 1
    assert notes[0].startswith(named)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "steps": st.integers(), "cfg": st.floats(), "seed": st.integers(), "prompt": st.text(),
            "width": st.integers(-10, 10**7), "height": st.integers(-10, 10**7),
            "sampler": st.text(), "denoise": st.floats(),
        },
    )
)  # fmt: skip
def test_whatever_is_asked_for_becomes_a_request(given: dict[str, Any]) -> None:
    request, notes = fit(given)
    assert request.width * request.height <= MAX_PIXELS
    kept = [name for name, value in given.items() if getattr(request, name) == value]
    assert len(given) - len(kept) <= len(notes) + ({"width", "height"} <= given.keys())


def test_all_loras_stand_in_the_graph_one_after_the_other() -> None:
    found = settings_in({"sui_image_params": SWARM})
    assert found
    graph = graph_of_settings(fitted(found))
    loras = [n["inputs"] for n in graph.values() if n["class_type"] == "LoraLoader"]
    assert [(one["lora_name"], one["strength_model"]) for one in loras] == [
        ("Ink", 0.8),
        ("Paper", -1),
    ]
    assert [one["model"] for one in loras] == [["1", 0], ["2", 0]]
    assert graph["6"]["inputs"]["model"] == ["21", 0]
    assert graph["3"]["inputs"]["clip"] == graph["4"]["inputs"]["clip"] == ["21", 1]


@pytest.mark.parametrize("data", [SWARM, FOOOCUS, INVOKE, DRAW_THINGS, NOVELAI])
@given(chance=st.data())
def test_json_of_any_shape_never_raises(data: dict[str, Any], chance: st.DataObject) -> None:
    value = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        ),
        max_leaves=8,
    )
    keys = chance.draw(st.lists(st.sampled_from(sorted(data)), unique=True))
    changed = {**data, **{key: chance.draw(value) for key in keys}}
    for one in (
        changed,
        {"sui_image_params": changed},
        {"app_id": "invoke-ai/InvokeAI", "image": changed},
    ):
        if found := settings_in(one):
            fitted(found)
            read_texts([("parameters", json.dumps(one))])


@given(
    st.text(alphabet=st.sampled_from('aSteps:20, "\\[{}]\nNegative prompt<lora:x1>'), max_size=200)
)
def test_text_of_any_shape_never_raises(text: str) -> None:
    if found := parse_parameters(f"{text}, Steps: 2, Seed: 3, Size: 8x8"):
        fitted(found)


@pytest.mark.parametrize(
    "text",
    [
        "<lora:" * 100_000,
        "Negative prompt:" * 60_000,
        "Steps: 1," * 100_000,
        "a:[1," * 200_000,
        'a:["' * 200_000,
        "a:" + "[" * 500_000,
        "\n" * 900_000,
        '"' + "\\" * 900_000,
        " : " * 300_000,
    ],
)
def test_long_texts_made_to_be_slow_are_not(text: str) -> None:
    parse_parameters(text)
    parse_parameters(f"{text}\n{SHORT}")


def test_what_no_program_writes_says_nothing() -> None:
    nothing = [
        ("comment", '{"a": 1}'),
        ("description", "a fox"),
        ("usercomment", "[1]"),
        ("x", "{"),
    ]
    assert not read_texts(nothing)
    assert not read_texts([("usercomment", '{"Comment": "{}"}'), ("prompt", "a plain prompt")])


def test_a_prompt_in_braces_is_no_json() -> None:
    found = of_texts(usercomment=f"{{red|blue}} fox\nNegative prompt: blurry\n{SHORT}")
    assert found.prompt == "{red|blue} fox"


def test_a_file_with_both_gives_both() -> None:
    graph = {"3": {"class_type": "KSampler", "inputs": {}}}
    data = make.png(parameters=f"a fox\n{SHORT}", prompt=json.dumps(graph))
    found = read_metadata(BytesIO(data))
    assert found.graph == graph
    assert found.settings
