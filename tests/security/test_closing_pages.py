"""Pages that close cost next to nothing, and nobody opens more than their share."""

import contextlib
import inspect
import uuid
from collections.abc import Iterator
from pathlib import Path

import gradio
import httpx
import pytest
from gradio.state_holder import SessionState

from tests.security.conftest import Fortress
from tests.security.person import Person
from tests.support.waiting import until
from web.guard import open_answers
from web.guard.page_memory import Sessions

READERS = {"state_holder.py", "routes.py"}
"""Gradio's modules that read a session's copy of the settings: its deep links, closed here."""


def test_a_page_that_closes_calls_nothing(fortress: Fortress) -> None:
    assert not [
        fn.name
        for fn in fortress.demo.fns.values()
        if any(target[1] == "unload" for target in fn.targets)
    ]


def test_a_session_begins_without_a_copy_of_all_settings(fortress: Fortress) -> None:
    """Fails where a new Gradio begins its sessions otherwise, or reads the copy elsewhere."""
    light, full = Sessions(fortress.demo)["x"], SessionState(fortress.demo)
    assert light.config_values == {}
    assert len(full.config_values) > 50
    assert vars(light).keys() == vars(full).keys()
    assert light.blocks_config.blocks.keys() == full.blocks_config.blocks.keys()
    package = Path(inspect.getfile(gradio)).parent
    for file in package.glob("*.py"):
        text = file.read_text()
        assert (".config_values" in text or "].components" in text) <= (file.name in READERS), file


def test_a_session_goes_on_as_before(bob: Person) -> None:
    refused = bob.outcome("ui.generate.handlers.keep", [None, None])
    assert refused["success"]


@contextlib.contextmanager
def heartbeat(client: httpx.Client) -> Iterator[httpx.Response]:
    with client.stream("GET", f"/gradio_api/heartbeat/{uuid.uuid4().hex}") as stream:
        yield stream


def test_one_viewer_opens_only_so_many_answers_without_an_end(
    ann: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_answers, "MAX_OF_ONE", 3)
    with contextlib.ExitStack() as pages:
        for _ in range(3):
            assert pages.enter_context(heartbeat(bob.client)).status_code == 200
        for path in ("/gradio_api/queue/data?session_hash=x", "/gradio_api/heartbeat/x"):
            refused = bob.client.get(path)
            assert refused.status_code == 429
            assert int(refused.headers["retry-after"]) > 0
            assert "close some" in refused.json()["error"]
        assert pages.enter_context(heartbeat(ann.client)).status_code == 200
        assert bob.client.get("/config").status_code == 200

    def is_free() -> bool:
        with heartbeat(bob.client) as stream:
            return stream.status_code == 200

    until(is_free)
