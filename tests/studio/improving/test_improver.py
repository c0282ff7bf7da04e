"""Prompts improved by a real server that speaks as OpenAI's does, and every way it may fail."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comfy.workflow.families.known import FAMILIES
from studio.access.viewer import Viewer
from studio.errors import StudioError, TooMany
from studio.improving.improver import AT_ONCE, RUNNING, Improver
from studio.notifications.outgoing import Bounds
from tests.support.environment import settings
from tests.support.sources import Answer, Given, Source, as_json
from tests.support.waiting import until

ANN, BOB = Viewer("ann"), Viewer("bob")
KEY = "sk-very-secret"
PATH = "POST /v1/chat/completions"


@pytest.fixture
def source() -> Iterator[Source]:
    with Source() as server:
        yield server


def improver(source: Source, folder: Path, seconds: float = 20.0, **more: Any) -> Improver:
    given = {"improve_url": f"{source.url}/v1/", "improve_model": "m", "improve_key": KEY, **more}
    return Improver(settings(folder, **given), Bounds(connect=2.0, seconds=seconds))


def said(content: str) -> Answer:
    return as_json({"choices": [{"message": {"content": content}, "finish_reason": "stop"}]})


def test_a_prompt_is_improved_as_its_family_is_worded(source: Source, tmp_path: Path) -> None:
    source.answers[PATH] = said('"A red fox in deep snow, <lora:fox:0.8>"')
    found = improver(source, tmp_path).improve(ANN, "a fox, <lora:fox:0.8>", FAMILIES["sdxl"])
    assert found.prompt == "A red fox in deep snow, <lora:fox:0.8>"
    assert found.notes == ()
    assert [one.text for one in found.changes if one.kind == "removed"] == ["a"]
    (asked,) = source.asked
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert asked.data["model"] == "m"
    assert "short tags" in asked.data["messages"][0]["content"]
    assert KEY not in asked.body.decode()


def test_what_was_lost_or_made_up_is_mended_and_said(source: Source, tmp_path: Path) -> None:
    source.answers[PATH] = said("A fox of __metal__ with <lora:fox:1>")
    found = improver(source, tmp_path).improve(ANN, "fox <lora:fox:0.8> {a|b}", None)
    assert found.prompt == "A fox of with <lora:fox:0.8>, {a|b}"
    assert found.notes == (
        "This came back changed, or not at all: <lora:fox:0.8>",
        "This came back changed, or not at all: {a|b}",
        "This was made up, and is left out: __metal__",
        "This was made up, and is left out: <lora:fox:1>",
    )


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(b"<html>hello"), "something else than JSON"),
        (as_json({}), "as OpenAI's does"),
        (said(""), "with nothing"),
        (said("x" * 9_000), "far too much"),
        (Answer(b"x" * 70_000), "too long"),
        (as_json({"error": {"message": f"bad {KEY}"}}, 401), r"refuses the key \(401\)"),
        (as_json({"error": {"message": f"no model m for {KEY}"}}, 404), "answered 404. no model m"),
        (as_json({"error": "overloaded"}, 500), "answered 500. overloaded"),
        (Answer(status=429), "busy, or its quota"),
        (Answer(status=302, headers={"Location": "http://127.0.0.1/"}), "leads elsewhere"),
        (Answer(b'{"choices": []}', cut=True), "did not answer. The connection broke"),
        (said("a __fox"), "could not be put back"),
    ],
)
def test_each_failure_is_a_sentence_without_the_key(
    source: Source, tmp_path: Path, answer: Given, says: str
) -> None:
    source.answers[PATH] = answer
    with pytest.raises(StudioError, match=says) as refused:
        improver(source, tmp_path).improve(ANN, "a fox __animal__", None)
    assert KEY not in str(refused.value)


def test_a_server_that_never_answers_is_given_up(source: Source, tmp_path: Path) -> None:
    held = threading.Event()
    source.answers[PATH] = Answer(said("a fox").body, held=held)
    try:
        with pytest.raises(StudioError, match=r"did not answer within 0\.3 seconds"):
            improver(source, tmp_path, seconds=0.3).improve(ANN, "a fox", None)
    finally:
        held.set()


def test_a_server_that_is_not_there_is_said(source: Source, tmp_path: Path) -> None:
    asked = improver(source, tmp_path, improve_url="http://127.0.0.1:1/v1")
    with pytest.raises(StudioError, match="could not be connected to"):
        asked.improve(ANN, "a fox", None)


@pytest.mark.parametrize("chosen", [{"improve_url": ""}, {"improve_model": ""}])
def test_it_is_off_unless_it_is_set_up(
    source: Source, tmp_path: Path, chosen: dict[str, Any]
) -> None:
    off = improver(source, tmp_path, **chosen)
    assert not off.is_on
    with pytest.raises(StudioError, match="--improve-url and --improve-model"):
        off.improve(ANN, "a fox", None)
    assert source.asked == []


def test_nobody_asks_too_often_or_too_much_at_once(source: Source, tmp_path: Path) -> None:
    source.answers[PATH] = said("a fox")
    asked = improver(source, tmp_path)
    for wrong in ("", "  ", "x" * 5_000):
        with pytest.raises(StudioError):
            asked.improve(ANN, wrong, None)
    held = threading.Event()
    source.answers[PATH] = Answer(said("a fox").body, held=held)
    threads = [
        threading.Thread(target=asked.improve, args=(ANN, "a fox", None)) for _ in range(RUNNING)
    ]
    for thread in threads:
        thread.start()
    until(lambda: len(source.asked) == RUNNING)
    with pytest.raises(TooMany, match="wait for its end"):
        asked.improve(ANN, "a fox", None)
    held.set()
    for thread in threads:
        thread.join()
    source.answers[PATH] = said("a fox")
    for _ in range(int(AT_ONCE) - RUNNING):
        asked.improve(ANN, "a fox", None)
    with pytest.raises(TooMany, match="often"):
        asked.improve(ANN, "a fox", None)
    assert asked.improve(BOB, "a cat", None).prompt == "a fox"


def test_the_key_is_hidden_wherever_settings_are_shown(tmp_path: Path) -> None:
    shown = settings(tmp_path, improve_url="https://x.example/v1", improve_key=KEY)
    assert shown.improve_url == "https://x.example/v1/chat/completions"
    assert KEY not in repr(shown)
    assert KEY not in json.dumps(shown.model_dump(mode="json"), default=str)
    for wrong in ("ftp://x", "x", "https://u:p@x/v1", "https://x/v1?key=1", "http://x:0"):
        with pytest.raises(ValueError, match="address"):
            settings(tmp_path, improve_url=wrong)
