"""A rack of unlike servers: every job goes to one that has what it needs."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from storage.errors import StorageError
from storage.records import Status
from studio.generations.new_records import press_of
from studio.studio import Studio
from tests.studio.conftest import ANYBODY, follow, request
from tests.support import environment
from tests.support.cadences import BRISK
from tests.support.stores import open_store
from tests.support.waiting import until

LORA = "demo-film-grain.safetensors"
EMPTY = {"width": 64, "height": 64, "batch_size": 1, "color": 0}
REFUSAL = {
    "error": {
        "type": "prompt_outputs_failed_validation",
        "message": "Prompt outputs failed validation",
        "details": "",
        "extra_info": {},
    },
    "node_errors": {},
}


@dataclass(frozen=True)
class Rack:
    studio: Studio
    engines: dict[str, DemoServer]

    def run(self, count: int = 1, **fields: Any) -> list[tuple[str, Status, str]]:
        """Where each of so many jobs ended, how, and what is said of it."""
        press = press_of(request(prompts=count, **fields))
        made = self.studio.generations.create(ANYBODY, press)
        ended = [follow(self.studio, one.id)[-1].record for one in made]
        return [(one.server, one.status, one.error) for one in ended]


Open = Callable[..., Rack]


@pytest.fixture
def rack(tmp_path: Path) -> Iterator[Open]:
    """Open a studio over engines by name, each without some things."""
    with contextlib.ExitStack() as stack:

        def open_(**without: tuple[str, ...]) -> Rack:
            engines = {
                name: stack.enter_context(
                    DemoServer(EngineSettings(step_seconds=0.004, throttle=False, without=lacks))
                )
                for name, lacks in without.items()
            }
            addresses = tuple(parse_address(e.url, name=name) for name, e in engines.items())
            store = open_store(tmp_path)
            studio = Studio(environment.settings(tmp_path), addresses, store, BRISK)
            stack.callback(studio.close)
            studio.start()
            studio.servers.refresh()
            until(lambda: all(s.answers for s in studio._servers.values()))
            return Rack(studio, engines)

        yield open_


def test_a_lora_that_one_server_has_takes_every_job_there(rack: Open) -> None:
    opened = rack(small=(LORA,), large=())
    ended = opened.run(10, lora=LORA)
    assert ended == [("large", Status.FINISHED, "")] * 10
    assert {server for server, _, _ in opened.run(6)} == {"small", "large"}


def test_a_node_that_the_first_server_lacks_is_no_fault_of_a_workflow(rack: Open) -> None:
    opened = rack(plain=("ImageInvert",), rich=())
    graph = {
        "1": {
            "class_type": "EmptyImage",
            "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0},
        },
        "2": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}},
        "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "i"}},
    }
    studio = opened.studio
    workflow = studio.workflows.open(json.dumps(graph).encode(), "inverted.json")
    assert workflow.prepared.problems == ()


def test_what_one_server_refuses_another_gets(rack: Open) -> None:
    opened = rack(strict=(), free=())
    opened.engines["strict"].faults.route("/prompt", method="POST", status=400, body=REFUSAL)
    ended = opened.run(6)
    assert ended == [("free", Status.FINISHED, "")] * 6


def test_what_every_server_refuses_fails_once_with_what_each_said(rack: Open) -> None:
    opened = rack(one=(), two=())
    for engine in opened.engines.values():
        engine.faults.route("/prompt", method="POST", status=400, body=REFUSAL)
    ((_, status, error),) = opened.run()
    assert status is Status.FAILED
    assert error.startswith("No server takes this.")
    assert "one: " in error
    assert "two: " in error


def test_what_no_server_has_is_named_for_each(rack: Open) -> None:
    opened = rack(one=(LORA,), two=("LoraLoader",))
    ((_, status, error),) = opened.run(lora=LORA)
    assert status is Status.FAILED
    assert LORA in error or "LoraLoader" in error
    assert "lacks" in error


def test_a_past_that_cannot_be_read_stops_no_server(
    rack: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(*_: Any, **__: Any) -> Any:
        raise StorageError("the database cannot be read")

    opened = rack(one=(), two=())
    monkeypatch.setattr("storage.timings.Timings.past_runs", unread)
    made = opened.studio.generations.create(ANYBODY, press_of(request(prompts=2)))
    assert not any(record.status.is_final for record in made)
    monkeypatch.undo()
    assert [status for _, status, _ in opened.run(4)] == [Status.FINISHED] * 4
    assert {follow(opened.studio, one.id)[-1].record.status for one in made} == {Status.FINISHED}


def test_a_choice_that_fails_ends_no_hand_out(rack: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = threading.Event()

    def fails(*_: Any) -> Any:
        tried.set()
        raise RuntimeError("nobody thought of this")

    opened = rack(one=(), two=())
    monkeypatch.setattr("studio.servers.ability.lacking", fails)
    (made,) = opened.studio.generations.create(ANYBODY, press_of(request()))
    assert tried.wait(10)
    monkeypatch.undo()
    assert follow(opened.studio, made.id)[-1].record.status is Status.FINISHED
