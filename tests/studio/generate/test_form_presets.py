"""Presets of the Generate form: fields by name, of one's own or shipped, for any model."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.workflow.families.known import FAMILIES
from comfy.workflow.request import GenerationRequest
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.generate.form_presets import (
    FORMAT,
    MAX_BYTES,
    SHIPPED,
    FormPreset,
    FormPresets,
    filled,
    given_preset,
    preset_of,
    read_form_preset,
    read_preset_file,
    renamed,
)
from tests.support.stores import open_store

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")
ASKED = GenerationRequest(
    prompt="a barn", negative_prompt="red", checkpoint="m", steps=7, seed=3, styles=("Photo",)
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(tmp_path_factory.mktemp("data"))
    yield opened
    opened.close()


def refused(said: str, act: Any, *given_: Any) -> None:
    with pytest.raises(StudioError) as error:
        act(*given_)
    assert str(error.value) == said


def test_what_is_set_is_kept_but_what_is_of_one_press() -> None:
    values = preset_of("P", ASKED, with_words=False).values
    assert (values["checkpoint"], values["steps"], values["styles"]) == ("m", 7, ["Photo"])
    assert values["negative_prompt"] == "red"
    assert not {"prompt", "lyrics", "seed", "image", "parent", "denoise", "task"} & values.keys()
    assert preset_of("P", ASKED, with_words=True).values["prompt"] == "a barn"
    started = ASKED.model_copy(update={"image": "x.png", "denoise": 0.4})
    assert preset_of("P", started, with_words=False).values["denoise"] == 0.4


def test_a_preset_is_what_it_was_after_it_was_kept_and_shared(store: Store) -> None:
    presets = FormPresets(store)
    made = preset_of("Barns", ASKED, with_words=True)
    presets.save(made, ANN)
    assert FormPresets(store).own("Barns", ANN) == made
    assert read_form_preset(made.to_json()) == made
    fields = made.fields(FAMILIES["sd15"])
    assert {name: getattr(ASKED, name) for name in fields} == fields
    assert presets.get("Barns", BOB) is None


def test_own_and_shipped_ones_are_found_and_ones_own_first(store: Store) -> None:
    presets = FormPresets(store)
    assert presets.named("Fine portrait", BOB) in SHIPPED
    mine = FormPreset("Fine portrait", {"steps": 3})
    presets.save(mine, BOB)
    assert presets.named("Fine portrait", BOB) == mine
    presets.delete("Fine portrait", BOB)
    assert presets.named("Fine portrait", BOB) in SHIPPED
    presets.restore("Fine portrait", BOB)
    assert presets.named("Fine portrait", BOB) == mine
    presets.rename("Fine portrait", "Tall faces", BOB)
    assert presets.names(BOB) == ("Tall faces",)
    refused("There is no preset “Nothing”.", presets.named, "Nothing", BOB)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_those_that_ship_suit_every_family(family: str) -> None:
    for preset in SHIPPED:
        fields = preset.fields(FAMILIES[family])
        GenerationRequest.model_validate(fields)
        assert fields.keys() <= {"width", "height", "steps", "images_per_prompt"}
    tall = next(one for one in SHIPPED if one.name == "Fine portrait").fields(FAMILIES[family])
    assert tall["height"] > tall["width"]


def test_a_preset_says_what_a_program_does_not() -> None:
    preset = FormPreset("P", {"quality": "Draft", "shape": "Square", "cfg": 3.0})
    asked = GenerationRequest(checkpoint="m", steps=11)
    made = filled(asked, preset, FAMILIES["sdxl"], {"steps"})
    assert (made.steps, made.width, made.cfg) == (11, 768, 3.0)
    large = GenerationRequest(checkpoint="m", width=8192, height=64)
    tall = FormPreset("T", {"height": 8192})
    refused(
        "8192 × 8192 is too large: choose a smaller size.",
        filled, large, tall, FAMILIES["sdxl"], {"width"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "This preset would change nothing: it has no fields."),
        ({"seed": 1}, "A preset cannot hold “seed”."),
        ({"<b>": 1}, "A preset cannot hold “<b>”."),
        ({"shape": "Round"}, "A preset's shape is one of Square, Portrait, Tall, Landscape, Wide."),
        ({"quality": ["Fine"]}, "A preset's quality is one of Draft, Standard, Fine."),
        (
            {"steps": 0},
            "A preset cannot hold this “steps”: Input should be greater than or equal to 1.",
        ),
    ],
)
def test_what_a_preset_cannot_hold_is_said(values: dict[str, Any], said: str) -> None:
    refused(said, given_preset, "P", values)


def test_a_program_may_spell_fields_as_the_api_does() -> None:
    preset = given_preset(" P ", {"negativePrompt": "red", "steps": 5, "shape": "Wide"})
    assert preset == FormPreset("P", {"shape": "Wide", "negative_prompt": "red", "steps": 5})


def test_of_another_version_s_preset_what_is_known_is_kept() -> None:
    data = {"format": FORMAT, "name": "P", "values": {"steps": 5, "cfg": "high", "aura": 1}}
    assert read_form_preset(data) == FormPreset("P", {"steps": 5})


NAMES = st.sampled_from([*GenerationRequest.model_fields, "quality", "shape", "x"])
JSON = st.none() | st.integers() | st.text() | st.lists(st.text(), max_size=2)
RUBBISH: list[tuple[bytes, str]] = [
    (b"x" * (10 * 2**20), "“x.json” has 10.0 MB; a preset has 1 MB at most."),
    (b"\x89PNG\r\n\x1a\n\0", "“x.json” is no preset: it is not JSON."),
    (b"[" * 100_000, "“x.json” is no preset: it is not JSON."),
    (b"[1]", "“x.json” is JSON, but no preset of the Generate form."),
    (b'{"nodes": []}', f"This is no preset of the Generate form (its format is not {FORMAT})."),
    (
        b'{"format": "stepglass-form/1", "name": "P", "values": {"aura": 1, "steps": -1}}',
        "This preset has no field that this version of Stepglass knows.",
    ),
    (
        b'{"format": "stepglass-form/1", "name": "a/b", "values": {"steps": 1}}',
        "A preset's name has 1 to 80 characters, none of them / \\ ? # %.",
    ),
]


@pytest.mark.parametrize(("content", "said"), RUBBISH)
def test_rubbish_gets_one_sentence(content: bytes, said: str) -> None:
    assert len(content) > MAX_BYTES or len(content) <= 100_000
    refused(said, read_preset_file, content, "x.json")


@given(st.dictionaries(NAMES, JSON))
def test_whatever_values_are_stored_they_are_read_or_refused(values: dict[str, Any]) -> None:
    try:
        preset = read_form_preset({"format": FORMAT, "name": "P", "values": values})
    except StudioError:
        return
    preset.fields(FAMILIES["sd15"])


def test_a_shared_preset_gets_a_name_that_is_free() -> None:
    preset = FormPreset("P", {"steps": 1})
    assert renamed(preset, []).name == "P"
    assert renamed(preset, ["P", "P (2)"]).name == "P (3)"
    assert len(renamed(FormPreset("n" * 80, {}), ["n" * 80]).name) <= 80
