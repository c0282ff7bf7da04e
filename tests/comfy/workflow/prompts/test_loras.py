"""LoRAs that a prompt names: read as A1111 reads them, matched to what the server has."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.workflow.limits import MAX_LORAS
from comfy.workflow.loras import LoraUse
from comfy.workflow.prompts.loras import MOST_SAID, Known, Tag, has_tag, read, take, wrong

KNOWN = Known(
    ("sdxl/Ink.safetensors", "b/Ink.safetensors", "golden-hour.safetensors", "film_grain.pt")
)
INKS = "“sdxl/Ink.safetensors”, “b/Ink.safetensors”"
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="<>:\n\r"), min_size=1, max_size=20)
WEIGHTS = st.floats(-10, 10).map(lambda number: round(number, 4))
PLAIN = st.text(alphabet=st.sampled_from("ab ,\n():<>{|}lora1."), max_size=80)


@pytest.mark.parametrize(
    ("tag", "weight", "clip"),
    [
        ("<lora:x>", 1, None),
        ("<lora:x:0.8>", 0.8, None),
        ("<LORA: x : -1.5 >", -1.5, None),
        ("<lora:x:.5>", 0.5, None),
        ("<lora:x:0.8:0.6>", 0.6, 0.8),
        ("<lora:x:0.8:0.8>", 0.8, None),
        ("<lora:x:te=0.8:unet=0.6>", 0.6, 0.8),
        ("<lora:x:unet=0.6>", 0.6, 1.0),
        ("<lora:x:te=0.6>", 0.6, None),
    ],
)
def test_numbers_mean_what_they_do_in_a1111(tag: str, weight: float, clip: float | None) -> None:
    assert read(f"a {tag}").tags == (Tag("x", weight, clip),)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a fox <lora:x:1>", "a fox"),
        ("a fox, <lora:x:1>", "a fox"),
        ("<lora:x:1> a fox", "a fox"),
        ("<lora:x:1>, a fox", "a fox"),
        ("a <lora:x> fox", "a fox"),
        ("a<lora:x>b", "ab"),
        ("a, <lora:x>, b", "a, b"),
        ("a <lora:x>, b", "a, b"),
        ("a\n<lora:x> <lora:y>\nb", "a\n\nb"),
        ("(a fox:1.2) <lora:x>", "(a fox:1.2)"),
        ("a  fox ,  3 <4 <a:b> embedding:c", "a  fox ,  3 <4 <a:b> embedding:c"),
    ],
)
def test_a_prompt_is_left_as_if_no_lora_had_been_in_it(text: str, plain: str) -> None:
    assert read(text).text == plain


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("<lyco:x:1>", "“<lyco:x:1>”: LyCORIS files are loaded as LoRAs: write <lora:x>."),
        ("<hypernet:x:1>", "“<hypernet:x:1>”: hypernetworks cannot be used here: take it out of"),
        ("<lora:>", "“<lora:>” names no LoRA: write <lora:NAME:0.8>."),
        ("<lora:x:high>", "“<lora:x:high>”: “high” is no weight: write <lora:x:0.8>."),
        ("<lora:x:nan>", "“<lora:x:nan>”: “nan” is no weight"),
        ("<lora:x:1e3>", "“<lora:x:1e3>”: “1e3” is no weight"),
        ("<lora:x:11>", "“<lora:x:11>”: a weight is from -10 to 10."),
        ("<lora:x:1:1:lbw=ALL>", "“<lora:x:1:1:lbw=ALL>”: “lbw=ALL” cannot be used here"),
        ("<lora:" + "x" * 900 + ":y>", "“<lora:" + "x" * 74 + "…”: “y” is no weight"),
    ],
)
def test_what_cannot_be_read_is_said_and_is_no_part_of_the_prompt(tag: str, said: str) -> None:
    found = read(f"a {tag} fox")
    assert (found.text, found.tags) == ("a fox", ())
    assert len(found.problems) == 1
    assert found.problems[0].startswith(said)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("golden-hour", "golden-hour.safetensors"),
        ("GOLDEN-HOUR.safetensors", "golden-hour.safetensors"),
        ("Golden Hour", "golden-hour.safetensors"),
        ("any/folder/film_grain", "film_grain.pt"),
        ("B\\ink", "b/Ink.safetensors"),
    ],
)
def test_a_name_is_found_without_folder_ending_and_case(written: str, meant: str) -> None:
    found = take(f"a <lora:{written}:0.5>", "", (), KNOWN)
    assert found.problems == ()
    assert found.loras == (LoraUse(name=meant, weight=0.5),)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("film-grian", "LoRA “film-grian” is not on this server; the nearest is “film_grain.pt”."),
        ("####", "LoRA “####” is not on this server."),
        ("ink", f"LoRA “ink” may mean any of {INKS}: write its folder too."),
    ],
)
def test_a_name_that_is_unknown_or_means_several_is_said(written: str, said: str) -> None:
    assert take("a", f"<lora:{written}>", (), KNOWN).problems == (said,)


def test_tags_follow_the_list_and_one_that_is_in_it_takes_the_weight_of_its_tag() -> None:
    chosen = (LoraUse(name="golden-hour"), LoraUse(name="film_grain.pt", on=False))
    tags = "a <lora:film_grain:0.4> <lora:golden-hour:0.2> <lora:golden-hour:0.3:0.1>"
    found = take(tags, "b <lora:b/ink>", chosen, KNOWN)
    assert (found.prompt, found.negative) == ("a", "b")
    assert found.loras == (
        LoraUse(name="golden-hour.safetensors", weight=0.1, clip_weight=0.3),
        LoraUse(name="film_grain.pt", on=False),
        LoraUse(name="film_grain.pt", weight=0.4),
        LoraUse(name="b/Ink.safetensors"),
    )


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("{<lora:golden-hour>|<lora:film_grain:0.5>}", ()),
        ("<lora:__any__:1> <lora:{a|b}:1> <lora:golden-hour:{0.5|1}>", ()),
        ("{a|<lora:####>}", ("LoRA “####” is not on this server.",)),
    ],
)
def test_what_is_still_to_be_drawn_is_not_judged(prompt: str, said: tuple[str, ...]) -> None:
    assert wrong(prompt, "", KNOWN) == said


def test_more_loras_than_there_may_be_are_said() -> None:
    known = Known([f"{n}.pt" for n in range(MAX_LORAS + 1)])
    tags = " ".join(f"<lora:{n}>" for n in range(MAX_LORAS + 1))
    assert take(tags, "", (), known).problems == (
        f"The most LoRAs of one image are {MAX_LORAS}: take some out.",
    )


def test_of_many_that_cannot_be_used_the_first_are_said() -> None:
    tags = " ".join(f"<lora:{n}-nobody-has-this>" for n in range(9000))
    assert len(take(tags, tags, (), KNOWN).problems) == MOST_SAID
    assert len(take("<lyco:x> " * 9000, tags, (), KNOWN).problems) == MOST_SAID


def test_names_stay_as_they_are_written_while_no_server_has_answered() -> None:
    found = take("<lora:Any thing>", "", (), Known(None))
    assert (found.loras, found.problems) == ((LoraUse(name="Any thing"),), ())


def written(one: LoraUse) -> str:
    """*one* as A1111 writes it into a prompt."""
    weights = [one.weight] if one.clip_weight is None else [one.clip_weight, one.weight]
    return f"<lora:{one.name}:{':'.join(f'{weight:g}' for weight in weights)}>"


@given(st.lists(st.tuples(NAMES, WEIGHTS, st.none() | WEIGHTS), max_size=8))
def test_what_is_written_as_a1111_does_is_read_as_the_same(
    loras: list[tuple[str, float, float | None]],
) -> None:
    uses = [
        LoraUse(name=name, weight=weight, clip_weight=clip)
        for name, weight, clip in loras
        if name.strip()
    ]
    tags = read(", ".join(("a fox", *map(written, uses)))).tags
    assert [one.name for one in tags] == [one.name.strip() for one in uses]
    for tag, use in zip(tags, uses, strict=True):
        assert math.isclose(tag.weight, use.weight, abs_tol=1e-4)
        clip = use.weight if use.clip_weight is None else use.clip_weight
        assert math.isclose(tag.weight if tag.clip_weight is None else tag.clip_weight, clip,
                            abs_tol=1e-4)  # fmt: skip


@given(PLAIN)
def test_a_text_without_tags_is_never_changed(text: str) -> None:
    if not has_tag(text):
        assert read(text).text == text


@given(st.lists(PLAIN | st.sampled_from(["<lora:x:1>", "<lora:y>", "<lyco:z>"]), max_size=12))
def test_no_tag_and_no_word_is_left_behind_or_lost(parts: list[str]) -> None:
    text = "".join(parts)
    found = read(text)
    words = re.sub(r"<\s*(?:lora|lyco|hypernet)\s*:[^<>\n]*>", "", text, flags=re.IGNORECASE)
    assert re.sub(r"[\s,]", "", found.text) == re.sub(r"[\s,]", "", words)
    assert found.text.count("\n") == text.count("\n")


@pytest.mark.parametrize("text", ["<lora:" * 16_000, "<lora:x>," * 11_000, "<" + " " * 100_000])
def test_long_texts_made_to_be_slow_are_not(text: str) -> None:
    assert len(read(text).text) <= len(text)
