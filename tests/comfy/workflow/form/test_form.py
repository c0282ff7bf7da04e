"""Forms drawn from graphs: order, kinds, what is said; and filled in again."""

import pytest

from comfy.workflow.catalogue import parse_catalogue
from comfy.workflow.convert.convert import convert
from comfy.workflow.form.form import Form, Kind, fill, make_form
from tests.support.workflow_samples import Json, Saved, catalogue, read, text_to_image

GRAPH = convert(text_to_image().json(), catalogue()).graph


def form_of(saved: Saved | Json) -> Form:
    data = saved.json() if isinstance(saved, Saved) else saved
    return make_form(convert(data, catalogue()).graph, catalogue())


def test_what_nearly_everybody_changes_comes_first_and_in_order() -> None:
    first = [one.label for one in make_form(GRAPH, catalogue()).fields if one.first]
    assert first == [
        "Prompt", "Negative prompt", "Width", "Height", "Checkpoint", "LoRA", "Steps", "CFG",
        "Sampler", "Scheduler", "Denoise", "Seed", "Batch size",
    ]  # fmt: skip


def test_the_rest_is_grouped_by_the_titles_of_nodes() -> None:
    rest = {one.key: one.group for one in make_form(GRAPH, catalogue()).fields if not one.first}
    assert rest["8.filename_prefix"] == "Save Image"
    assert set(rest) == {"2.strength_model", "2.strength_clip", "8.filename_prefix"}


def test_fields_have_kind_value_range_and_choices() -> None:
    form = make_form(GRAPH, catalogue())
    seed, cfg, sampler = (form.get(f"6.{name}") for name in ("seed", "cfg", "sampler_name"))
    assert seed
    assert (seed.kind, seed.value, seed.least, seed.most) == (Kind.SEED, 2**53 - 1, 0, 2**64 - 1)
    assert cfg
    assert (cfg.kind, cfg.value, cfg.least, cfg.most, cfg.step) == (Kind.NUMBER, 7.5, 0, 100, 0.1)
    assert sampler
    assert sampler.kind is Kind.CHOICE
    assert "euler" in sampler.choices
    prompt = form.get("3.text")
    assert prompt
    assert prompt.kind is Kind.PROMPT
    assert form.get("nowhere") is None


def test_linked_inputs_are_no_fields() -> None:
    saved = text_to_image().node(30, "PrimitiveInt", [12, "fixed"], outputs="INT")
    keys = [one.key for one in form_of(saved.link(30, 0, 6, "steps")).fields]
    assert "6.steps" not in keys
    assert "30.value" in keys


def test_only_what_an_output_needs_is_shown() -> None:
    saved = text_to_image().node(30, "EmptyLatentImage", [64, 64, 1], outputs="LATENT")
    assert not [one for one in form_of(saved).fields if one.node == "30"]


def test_two_of_a_kind_are_told_apart() -> None:
    graph = GRAPH | {
        "16": {**GRAPH["6"], "inputs": {**GRAPH["6"]["inputs"], "latent_image": ["6", 0]}},
        "7": {**GRAPH["7"], "inputs": {"samples": ["16", 0], "vae": ["1", 2]}},
    }
    labels = [one.label for one in make_form(graph, catalogue()).fields if one.first]
    assert len(set(labels)) == len(labels)
    assert {"Steps (KSampler A)", "Steps (KSampler B)"} <= {*labels}


def test_what_cannot_be_a_field_is_said() -> None:
    graph = {
        "1": {"class_type": "Mystery", "inputs": {"x": 1}},
        "2": {"class_type": "PreviewAny", "inputs": {"source": ["1", 0]}},
    }
    form = make_form(graph, catalogue())
    assert "has no node “Mystery”" in form.unfit[0]


def test_dynamic_choices_bring_their_own_fields_in() -> None:
    saved = Saved().node(1, "SaveVideo", ["v", "mp4", "h264", "re-encode", 20, "HDR"])
    keys = {one.key: one.kind for one in form_of(saved).fields}
    assert keys["1.format"] is Kind.CHOICE
    assert keys["1.format.codec.encoding.crf"] is Kind.NUMBER


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (["STRING", {"multiline": True}], Kind.PROMPT),
        (["STRING", {}], Kind.TEXT),
        (["BOOLEAN", {}], Kind.SWITCH),
        (["INT", {}], Kind.WHOLE),
        (["COMBO", {"options": ["a"], "multiselect": True}], Kind.CHOICES),
        ([["a"], {"image_upload": True}], Kind.IMAGE),
        (["COMBO", {"options": [], "video_upload": True}], Kind.VIDEO),
        (["COMBO", {"options": [], "audio_upload": True}], Kind.AUDIO),
        (["COLOR", {}], Kind.COLOUR),
    ],
)
def test_every_kind_of_input_has_its_widget(kind: Json, wanted: Kind) -> None:
    known = parse_catalogue({"It": {"output_node": True, "input": {"required": {"x": kind}}}})
    (field,) = make_form({"1": {"class_type": "It", "inputs": {"x": "a"}}}, known).fields
    assert field.kind is wanted


def test_filling_in_changes_what_is_named_and_nothing_else() -> None:
    form = make_form(GRAPH, catalogue())
    filled = fill(GRAPH, form, {"6.steps": 5, "3.text": "a dog", "6.nowhere": 1, "6.model": "x"})
    assert filled["6"]["inputs"] == {**GRAPH["6"]["inputs"], "steps": 5}
    assert filled["3"]["inputs"]["text"] == "a dog"
    assert GRAPH["6"]["inputs"]["steps"] == 20


def test_filling_in_as_it_is_gives_the_same_graph() -> None:
    for name, graph in read("oracle").items():
        form = make_form(graph, catalogue())
        assert fill(graph, form, {one.key: one.value for one in form.fields}) == graph, name
        assert len({one.key for one in form.fields}) == len(form.fields), name
