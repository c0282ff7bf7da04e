"""The prompts' route over real HTTP: improved by a real server, and off where none is named."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.served import Served
from tests.support.sources import Source, as_json
from tests.web.conftest import Serve


@pytest.fixture
def source() -> Iterator[Source]:
    answer = as_json({"choices": [{"message": {"content": "a red fox"}}]})
    with Source({"POST /v1/chat/completions": answer}) as server:
        yield server


def test_a_prompt_is_improved(serve: Serve, source: Source) -> None:
    served = serve(improve_url=f"{source.url}/v1", improve_model="m", improve_key="sk-x")
    with closing(served.person()) as ann:
        asked = {"prompt": "a fox", "family": "wan21"}
        found = ann.post("/api/prompts/improve", json=asked).json()
        empty = ann.post("/api/prompts/improve", json={"prompt": " "})
    assert found == {
        "prompt": "a red fox",
        "changes": [
            {"kind": "same", "text": "a "},
            {"kind": "added", "text": "red "},
            {"kind": "same", "text": "fox"},
        ],
        "notes": [],
    }
    assert "how the camera moves" in source.asked[0].data["messages"][0]["content"]
    assert empty.json()["fields"] == {"prompt": "Write a prompt first."}


def test_without_a_language_model_it_is_said(served: Served) -> None:
    with closing(served.person()) as ann:
        answer = ann.post("/api/prompts/improve", json={"prompt": "a fox"})
    assert (answer.status_code, "--improve-url" in answer.json()["error"]) == (409, True)
