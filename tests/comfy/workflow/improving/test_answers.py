"""Answers of language models, and rubbish: a plain prompt comes out, or a sentence."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.errors import WorkflowError
from comfy.workflow.families.known import FAMILIES
from comfy.workflow.families.wording import FILM, MOTION, SOUND, TAGS, WORDING, wording
from comfy.workflow.improving.answers import MAX_ANSWER, read_answer, read_error
from comfy.workflow.improving.changes import changes
from comfy.workflow.improving.question import question


def body(content: Any, **more: Any) -> bytes:
    return json.dumps({"choices": [{"message": {"content": content}, **more}]}).encode()


@pytest.mark.parametrize(
    "content",
    [
        *("a red fox", "  a   red\n\nfox ", '"a red fox"', "“a red fox”", "```\na red fox\n```"),
        *(
            "<think>hm, a cat</think>\na red fox",
            "Improved prompt: a red fox",
            "**Prompt:** a red fox",
        ),
        *("<prompt>a red fox</prompt>", [{"type": "text", "text": "a red "}, {"text": "fox"}, 3]),
        *("a\x00red\u202efox",),
    ],
)
def test_what_models_put_around_a_prompt_is_taken_away(content: Any) -> None:
    assert read_answer(body(content), lines=False) == "a red fox"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"<html>", "something else than JSON"),
        (b"[" * 99_999, "something else than JSON"),
        (b"[]", "as OpenAI's does"),
        (b'{"choices": []}', "as OpenAI's does"),
        (b'{"choices": [7]}', "as OpenAI's does"),
        (body(None), "with nothing"),
        (body("<think>I wonder"), "with nothing"),
        (body("x", finish_reason="length"), "cut off"),
        (body("x", finish_reason="content_filter"), "refuses"),
        (body("x" * (MAX_ANSWER + 1)), "far too much"),
    ],
)
def test_what_is_no_prompt_is_a_sentence(answer: bytes, says: str) -> None:
    with pytest.raises(WorkflowError, match=says):
        read_answer(answer, lines=False)


@given(st.binary(max_size=80) | st.from_regex(rb'\{"choices": \[.*\]\}', fullmatch=True))
def test_rubbish_is_read_or_refused(answer: bytes) -> None:
    with contextlib.suppress(WorkflowError):
        assert read_answer(answer, lines=True)
    assert len(read_error(answer, "x")) <= 200


def test_a_servers_own_words_never_hold_the_key() -> None:
    said = json.dumps({"error": {"message": "Incorrect key sk-secret given"}}).encode()
    assert read_error(said, "sk-secret") == "Incorrect key … given"


def test_every_family_has_its_wording() -> None:
    assert set(WORDING) == set(FAMILIES)
    expected = {"sdxl": TAGS, "wan21": FILM, "wan21-i2v": MOTION, "ace-step": SOUND}
    assert {name: wording(FAMILIES[name]) for name in expected} == expected
    asked = question("a {fox|cat}", wording(None), "m")
    assert asked["messages"][1]["content"] == "<prompt>a {fox|cat}</prompt>"
    assert "{…|…}" in asked["messages"][0]["content"]


@given(st.text(max_size=80), st.text(max_size=80))
def test_changes_make_both_texts(before: str, after: str) -> None:
    found = changes(before, after)
    assert "".join(one.text for one in found if one.kind != "added") == before
    assert "".join(one.text for one in found if one.kind != "removed") == after
